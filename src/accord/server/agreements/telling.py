"""Who is told what becomes of a proposal: who must sign it, who proposed it, and who put their name to it.

Nobody is told what they did themselves.
"""

from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.urls import reverse

from accord.agreement import Agreement
from accord.server.accounts.models import User
from accord.server.agreements import letter
from accord.server.agreements.clause_rows import anchor_of
from accord.server.agreements.letter import Letter
from accord.server.agreements.models import Comment, Revision, Signature
from accord.server.agreements.reading import may_read, role_may_read
from accord.server.notifications.models import Notification
from accord.server.notifications.outbox import notify


class Kind(StrEnum):
    """What a notification about a revision says; the end of it is also that of its entry in the audit log."""

    PROPOSED = "revision.proposed"
    SIGNED = "revision.signed"
    DECLINED = "revision.declined"
    WITHDRAWN = "revision.withdrawn"
    SUPERSEDED = "revision.superseded"
    IN_FORCE = "revision.in_force"
    COMMENTED = "revision.commented"


def proposed(revision: Revision, agreement: Agreement, before: Agreement | None) -> None:
    """Ask everybody who may sign a revision to do so, in the caller's transaction.

    Args:
        revision: What is proposed.
        agreement: What it says.
        before: What the revision in force says, on which it is based, if it can be read.
    """
    for role in revision.signers:
        known = before if revision.based_on and role_may_read(role, revision.based_on) else None
        said = letter.of_proposal(revision, agreement, known)
        _tell(_active(role) - _proposer(revision), Kind.PROPOSED, said, revision, at=revision.proposed_at)


def signed(signature: Signature, zone: ZoneInfo) -> None:
    """Tell who proposed a revision that somebody has signed it; the signature that brings it into force says so."""
    revision = signature.revision
    if revision.status in Revision.OPEN:
        said, about = letter.of_signature(signature, zone), f"signature:{signature.pk}"
        whom = _proposer(revision) - {signature.user_id}
        _tell(whom, Kind.SIGNED, said, revision, at=signature.at, about=about)


def dropped(revision: Revision, at: datetime) -> None:
    """Tell who proposed a revision, and who has signed it, that it never comes into force."""
    whom = _proposer(revision) | set(revision.signatures.values_list("user", flat=True))
    kind = Kind(f"revision.{revision.status}")
    _tell(whom - {revision.dropped_by_id}, kind, letter.of_end(revision), revision, at=at)


def came_into_force(revision: Revision, at: datetime, *, by: User | None) -> None:
    """Tell who proposed a revision, and everybody of the roles that signed it, that it is in force.

    Args:
        revision: Which.
        at: Since when.
        by: Who gave the last signature; None: its day has come.
    """
    whom = _proposer(revision) | _active(*revision.signers)
    _tell(whom - {by.pk if by else None}, Kind.IN_FORCE, letter.of_beginning(revision), revision, at=at)


def commented(comment: Comment, sentence: str) -> None:
    """Tell who proposed a revision, and who takes part in the thread, what somebody said.

    Args:
        comment: What was said.
        sentence: Of the clause that it is about; "" for the whole.
    """
    whom = _proposer(comment.revision)
    if comment.thread is not None:
        whom |= {comment.thread.by_id, *comment.thread.answers.values_list("by", flat=True)}
    said, place = letter.of_comment(comment, sentence), anchor_of(comment.path) or "talk"
    _tell(
        whom - {comment.by_id},
        Kind.COMMENTED,
        said,
        comment.revision,
        at=comment.at,
        about=f"comment:{comment.pk}",
        place=f"#{place}",
    )


def still_wanted(notice: Notification) -> bool:
    """Return whether a notification about a revision still holds for its reader, who may have changed roles."""
    what, _, key = notice.about.partition(":")
    of = {"revision": "number", "signature": "signatures", "comment": "comments"}[what]
    revision = Revision.objects.filter(**{of: key}).first()
    if revision is None or not may_read(notice.user, revision):
        return False
    match notice.kind:
        case Kind.PROPOSED:
            return awaits(notice.user, revision)
        case Kind.SIGNED:
            return revision.status in Revision.OPEN
    return True


def awaits(user: User, revision: Revision) -> bool:
    """Return whether a proposal lacks the signature of the user's role."""
    lacks = revision.status == Revision.Status.PROPOSED and user.role in revision.signers
    return lacks and not revision.signatures.filter(role=user.role).exists()


def _tell(
    users: set[int], kind: Kind, said: Letter, revision: Revision, *, at: datetime, about: str = "", place: str = ""
) -> None:
    link = reverse("revision", args=[revision.number]) + place
    about = about or f"revision:{revision.number}"
    notify(sorted(users), kind, said.subject, about=about, link=link, at=at, body=said.body)


def _proposer(revision: Revision) -> set[int]:
    return {revision.proposed_by_id} if revision.proposed_by_id else set()


def _active(*roles: str) -> set[int]:
    return set(User.objects.filter(role__in=roles, is_active=True).values_list("pk", flat=True))
