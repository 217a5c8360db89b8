"""Talking about a proposal clause by clause, before it is signed."""

import uuid
from datetime import datetime

from django.db import transaction

from accord.agreement import clauses
from accord.server.accounts.audit import record
from accord.server.accounts.models import User
from accord.server.agreements import telling
from accord.server.agreements.models import Comment, Revision
from accord.server.agreements.reading import may_read
from accord.server.agreements.services import RevisionError, readable

LONGEST = 4000
"""Characters of one comment."""


class CommentError(RevisionError):
    """Something cannot be said, or settled, as asked."""


@transaction.atomic
def comment(
    number: int, path: str, text: str, *, by: User, at: datetime, action_id: uuid.UUID, thread: int | None = None
) -> Comment:
    """Say something about a clause of a revision that has yet to come into force; sent twice, it is said once.

    Args:
        number: Of the revision.
        path: Of the clause; "" for the whole.
        text: What is said.
        by: Who says it.
        at: Now.
        action_id: Made by the form.
        thread: The first comment of the thread that it answers; an answer opens what was settled.

    Raises:
        CommentError: ``comment.closed``, ``comment.empty``, ``comment.too_long``, ``comment.no_clause`` or
            ``comment.no_thread``.
        RevisionError: ``revision.unknown``; also for who may not read it.
    """
    revision = _open(number, by)
    said = text.replace("\x00", "").strip()
    if not said:
        raise CommentError("comment.empty", "a comment says something")
    if len(said) > LONGEST:
        raise CommentError("comment.too_long", f"a comment has at most {LONGEST:,} characters")
    first = None
    if thread is not None:
        first = Comment.objects.select_for_update().filter(pk=thread, revision=revision, thread=None).first()
        if first is None:
            raise CommentError("comment.no_thread", "there is no such comment on this revision")
        path = first.path
    sentence = _sentence(revision, path)
    if path and not sentence and first is None:
        raise CommentError("comment.no_clause", f"revision {number} has no clause {path}")
    made, fresh = Comment.objects.get_or_create(
        action_id=action_id,
        defaults={"revision": revision, "path": path, "thread": first, "text": said, "by": by, "at": at},
    )
    if fresh:
        record("revision.commented", f"revision:{number}", actor=by, at=at, path=path, comment=made.pk)
        telling.commented(made, sentence)
        if first is not None and first.settled_at is not None:
            _set(first, by=by, at=at, settled=False)
    return made


@transaction.atomic
def settle(thread: int, *, settled: bool, by: User, at: datetime) -> Comment:
    """Mark a thread as settled, or open it again; what it is already stays as it is.

    Raises:
        CommentError: ``comment.no_thread`` or ``comment.closed``.
    """
    first = Comment.objects.select_for_update(of=("self",)).select_related("revision").filter(pk=thread, thread=None)
    found = first.first()
    if found is None:
        raise CommentError("comment.no_thread", "there is no such comment")
    _open(found.revision.number, by)
    if (found.settled_at is not None) != settled:
        _set(found, by=by, at=at, settled=settled)
    return found


def _sentence(revision: Revision, path: str) -> str:
    agreement = readable(revision)
    return next((one.sentence for one in clauses(agreement) if one.path == path), "") if agreement else ""


def _set(first: Comment, *, by: User, at: datetime, settled: bool) -> None:
    first.settled_at, first.settled_by = (at, by) if settled else (None, None)
    first.save(update_fields=["settled_at", "settled_by"])
    action = "comment.settled" if settled else "comment.opened"
    record(action, f"revision:{first.revision.number}", actor=by, at=at, comment=first.pk)


def _open(number: int, by: User) -> Revision:
    revision = Revision.objects.filter(number=number).first()
    if revision is None or not may_read(by, revision):
        raise RevisionError("revision.unknown", f"there is no revision {number}", hint="see the list of revisions")
    if revision.status not in Revision.OPEN:
        said = revision.get_status_display().lower()
        raise CommentError("comment.closed", f"revision {number} is {said}; nothing can be said about it any more")
    return revision
