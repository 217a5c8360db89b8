"""Offering leads: to whom, by which reasons, and with which clocks."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Case, Q, QuerySet, When

from accord.agreement import Agreement, Stage
from accord.agreement import english_words as words
from accord.agreement.terms import Terms, terms_for
from accord.routing import Considered, Reason, RoutingDecision
from accord.rules import Facts
from accord.scoring import score, score_fields
from accord.server.accounts.audit import record
from accord.server.accounts.models import User
from accord.server.agreements.services import InForce, in_force
from accord.server.handoffs import clocks
from accord.server.handoffs.models import Clock, ClockEvent, Offer
from accord.server.handoffs.notices import Kind, notify, say_that_nobody_is_there
from accord.server.handoffs.responsible import on_shift_for
from accord.server.handoffs.routing import decide
from accord.server.pipeline.facts import facts_of
from accord.server.pipeline.models import Lead, ReadyVia, StageName

log = logging.getLogger(__name__)

RETRY = timedelta(minutes=15)
"""How far a lead that could not be offered is pushed ahead."""


@dataclass(frozen=True, slots=True)
class Plan:
    """To whom a lead is to be offered, under which revision, and why; the team's row is locked.

    ``kept``: it stays with its owner, and nobody else was considered; ``by_hand``: somebody chose the owner,
    ``given_by`` if it was to give the lead away and not to undo that.
    """

    law: InForce
    via: ReadyVia
    terms: Terms
    decision: RoutingDecision
    owner: User | None
    kept: bool = False
    by_hand: bool = False
    given_by: User | None = None

    @property
    def preference(self) -> str:
        """Why the owner came before others, as the offer says it; empty: by turns."""
        if self.by_hand:
            return Offer.CameFirst.GIVEN
        return Offer.CameFirst.KEPT if self.kept else str(self.decision.why or "")


def offer_ready(at: datetime, progress: Callable[[int], None] = lambda _: None) -> int:
    """Offer every lead that is ready, the fast lane first, then the longest waiting; return how many.

    Each offer is a transaction of its own: a lead that cannot be offered is pushed ahead and does not hold up the
    others.

    Args:
        at: Now.
        progress: Called with 1 after each offer.
    """
    count = 0
    for key in list(ready_leads(at).values_list("pk", flat=True)):
        try:
            offered = _offer_if_ready(key, at)
        except Exception:  # one lead that cannot be offered must not hold up the others
            log.exception("lead %s could not be offered", key)
            Lead.objects.filter(pk=key, ready_at__lte=at).update(ready_at=at + RETRY)
            continue
        if offered:
            count += 1
            progress(1)
    return count


def ready_leads(at: datetime) -> QuerySet[Lead]:
    """Return the leads that are to be offered by ``at``, in the order in which that is done."""
    fast_first = Case(When(ready_via=ReadyVia.FAST_LANE, then=0), default=1)
    return Lead.objects.filter(ready_at__lte=at, ended_at=None).order_by(fast_first, "ready_at", "pk")


@transaction.atomic
def _offer_if_ready(key: int, at: datetime) -> bool:
    lead = claimed(Q(pk=key, ready_at__lte=at, ended_at=None))
    if lead is None:
        return False
    offer_lead(lead, at=at)
    return True


def claimed(which: Q) -> Lead | None:
    """Return a lead with its row locked, or None if it is not to be had: changed meanwhile, or in other hands."""
    free = Lead.objects.select_for_update(skip_locked=True, of=("self",))
    return free.select_related("person__company", "owner").filter(which).first()


def offer_lead(lead: Lead, *, at: datetime) -> Offer:
    """Offer a ready lead to the next live owner of its team, or to the team's queue; the caller holds its row lock.

    Args:
        lead: With person and company loaded.
        at: When the offer is made and its clocks start.
    """
    return _offer(lead, _plan(lead, at, frozenset(), None), at, _why(lead))


def offer_again(lead: Lead, *, at: datetime) -> Offer:
    """Offer a lead again that sales had before its cycle was ended by mistake; the caller holds its row lock.

    Args:
        lead: With person and company loaded; none of its offers is open.
        at: When the offer is made and its clocks start.
    """
    offer = offer_lead(lead, at=at)
    _stay_accepted(lead, offer, at)
    return offer


def _plan(lead: Lead, at: datetime, excluding: frozenset[int], instead_of: Offer | None) -> Plan:
    law = in_force()
    facts = scored_facts(lead, law.agreement, at)
    via = ReadyVia(instead_of.via if instead_of else lead.ready_via or ReadyVia.STAGE)
    terms = terms_for(law.agreement, facts, at, fast_lane=via == ReadyVia.FAST_LANE)
    decision, owner = decide(lead, terms, law.agreement, excluding, at)
    return Plan(law, via, terms, decision, owner)


def _offer(lead: Lead, plan: Plan, at: datetime, reason: str, news: str = "New lead") -> Offer:
    """Carry a plan out: the offer with its clocks, and word of it to its owner."""
    terms, owner = plan.terms, plan.owner
    offer = Offer.objects.create(
        lead=lead,
        owner=owner,
        queue=terms.team,
        via=plan.via,
        grade=lead.grade,
        promise=terms.promise.name if terms.promise else "",
        offered_at=at,
        revision=plan.law.revision,
        clause=terms.clause,
        preference=plan.preference,
        given_by=plan.given_by,
        named_queue=plan.decision.queue,
        routing=_trace(plan.decision),
        reason=reason[:500],
    )
    lead.owner, lead.queue = owner, "" if owner else terms.team
    lead.handed_over_at = lead.handed_over_at or at
    lead.ready_at, lead.held_for = None, []
    lead.save(update_fields=["owner", "queue", "handed_over_at", "ready_at", "held_for"])
    started = clocks.start(offer, plan.law.agreement, terms.promise, at)
    _announce(offer, started, at, news)
    record("lead.offered", f"lead:{lead.pk}", actor=None, at=at, owner=owner.name if owner else None, team=terms.team)
    return offer


def _trace(decision: RoutingDecision) -> list[dict[str, object]]:
    """Return who was considered, as it is stored; with the credits, a dry run can begin after any offer."""
    return [
        {
            "owner": c.owner,
            "name": c.name,
            "reason": str(c.reason),
            "detail": c.detail,
            "credit": decision.credits.get(c.owner),
        }
        for c in decision.considered
    ]


def scored_facts(lead: Lead, agreement: Agreement, at: datetime) -> Facts:
    """Return the lead's facts with its scores and grade among the fields."""
    return scored(facts_of([lead], agreement, at)[lead.pk], agreement, at)


