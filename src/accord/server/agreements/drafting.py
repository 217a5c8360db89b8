"""Drafts: begun, written by one author at a time, undone, taken over, and in the end proposed or dropped.

Every change says which version of the draft it starts from. If that is not the latest, nothing is changed and the
error carries what stands there now, so that the page can show both.
"""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction

from accord.agreement.rows import with_value
from accord.agreement.source import MAX_BYTES
from accord.errors import AccordError
from accord.server.accounts.access import require
from accord.server.accounts.audit import record
from accord.server.accounts.models import User
from accord.server.agreements.models import Draft, DraftState, Revision
from accord.server.agreements.services import PROPOSERS, propose

ONE_GO = timedelta(seconds=3)
"""What is typed without a longer pause is undone in one go."""
DEFAULT_FILE_NAME = "agreement.yaml"
START = "accord: 1\ncompany: \n"
"""The text of a draft that starts from nothing."""


class DraftError(AccordError):
    """A draft cannot be changed as asked."""


class DraftConflictError(DraftError):
    """A draft has changed since; nothing was saved.

    Attributes:
        draft: As it is now.
        text: What it says now.
    """

    def __init__(self, draft: Draft, text: str) -> None:
        super().__init__(
            "draft.conflict",
            "this draft has changed since you opened it",
            hint="what you typed is kept; compare both, then keep one of them",
        )
        self.draft, self.text = draft, text


@transaction.atomic
def begin(
    *, by: User, at: datetime, action_id: uuid.UUID, revision: Revision | None = None, text: str = "", name: str = ""
) -> Draft:
    """Return a new draft: of a document, else of a revision, else of nothing; begun twice it is begun once.

    Raises:
        AccessError: The user's role may not propose.
        DraftError: ``draft.too_large``.
    """
    require(by, PROPOSERS, "write a draft of the agreement")
    text = _checked(text or (revision.text if revision else START))
    draft, fresh = Draft.objects.get_or_create(
        action_id=action_id,
        defaults={
            "author": by,
            "based_on": revision,
            "file_name": name or (revision.file_name if revision else DEFAULT_FILE_NAME),
            "created_at": at,
            "saved_at": at,
        },
    )
    if fresh:
        DraftState.objects.create(draft=draft, number=1, text=text, by=by, at=at)
        record("draft.begun", f"draft:{draft.pk}", actor=by, at=at, revision=revision.number if revision else None)
    return draft


def text_of(draft: Draft) -> str:
    """Return what a draft says now."""
    return DraftState.objects.values_list("text", flat=True).get(draft=draft, number=draft.state)


@transaction.atomic
def save(key: int, text: str, version: int, *, by: User, at: datetime) -> Draft:
    """Save what was typed.

    Raises:
        DraftConflictError: It has changed since ``version``, and to something else than ``text``.
        DraftError: ``draft.unknown``, ``draft.closed``, ``draft.not_yours`` or ``draft.too_large``.
    """
    text = _checked(text)
    draft = _claimed(key, by)
    state = _state(draft)
    if state.text == text:
        return draft
    _must_be_latest(draft, state, version)
    if state.typed and state.by_id == by.pk and at - state.at < ONE_GO and state.after is not None:
        DraftState.objects.filter(pk=state.pk).update(text=text, at=at)
        return _bumped(draft, state.number, at)
    return _write(draft, text, by, at, typed=True)


@transaction.atomic
def set_values(key: int, values: Mapping[str, str], version: int, *, by: User, at: datetime) -> Draft:
    """Change values where they stand in the text, by their paths.

    Raises:
        DraftConflictError: It has changed since ``version``.
        DraftError: As ``save``.
        RowError: A value cannot stand there; then none is changed.
    """
    draft = _claimed(key, by)
    state = _state(draft)
    _must_be_latest(draft, state, version)
    text = state.text
    for path, value in values.items():
        text = with_value(text, path, value)
    text = _checked(text)
    return draft if text == state.text else _write(draft, text, by, at, typed=False)


@transaction.atomic
def undo(key: int, version: int, *, by: User, at: datetime) -> Draft:
    """Go back to the text before the last change; at the first text nothing happens."""
    draft = _claimed(key, by)
    state = _state(draft)
    _must_be_latest(draft, state, version)
    return draft if state.after is None else _bumped(draft, state.after, at)


