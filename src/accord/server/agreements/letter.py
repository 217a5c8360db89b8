"""What the mails about a proposal say, in the sentences of its page."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.text import Truncator

from accord.agreement import Agreement, clauses
from accord.agreement.diff import Change, Diff, Kind, Meaning, compare
from accord.agreement.english_words import label, listed
from accord.server.agreements.meanings import MEANINGS
from accord.server.agreements.models import Comment, Revision, Signature

IN_A_LINE = 120
"""Characters of what somebody wrote that stand in the subject of a mail."""
MOST_CHANGES = 20
MOST_CHARACTERS = 6000
"""How much of a long list of changes a mail holds, whichever is reached first; the page has all."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail: its subject, and what there is to say besides, in paragraphs."""

    subject: str
    body: str


def of_proposal(revision: Revision, agreement: Agreement, before: Agreement | None) -> Letter:
    """Ask for a signature.

    Args:
        revision: What is proposed.
        agreement: What it says.
        before: What is in force, if it is known to the reader.
    """
    name = f"Revision {revision.number} of the agreement"
    return Letter(
        f"{name} awaits your signature{_quoted(revision.reason)}",
        _paragraphs(
            f"Proposed by {revision.proposed_by}." if revision.proposed_by else "",
            f"Why: {revision.reason}" if revision.reason else "",
            _when(revision, agreement.zone),
            *_changes(revision, agreement, before),
            "Read all of it, comment, sign or decline:",
        ),
    )


def of_signature(signature: Signature, zone: ZoneInfo) -> Letter:
    """Say who has signed, and who has yet to."""
    revision = signature.revision
    signed = set(revision.signatures.values_list("role", flat=True))
    missing = [role for role in revision.signers if role not in signed]
    subject = f"{signature.user} has signed revision {revision.number} of the agreement for {label(signature.role)}"
    if missing:
        verb = "has" if len(missing) == 1 else "have"
        return Letter(subject, f"{_and(missing).capitalize()} {verb} yet to sign.")
    return Letter(
        subject,
        f"It is signed by everybody and comes into force {_on(revision.planned_from, zone)}, unless another revision"
        " comes into force before.",
    )


def of_end(revision: Revision) -> Letter:
    """Say that a revision is declined, withdrawn or superseded, and why."""
    by = f" by {revision.dropped_by}" if revision.dropped_by else ""
    return Letter(
        f"Revision {revision.number} of the agreement is {revision.status}{by}{_quoted(revision.dropped_why)}",
        _paragraphs(
            f"Why: {revision.dropped_why}" if revision.dropped_why else "",
            "It can no longer be signed. It stays readable, and a new draft can be made from it.",
        ),
    )


def of_beginning(revision: Revision) -> Letter:
    """Say that a revision is in force."""
    return Letter(
        f"Revision {revision.number} of the agreement is in force{_quoted(revision.reason)}",
        _paragraphs(
            f"Why: {revision.reason}" if revision.reason else "",
            "Every open lead is judged by it from now on. What it changed stands on its page:",
        ),
    )


def of_comment(comment: Comment, sentence: str) -> Letter:
    """Say what somebody said, and about which sentence; "" for the whole."""
    verb = "answered" if comment.thread_id else "commented"
    return Letter(
        f"{comment.by} {verb} on revision {comment.revision.number} of the agreement{_quoted(comment.text)}",
        _paragraphs(f"On: {sentence}" if sentence else "On the whole.", comment.text),
    )


def _changes(revision: Revision, agreement: Agreement, before: Agreement | None) -> Iterator[str]:
    if before is None:
        number = len(clauses(agreement))
        yield f"All of it is new: {number} clauses."
        return
    found = compare(before, agreement)
    yield _verdict(found, revision)
    blocks = [_change(change) for change in found.changes]
    shown = _first(blocks)
    yield from shown
    if len(shown) < len(blocks):
        yield f"… and {len(blocks) - len(shown)} more."


def _verdict(found: Diff, revision: Revision) -> str:
    against = f"revision {revision.based_on.number}, which is in force" if revision.based_on else "what is in force"
    count, meaning = len(found.changes), MEANINGS[found.meaning][2]
    if found.meaning is Meaning.NONE:
        return f"Every clause means the same as in {against}. {meaning}"
    return f"{count} clause{'s' if count > 1 else ''} differ{'' if count > 1 else 's'} from {against}. {meaning}"


def _change(change: Change) -> str:
    wording = ", wording only" if change.meaning is Meaning.WORDING else ""
    head = f"{change.clause.title}: {change.what}{wording}"
    if change.kind is Kind.MOVED:
        return f"{head}\n{change.clause.sentence} It applies earlier or later than before."
    sides = (("In force", change.before), ("Proposed", change.after))
    return "\n".join([head, *(f"{side}: {clause.sentence}" for side, clause in sides if clause)])


def _first(blocks: Sequence[str]) -> list[str]:
    """Return as many of the changes as a mail holds, at least one."""
    shown: list[str] = []
    for block in blocks[:MOST_CHANGES]:
        if shown and sum(map(len, shown)) + len(block) > MOST_CHARACTERS:
            break
        shown.append(block)
    return shown


def _when(revision: Revision, zone: ZoneInfo) -> str:
    signed = f"{_and(revision.signers)} {'has' if len(revision.signers) == 1 else 'have'} signed"
    if revision.planned_from is None:
        return f"It comes into force as soon as {signed}."
    return f"It comes into force {_on(revision.planned_from, zone)}, if {signed} by then, or as soon as they have."


def _on(instant: datetime | None, zone: ZoneInfo) -> str:
    if instant is None:
        return "at once"
    local = instant.astimezone(zone)
    return f"on {local.day} {local:%B %Y, %H:%M} ({zone.key})"


def _and(roles: Iterable[str]) -> str:
    return listed(map(label, roles), "and")


def _quoted(said: str) -> str:
    """Return what somebody wrote as the end of a subject: on one line, and not too long."""
    line = Truncator(" ".join(said.split())).chars(IN_A_LINE)
    return f": {line}" if line else ""


def _paragraphs(*paragraphs: str) -> str:
    return "\n\n".join(filter(None, paragraphs))