def scored(facts: Facts, agreement: Agreement, at: datetime) -> Facts:
    """Return facts with the scores and the grade of the lead among the fields."""
    rules = {name: criterion.rule for name, criterion in agreement.criteria.items()}
    card = score(agreement.score, facts, at, rules)
    return replace(facts, fields={**facts.fields, **score_fields(card)})


def _why(lead: Lead) -> str:
    last = lead.stage_changes.order_by("at", "pk").last()
    return last.reason if last else ""


def _announce(offer: Offer, started: list[Clock], at: datetime, news: str) -> None:
    first = min(started, key=lambda clock: clock.due_at, default=None)
    person, due = offer.lead.person, first.due_at if first else None
    if offer.owner_id is not None:
        notify(offer.owner_id, offer, Kind.OFFERED, f"{news}: {person}", at=at, due=due)
        return
    if offer.preference == Offer.CameFirst.GIVEN:
        text = f"{person} is back in the queue of {offer.queue}"
    elif offer.named_queue:
        text = f"{person} waits in the queue {words.label(offer.named_queue)} of {offer.queue}"
    elif let_pass(offer.lead):
        text = f"Everybody in {offer.queue} has let {person} pass"
    else:
        text = f"Nobody in {offer.queue} is free for {person}"
    reach = on_shift_for(offer.queue, at)
    if reach.waits:
        about = f"offer:{offer.pk}"
        say_that_nobody_is_there(offer.lead_id, offer.queue, text, reach.users, about=about, at=at)
    for user in reach.users:
        notify(user.pk, offer, Kind.OFFERED, text, at=at, due=due)