@transaction.atomic
def redo(key: int, version: int, *, by: User, at: datetime) -> Draft:
    """Go forward again to the text that was undone last; if there is none nothing happens."""
    draft = _claimed(key, by)
    _must_be_latest(draft, _state(draft), version)
    newer = _newer(draft)
    return draft if newer is None else _bumped(draft, newer.number, at)


def can_redo(draft: Draft) -> bool:
    """Return whether there is a later text to go forward to."""
    return _newer(draft) is not None


def _newer(draft: Draft) -> DraftState | None:
    return draft.states.filter(after=draft.state).order_by("-number").first()


@transaction.atomic
def take_over(key: int, *, by: User, at: datetime) -> Draft:
    """Make somebody else the author; what the former one has not saved meets a conflict, and is kept on their page."""
    require(by, PROPOSERS, "write a draft of the agreement")
    draft = _claimed(key, None)
    if draft.author_id != by.pk:
        former, draft.author = draft.author.name, by
        draft.version += 1
        draft.save(update_fields=["author", "version"])
        record("draft.taken_over", f"draft:{draft.pk}", actor=by, at=at, former=former)
    return draft


@transaction.atomic
def discard(key: int, *, by: User, at: datetime) -> None:
    """Drop a draft; dropped twice it is dropped once."""
    draft = Draft.objects.select_for_update().filter(pk=key).first()
    if draft is not None and draft.dropped_at is not None and draft.author_id == by.pk:
        return
    draft = _claimed(key, by)
    draft.dropped_at = at
    draft.save(update_fields=["dropped_at"])
    record("draft.dropped", f"draft:{draft.pk}", actor=by, at=at)


@transaction.atomic
def propose_draft(
    key: int, version: int, *, reason: str, by: User, at: datetime, planned_from: datetime | None = None
) -> Revision:
    """Propose what a draft says; proposed twice it is proposed once.

    Raises:
        DraftConflictError: It has changed since ``version``.
        DraftError: ``draft.unknown``, ``draft.closed`` or ``draft.not_yours``.
        AgreementRefusedError: The document has errors.
        RevisionError: As ``services.propose``.
    """
    draft = Draft.objects.select_for_update().filter(pk=key).first()
    if draft is not None and draft.revision is not None and draft.author_id == by.pk:
        return draft.revision
    draft = _claimed(key, by)
    state = _state(draft)
    _must_be_latest(draft, state, version)
    revision = propose(state.text, draft.file_name, reason=reason, by=by, at=at, planned_from=planned_from)
    draft.revision = revision
    draft.save(update_fields=["revision"])
    record("draft.proposed", f"draft:{draft.pk}", actor=by, at=at, revision=revision.number)
    return revision


def _claimed(key: int, by: User | None) -> Draft:
    """Return an open draft with its row locked; ``by`` must be its author, if given."""
    draft = Draft.objects.select_for_update(of=("self",)).select_related("author").filter(pk=key).first()
    if draft is None:
        raise DraftError("draft.unknown", "there is no such draft", hint="see the list of drafts")
    if draft.revision_id is not None or draft.dropped_at is not None:
        became = "was dropped" if draft.revision_id is None else "is proposed"
        raise DraftError("draft.closed", f"this draft {became} and cannot be changed", hint="begin a new one")
    if by is not None:
        require(by, PROPOSERS, "write a draft of the agreement")
        if draft.author_id != by.pk:
            raise DraftError("draft.not_yours", f"{draft.author.name} writes this draft", hint="take it over first")
    return draft


def _state(draft: Draft) -> DraftState:
    return draft.states.get(number=draft.state)


def _must_be_latest(draft: Draft, state: DraftState, version: int) -> None:
    if draft.version != version:
        raise DraftConflictError(draft, state.text)


def _write(draft: Draft, text: str, by: User, at: datetime, *, typed: bool) -> Draft:
    last = draft.states.order_by("-number").values_list("number", flat=True).first() or 0
    DraftState.objects.create(draft=draft, number=last + 1, after=draft.state, text=text, typed=typed, by=by, at=at)
    return _bumped(draft, last + 1, at)


def _bumped(draft: Draft, state: int, at: datetime) -> Draft:
    draft.state, draft.version, draft.saved_at = state, draft.version + 1, at
    draft.save(update_fields=["state", "version", "saved_at"])
    return draft


def _checked(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    if len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise DraftError("draft.too_large", f"an agreement has at most {MAX_BYTES // 1000:,} kB")
    return text
