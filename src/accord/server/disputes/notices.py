"""Whom a dispute concerns: the other side's answerable person, the arbiters, and whoever contests."""

from datetime import datetime
from enum import StrEnum

from django.urls import reverse

from accord.server.accounts.models import Role, User
from accord.server.agreements.models import Signature
from accord.server.disputes.models import Dispute, Ruling
from accord.server.handoffs.responsible import answers_for
from accord.server.notifications import outbox
from accord.server.notifications.models import Notification


class Kind(StrEnum):
    """What a notification about a dispute says."""

    OPENED = "dispute.opened"
    RULED = "dispute.ruled"


def answerable(dispute: Dispute, side: Role, at: datetime) -> list[User]:
    """Return who answers for a side in a dispute.

    For sales whoever answers for the team of the hand-off; for marketing whoever signed the agreement for it, and
    everybody in marketing when they are here no more.
    """
    if side == Role.SALES:
        return answers_for(dispute.offer.queue, at)
    signed = Signature.objects.filter(
        revision=dispute.offer.revision_id, role=side, user__role=side, user__is_active=True
    ).select_related("user")
    return [each.user for each in signed] or list(User.objects.filter(role=side, is_active=True).order_by("pk"))


def tell_opened(dispute: Dispute, at: datetime) -> None:
    """Tell the other side and the arbiters that a decision is contested, in the caller's transaction."""
    other = Role.MARKETING if dispute.side == Role.SALES else Role.SALES
    arbiters = User.objects.filter(role=Role.OPERATIONS, is_active=True)
    people = {user.pk for user in (*answerable(dispute, other, at), *arbiters)} - {dispute.opened_by_id}
    text = f"{dispute.opened_by.name} contests a decision about {dispute.lead.person}: {_what(dispute)}"
    _notify(people, Kind.OPENED, text, dispute, at)


def tell_ruled(dispute: Dispute, ruling: Ruling, at: datetime) -> None:
    """Tell both sides what became of a dispute, in the caller's transaction."""
    sides = (*answerable(dispute, Role.MARKETING, at), *answerable(dispute, Role.SALES, at), dispute.opened_by)
    people = {user.pk for user in sides} - {ruling.by_id}
    text = f"The dispute about {dispute.lead.person} ({_what(dispute)}): {ruling.get_outcome_display().lower()}"
    _notify(people, Kind.RULED, text, dispute, at, f"ruling:{ruling.pk}")


def _what(dispute: Dispute) -> str:
    return str(dispute.get_kind_display()).lower().replace("mql", "MQL")


def _notify(people: set[int], kind: Kind, text: str, dispute: Dispute, at: datetime, about: str = "") -> None:
    about = about or f"dispute:{dispute.pk}"
    outbox.notify(sorted(people), kind, text, about=about, link=reverse("dispute", args=[dispute.pk]), at=at)


def still_wanted(notice: Notification) -> bool:
    """Return whether a dispute that somebody is told of is still to be settled; what was ruled is told in any case."""
    if notice.kind == Kind.RULED:
        return True
    found = Dispute.objects.filter(pk=notice.about.partition(":")[2])
    return found.exclude(state=Dispute.State.RULED).exists()