def give_to_another(lead: Lead, *, at: datetime, reason: str, may_stay: bool = True, by: User | None = None) -> bool:
    """Offer a lead to somebody else than its owner; return False, and change nothing, if nobody else is live.

    Who that may be is decided by the agreement in force and what is known of the lead now. A lead whose owner is
    deactivated goes to the team's queue if need be, and one in the queue of another team changes queues: it never stays
    with somebody who cannot work it. What the agreement lets wait in a named queue goes back there. Nor does it go back
    to those from whom it was taken because they let it lie; when they are all there are, it goes to the queue. The
    caller holds the lead's row lock.

    Args:
        lead: With person and company loaded.
        at: When.
        reason: Why it goes.
        may_stay: Whether it may stay where it is while nobody else is live; else it goes to the team's queue.
        by: Who passes it on; None: the agreement does.
    """
    last = lead.offers.order_by("-offered_at", "-pk").first()
    passed = let_pass(lead)
    plan = _plan(lead, at, passed | frozenset({lead.owner_id} if lead.owner_id else ()), last)
    if lead.owner is None:
        may_stay = may_stay and lead.queue == plan.terms.team
    else:
        in_vain = lead.owner.pk in passed and _nobody_may_come(plan.decision)
        may_stay = may_stay and lead.owner.is_active and not in_vain and not plan.decision.queue
    if plan.owner is None and may_stay:
        return False
    if last is not None:
        withdraw(last, at=at, note=reason)
    offer = _offer(lead, replace(plan, given_by=by), at, last.reason if last else _why(lead))
    _takes_over(lead, last, offer, at)
    return True


def plan_by_hand(
    lead: Lead,
    last: Offer,
    owner: User | None,
    team: str,
    why: str,
    at: datetime,
    *,
    named_queue: str = "",
    given_by: User | None = None,
) -> Plan:
    """Return the plan by which somebody chose the owner of a lead, or its queue; the caller holds its row lock."""
    law = in_force()
    via = ReadyVia(last.via)
    facts = scored_facts(lead, law.agreement, at)
    terms = terms_for(law.agreement, facts, at, fast_lane=via == ReadyVia.FAST_LANE)
    chosen = (Considered(owner.pk, owner.name, Reason.CHOSEN, why),) if owner else ()
    decision = RoutingDecision(owner.pk if owner else None, chosen, {}, queue=named_queue)
    terms = replace(terms, team=team, clause="")
    return Plan(law, via, terms, decision, owner, by_hand=True, given_by=given_by)


def hand_to(lead: Lead, last: Offer, plan: Plan, *, at: datetime, why: str, news: str) -> Offer:
    """Offer a lead to the owner of a plan that somebody made by hand; the caller holds its row lock.

    As when it is passed on, the former offer ends, with its clocks missed if they had run out, else void, and the new
    owner's time is their own.
    """
    withdraw(last, at=at, note=why)
    offer = _offer(lead, plan, at, last.reason, news)
    _takes_over(lead, last, offer, at)
    return offer


def _takes_over(lead: Lead, last: Offer | None, offer: Offer, at: datetime) -> None:
    """Let an offer take the place of another one: sales decides once, and what it has asked stays asked."""
    _stay_accepted(lead, offer, at)
    _keep_asking(last, offer, at)


def _keep_asking(last: Offer | None, offer: Offer, at: datetime) -> None:
    """Let the question that sales asked stand under the new offer, whose clocks stand still for it."""
    if last is not None and last.questions.filter(closed_at=at, answered_by=None).update(offer=offer, closed_at=None):
        clocks.pause(offer, at=at, why="Marketing has been asked already")


