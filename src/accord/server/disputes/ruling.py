"""Rulings, what follows from them for who kept their word, and the change of the agreement that they ask for."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from accord.agreement import Stage
from accord.agreement.judgement import rank
from accord.server.accounts.access import AccessError, require
from accord.server.accounts.audit import record
from accord.server.accounts.models import Role, User
from accord.server.agreements import drafting
from accord.server.agreements.models import Draft
from accord.server.agreements.services import PROPOSERS, in_force
from accord.server.disputes.models import Adjustment, Dispute, Ruling
from accord.server.disputes.notices import tell_ruled
from accord.server.disputes.opening import TRIES, DisputeError, said, unruled
from accord.server.handoffs.models import Clock, Offer
from accord.server.pipeline.models import StageChange, StageName

ARBITERS = frozenset({Role.OPERATIONS})
PASSED_MQL = tuple(name for name in StageName.values if rank(Stage(name)) >= rank(Stage.MQL))
WHAT = {
    Dispute.Kind.NO_MQL: Adjustment.What.NO_MQL,
    Dispute.Kind.WRONG_REJECTION: Adjustment.What.NO_REJECTION,
    Dispute.Kind.NOBODY_CALLED: Adjustment.What.BROKEN,
}


def may_rule(user: User, dispute: Dispute) -> bool:
    """Return whether somebody may rule: revenue operations, but nobody who decided or contests what it is about."""
    involved = {dispute.opened_by_id, dispute.offer.decided_by_id, dispute.offer.owner_id}
    return user.is_active and user.role in ARBITERS and user.pk not in involved


@transaction.atomic
def rule(key: int, outcome: Ruling.Outcome, reason: str, *, by: User, at: datetime) -> Ruling:
    """Rule on a dispute, or put it off to the next meeting.

    Raises:
        AccessError: They are no arbiter, or are part of it.
        DisputeError: ``dispute.unknown``, ``dispute.ruled``, ``dispute.put_off_already``, ``dispute.says_nothing``, or
            ``dispute.not_yours`` for an outcome that no arbiter gives.
    """
    require(by, ARBITERS, "rule on a dispute")
    dispute = unruled(key)
    if not may_rule(by, dispute):
        raise AccessError(
            "access.part_of_it", "You decided or contested this yourself", hint="let a colleague or the meeting rule"
        )
    if outcome == Ruling.Outcome.WITHDRAWN:
        raise DisputeError("dispute.not_yours", f"only {dispute.opened_by.name} can withdraw this")
    return _settle(dispute, outcome, said(reason), by, at)


@transaction.atomic
def withdraw(key: int, reason: str, *, by: User, at: datetime) -> Ruling:
    """Take one's own dispute back.

    Raises:
        DisputeError: ``dispute.unknown``, ``dispute.ruled``, ``dispute.not_yours`` or ``dispute.says_nothing``.
    """
    dispute = unruled(key)
    if dispute.opened_by_id != by.pk:
        raise DisputeError("dispute.not_yours", f"only {dispute.opened_by.name} can withdraw this")
    return _settle(dispute, Ruling.Outcome.WITHDRAWN, said(reason), by, at)


def _settle(dispute: Dispute, outcome: Ruling.Outcome, reason: str, by: User, at: datetime) -> Ruling:
    put_off = outcome == Ruling.Outcome.MEETING
    if put_off and dispute.state == Dispute.State.MEETING:
        raise DisputeError("dispute.put_off_already", "this is for the next meeting already", hint="rule on it there")
    ruling = Ruling.objects.create(dispute=dispute, outcome=outcome, reason=reason, by=by, at=at)
    dispute.state = Dispute.State.MEETING if put_off else Dispute.State.RULED
    dispute.save(update_fields=["state"])
    if outcome.value == dispute.side.value:
        _adjust(dispute, at)
    record("dispute.ruled", f"dispute:{dispute.pk}", actor=by, at=at, outcome=outcome, reason=reason)
    tell_ruled(dispute, ruling, at)
    return ruling


def _adjust(dispute: Dispute, at: datetime) -> None:
    """Write down what a dispute that was upheld changes; nothing where the figures say so already."""
    counted_at = _counted_at(dispute)
    if counted_at is not None:
        what = WHAT[Dispute.Kind(dispute.kind)]
        given = {"lead": dispute.lead, "offer": dispute.offer, "what": what}
        if not Adjustment.objects.filter(**given).exists():
            Adjustment.objects.create(**given, dispute=dispute, counted_at=counted_at, at=at)


def _counted_at(dispute: Dispute) -> datetime | None:
    """Return the instant by which the scoreboard counts what was contested; None if it does not count against them."""
    if dispute.kind == Dispute.Kind.NOBODY_CALLED:
        clocks = Clock.objects.filter(offer=dispute.offer, promise__in=TRIES)
        late = Q(outcome__in=[Clock.Outcome.LATE, Clock.Outcome.MISSED]) | Q(breached_at__isnull=False)
        return None if clocks.filter(late).exists() else dispute.contested_at
    if dispute.kind == Dispute.Kind.WRONG_REJECTION and dispute.offer.status != Offer.Status.REJECTED:
        return None
    reached = StageChange.objects.filter(lead=dispute.lead, to_stage__in=PASSED_MQL).order_by("at", "pk").first()
    return reached.at if reached else dispute.contested_at


@transaction.atomic
def begin_draft(key: int, *, action_id: UUID, by: User, at: datetime) -> Draft:
    """Begin a draft of the agreement in force that names the dispute in its first lines; begun twice it is begun once.

    Raises:
        AccessError: The user's role may not propose.
        DisputeError: ``dispute.unknown`` or ``dispute.definition_holds``.
        RevisionError: ``revision.none_in_force``.
    """
    require(by, PROPOSERS, "write a draft of the agreement")
    found = Dispute.objects.select_for_update(of=("self",)).select_related("draft", "lead__person").filter(pk=key)
    dispute = found.first()
    if dispute is None:
        raise DisputeError("dispute.unknown", "there is no such dispute", hint="see the list of disputes")
    if dispute.draft is not None:
        return dispute.draft
    ruling = dispute.rulings.filter(outcome=Ruling.Outcome.DEFINITION).first()
    if ruling is None:
        raise DisputeError("dispute.definition_holds", "it was not ruled that the definition is at fault")
    law = in_force().revision
    why = " ".join(ruling.reason.split())
    head = f"# Because of dispute {dispute.pk} about lead {dispute.lead_id}: {why}\n"
    dispute.draft = drafting.begin(
        by=by, at=at, action_id=action_id, revision=law, text=head + law.text, name=law.file_name
    )
    dispute.save(update_fields=["draft"])
    return dispute.draft
