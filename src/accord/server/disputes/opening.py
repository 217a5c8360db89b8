"""Contesting a decision, and saying something about it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from accord.errors import AccordError
from accord.server.accounts.access import require
from accord.server.accounts.audit import record
from accord.server.accounts.models import Role, User
from accord.server.disputes.evidence import evidence
from accord.server.disputes.models import Dispute, Evidence, Statement
from accord.server.disputes.notices import tell_opened
from accord.server.handoffs.models import Clock, Offer
from accord.server.pipeline.models import Lead

DISPUTANTS = frozenset({Role.MARKETING, Role.SALES, Role.OPERATIONS})
LONGEST = 5000
"""Characters of a statement or a reason."""
WHO = {
    Dispute.Kind.NO_MQL: frozenset({Role.SALES, Role.OPERATIONS}),
    Dispute.Kind.WRONG_REJECTION: frozenset({Role.MARKETING, Role.OPERATIONS}),
    Dispute.Kind.NOBODY_CALLED: frozenset({Role.MARKETING, Role.OPERATIONS}),
}
TRIES = (Clock.Promise.FIRST_ATTEMPT, Clock.Promise.ATTEMPTS)


class DisputeError(AccordError):
    """A dispute cannot go on as asked."""


@dataclass(frozen=True, slots=True)
class Contested:
    """A decision that can be contested.

    Attributes:
        offer: The hand-off that it is about.
        at: When it was decided, or was due.
        criteria_at: At which instant the criteria matter.
        says: What was decided, in a sentence.
    """

    offer: Offer
    at: datetime
    criteria_at: datetime
    says: str


def contested(lead: Lead, kind: Dispute.Kind, at: datetime) -> Contested | None:
    """Return the decision about a lead that a dispute of this kind is about; None if there is none yet."""
    offers = lead.offers.select_related("revision", "owner", "decided_by", "lead__person__company")
    match kind:
        case Dispute.Kind.NO_MQL:
            first = offers.order_by("offered_at", "pk").first()
            if first is None:
                return None
            return Contested(first, first.offered_at, first.offered_at, "It was handed over to sales")
        case Dispute.Kind.WRONG_REJECTION:
            last = offers.filter(status=Offer.Status.REJECTED).order_by("decided_at", "pk").last()
            if last is None or last.decided_at is None:
                return None
            who = last.decided_by.name if last.decided_by else "the agreement"
            return Contested(last, last.decided_at, last.decided_at, f"It was rejected by {who}")
        case Dispute.Kind.NOBODY_CALLED:
            due = Clock.objects.filter(Q(stopped_at__isnull=False) | Q(due_at__lte=at), promise__in=TRIES)
            clock = due.filter(lead=lead, started_at__lte=at).order_by("due_at", "pk").last()
            if clock is None or clock.offer_id is None:
                return None
            offer = offers.get(pk=clock.offer_id)
            when = min(clock.due_at, clock.stopped_at or clock.due_at)
            return Contested(offer, when, offer.offered_at, "Sales owed attempts to reach them")


def may_contest(user: User, kind: Dispute.Kind) -> bool:
    """Return whether a user's role contests decisions of this kind."""
    return user.is_active and user.role in WHO[kind]


@transaction.atomic
def contest(lead_id: int, kind: Dispute.Kind, statement: str, *, action_id: UUID, by: User, at: datetime) -> Dispute:
    """Contest a decision about a lead; the evidence is frozen as it is known now.

    Args:
        lead_id: The lead.
        kind: What is contested.
        statement: Why, in the words of whoever contests.
        action_id: Sent twice, it is contested once.
        by: Who contests.
        at: Now.

    Raises:
        AccessError: This side does not contest such a decision.
        DisputeError: ``dispute.no_lead``, ``dispute.nothing_decided``, ``dispute.open_already`` or
            ``dispute.says_nothing``.
    """
    require(by, WHO[kind], "contest this")
    if known := Statement.objects.filter(action_id=action_id).select_related("dispute").first():
        return known.dispute
    text = said(statement)
    lead = Lead.objects.select_for_update(of=("self",)).select_related("person").filter(pk=lead_id).first()
    if lead is None:
        raise DisputeError("dispute.no_lead", f"there is no lead {lead_id}")
    what = contested(lead, kind, at)
    if what is None:
        raise DisputeError(
            "dispute.nothing_decided",
            "nothing has been decided about this lead that could be contested so",
            hint="look at what happened to it on its page",
        )
    if Dispute.objects.filter(lead=lead, kind=kind).exclude(state=Dispute.State.RULED).exists():
        raise DisputeError(
            "dispute.open_already", "this is contested already", hint="say what you have to say in that dispute"
        )
    dispute = Dispute.objects.create(
        lead=lead, offer=what.offer, kind=kind, contested_at=what.at, opened_by=by, opened_at=at
    )
    pack = evidence(what.offer, what.at, what.criteria_at, now=at)
    Evidence.objects.create(dispute=dispute, revision=what.offer.revision, pack=pack.as_json(), at=at)
    Statement.objects.create(dispute=dispute, by=by, role=by.role, text=text, at=at, action_id=action_id)
    record("dispute.opened", f"dispute:{dispute.pk}", actor=by, at=at, lead=lead.pk, kind=kind)
    tell_opened(dispute, at)
    return dispute


@transaction.atomic
def say(key: int, text: str, *, action_id: UUID, by: User, at: datetime) -> Statement:
    """Add a statement to a dispute that is not ruled; the same ``action_id`` is said once.

    Raises:
        AccessError: The user's role has no say.
        DisputeError: ``dispute.unknown``, ``dispute.ruled`` or ``dispute.says_nothing``.
    """
    require(by, DISPUTANTS, "say something in a dispute")
    dispute = unruled(key)
    text = said(text)
    try:
        with transaction.atomic():
            made = Statement.objects.create(dispute=dispute, by=by, role=by.role, text=text, at=at, action_id=action_id)
    except IntegrityError:
        return Statement.objects.get(action_id=action_id)
    record("dispute.stated", f"dispute:{dispute.pk}", actor=by, at=at)
    return made


def unruled(key: int) -> Dispute:
    """Return a dispute that can still go on, with its row locked.

    Raises:
        DisputeError: ``dispute.unknown`` or ``dispute.ruled``.
    """
    found = Dispute.objects.select_for_update(of=("self",)).select_related("offer", "opened_by", "lead__person")
    dispute = found.filter(pk=key).first()
    if dispute is None:
        raise DisputeError("dispute.unknown", "there is no such dispute", hint="see the list of disputes")
    if dispute.state == Dispute.State.RULED:
        raise DisputeError("dispute.ruled", "this dispute is settled", hint="read the ruling on its page")
    return dispute


def said(text: str) -> str:
    """Return what somebody typed, tidied.

    Raises:
        DisputeError: ``dispute.says_nothing`` or ``dispute.too_long``.
    """
    text = text.replace("\x00", "").strip()
    if not text:
        raise DisputeError("dispute.says_nothing", "say why, in a sentence the other side understands")
    if len(text) > LONGEST:
        raise DisputeError("dispute.too_long", f"say it in at most {LONGEST:,} characters")
    return text