def _stay_accepted(lead: Lead, offer: Offer, at: datetime, by: User | None = None) -> None:
    """Ask for no second decision about a lead that sales has accepted."""
    if lead.stage in {StageName(Stage.SAL), StageName(Stage.SQL), StageName(Stage.OPPORTUNITY)}:
        clocks.stop(offer, Clock.Promise.DECIDE, at=at, outcome=Clock.Outcome.VOID)
        Offer.objects.filter(pk=offer.pk).update(status=Offer.Status.ACCEPTED, decided_at=at, decided_by=by)


def offer_as_fast_lane(lead: Lead, last: Offer, *, at: datetime, reason: str) -> Offer:
    """Put the fast lane's promise in place of the one under which a lead was offered; the caller holds its row lock.

    It stays with its owner if they are live. The former offer ends, with its clocks missed if they had run out, else
    void, so that what was promised before and what is promised now are both counted as what they were.

    Args:
        lead: With person and company loaded; sales has it already, and has not tried to reach it.
        last: Its latest offer.
        at: When.
        reason: Why the fast lane, in one sentence.
    """
    law = in_force()
    terms = terms_for(law.agreement, scored_facts(lead, law.agreement, at), at, fast_lane=True)
    owner, kept = lead.owner, False
    if owner is not None and _stays_live(owner, last.queue, at):
        terms, kept = replace(terms, team=last.queue, clause=last.clause), True
        decision = RoutingDecision(
            owner.pk, (Considered(owner.pk, owner.name, Reason.CHOSEN, "the lead is theirs already"),), {}
        )
    else:
        decision, owner = decide(lead, terms, law.agreement, let_pass(lead), at)
    withdraw(last, at=at, note=reason)
    plan = Plan(law, ReadyVia.FAST_LANE, terms, decision, owner, kept)
    offer = _offer(lead, plan, at, reason, "Now in the fast lane")
    _stay_accepted(lead, offer, at, by=last.decided_by if owner == last.owner else None)
    _keep_asking(last, offer, at)
    record("lead.hurried", f"lead:{lead.pk}", actor=None, at=at, reason=reason)
    return offer


def _stays_live(owner: User, team: str, at: datetime) -> bool:
    away = owner.leaves.filter(start__lte=at, end__gt=at)
    offline = owner.memberships.filter(team__name=team, offline_since__isnull=False)
    return owner.is_active and not away.exists() and not offline.exists()


def let_pass(lead: Lead) -> frozenset[int]:
    """Return from whom the lead was taken in this cycle because they had not worked it in time."""
    taken = ClockEvent.objects.filter(kind=ClockEvent.Kind.REASSIGNED, clock__lead=lead)
    return frozenset(taken.exclude(clock__offer__owner=None).values_list("clock__offer__owner", flat=True))


def _nobody_may_come(decision: RoutingDecision) -> bool:
    """Return whether waiting for somebody to come back or to have room is in vain: all are gone or left out."""
    return {found.reason for found in decision.considered} <= {Reason.EXCLUDED, Reason.DEACTIVATED, Reason.NO_WEIGHT}


def withdraw(offer: Offer, *, at: datetime, note: str) -> None:
    """End an offer because the lead goes elsewhere; its clocks stop as missed if they ran out, else as void."""
    clocks.stop_all(offer, at=at, why=note)
    offer.questions.filter(closed_at=None).update(closed_at=at)
    if offer.status == Offer.Status.OPEN:
        Offer.objects.filter(pk=offer.pk).update(status=Offer.Status.WITHDRAWN, decided_at=at, note=note)


def settle(lead: Lead, at: datetime) -> None:
    """Stop what runs on a lead whose cycle has ended, and end an offer that nobody decided on."""
    unsettled = Q(status=Offer.Status.OPEN) | Q(clocks__stopped_at=None, clocks__isnull=False)
    for offer in lead.offers.filter(unsettled).select_related("revision", "owner").distinct():
        withdraw(offer, at=at, note=f"The lead became {lead.get_stage_display().lower()}")
