"""What sales does with a lead, and what it may not do."""

import threading
import uuid
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connections
from tests.server.conftest import MONDAY, Cast, World

from accord.errors import AccordError
from accord.server.accounts.access import AccessError
from accord.server.accounts.models import AuditEntry, User
from accord.server.handoffs import decisions, qualifying
from accord.server.handoffs.decisions import HandoffError
from accord.server.handoffs.models import Attempt, Clock, Offer
from accord.server.pipeline.models import Deal, Lead, StageChange
from accord.server.pipeline.services import LeadError

LATER = MONDAY + timedelta(minutes=5)


def owner_of(lead: Lead) -> User:
    lead.refresh_from_db()
    assert lead.owner is not None
    return lead.owner


def other_than(owner: User, cast: Cast) -> User:
    return cast.tom if owner == cast.priya else cast.priya


def test_accepting_makes_a_sal_and_stops_the_decision_clock(world: World) -> None:
    lead = world.offered()
    owner = owner_of(lead)
    decisions.accept(lead.pk, by=owner, at=LATER)
    change = StageChange.objects.filter(lead=lead).latest("pk")
    assert (change.from_stage, change.to_stage, change.user, change.at) == ("mql", "sal", owner, LATER)
    assert Clock.objects.get(offer__lead=lead, promise="decide").outcome == "kept"
    assert AuditEntry.objects.filter(action="lead.accepted", actor=owner, subject=f"lead:{lead.pk}").count() == 1


def test_accepting_twice_changes_nothing_the_second_time(world: World) -> None:
    lead = world.offered()
    owner = owner_of(lead)
    for _ in range(2):
        decisions.accept(lead.pk, by=owner, at=LATER)
    assert StageChange.objects.filter(lead=lead, to_stage="sal").count() == 1


@pytest.mark.parametrize(
    ("reason", "stage", "caretaker", "days"),
    [
        ("wrong_size", "disqualified", "", None),
        ("not_now", "recycled", "marketing", 90),
        ("no_contact", "recycled", "agency", None),
    ],
)
def test_a_rejected_lead_goes_where_the_agreement_says(
    world: World, reason: str, stage: str, caretaker: str, days: int | None
) -> None:
    lead = world.offered()
    decisions.reject(lead.pk, reason=reason, note="spoke to reception", by=owner_of(lead), at=LATER)
    lead.refresh_from_db()
    offer = Offer.objects.get(lead=lead)
    assert (lead.stage, lead.end_reason, lead.caretaker, lead.ended_at) == (stage, reason, caretaker, LATER)
    assert lead.returns_at == (LATER + timedelta(days=days) if days else None)
    assert (offer.status, offer.reject_reason, offer.note) == ("rejected", reason, "spoke to reception")


def test_a_reason_that_was_not_agreed_changes_nothing(world: World) -> None:
    lead = world.offered()
    with pytest.raises(HandoffError, match="not an agreed reason; agreed are wrong_size, not_now, no_contact"):
        decisions.reject(lead.pk, reason="bad", by=owner_of(lead), at=LATER)
    lead.refresh_from_db()
    assert (lead.stage, Offer.objects.get(lead=lead).status) == ("mql", "open")


def test_nobody_rejects_what_a_colleague_has_accepted(world: World) -> None:
    lead = world.offered()
    decisions.accept(lead.pk, by=owner_of(lead), at=LATER)
    with pytest.raises(HandoffError) as refused:
        decisions.reject(lead.pk, reason="not_now", by=world.cast.sven, at=LATER)
    assert refused.value.code == "handoff.already_decided"


VERBS: dict[str, Callable[[Lead, User], object]] = {
    "accept": lambda lead, by: decisions.accept(lead.pk, by=by, at=LATER),
    "reject": lambda lead, by: decisions.reject(lead.pk, reason="not_now", by=by, at=LATER),
    "recycle": lambda lead, by: decisions.recycle(lead.pk, reason="not_now", by=by, at=LATER),
    "qualify": lambda lead, by: qualifying.qualify(lead.pk, by=by, at=LATER),
    "start_deal": lambda lead, by: decisions.start_deal(lead.pk, amount=None, by=by, at=LATER),
    "win": lambda lead, by: decisions.win(lead.pk, by=by, at=LATER),
    "lose": lambda lead, by: decisions.lose(lead.pk, reason="not_now", by=by, at=LATER),
    "pass_on": lambda lead, by: decisions.pass_on(lead.pk, by=by, at=LATER),
    "log_attempt": lambda lead, by: decisions.log_attempt(
        lead.pk,
        channel=Attempt.Channel.CALL,
        outcome=Attempt.Outcome.REACHED,
        action_id=uuid.uuid4(),
        by=by,
        at=LATER,
    ),
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("who", ["a colleague", "mara", "alma", "xenia", "enno", "deactivated owner"])
def test_only_its_owner_their_manager_or_operations_may_work_a_lead(world: World, verb: str, who: str) -> None:
    lead = world.offered()
    owner = owner_of(lead)
    if who == "a colleague":
        user = other_than(owner, world.cast)
    elif who == "deactivated owner":
        User.objects.filter(pk=owner.pk).update(is_active=False)
        user = User.objects.get(pk=owner.pk)
    else:
        user = getattr(world.cast, who)
    before = (StageChange.objects.count(), Attempt.objects.count(), AuditEntry.objects.count())
    with pytest.raises(AccessError):
        VERBS[verb](lead, user)
    assert (StageChange.objects.count(), Attempt.objects.count(), AuditEntry.objects.count()) == before


@pytest.mark.parametrize("who", ["sven", "olga"])
def test_the_manager_and_operations_may_decide_for_the_owner(world: World, who: str) -> None:
    lead = world.offered()
    decisions.accept(lead.pk, by=getattr(world.cast, who), at=LATER)
    lead.refresh_from_db()
    assert lead.stage == "sal"


def test_the_same_action_is_logged_once(world: World) -> None:
    lead = world.offered()
    action = uuid.uuid4()
    for _ in range(3):
        decisions.log_attempt(
            lead.pk,
            channel=Attempt.Channel.CALL,
            outcome=Attempt.Outcome.NO_ANSWER,
            action_id=action,
            by=owner_of(lead),
            at=LATER,
        )
    assert Attempt.objects.filter(lead=lead).count() == 1
    assert AuditEntry.objects.filter(action="lead.attempted").count() == 1


def test_qualifying_needs_the_agreed_gate_and_names_it(world: World) -> None:
    lead = world.offered()
    owner = owner_of(lead)
    decisions.accept(lead.pk, by=owner, at=LATER)
    with pytest.raises(HandoffError) as refused:
        qualifying.qualify(lead.pk, by=owner, at=LATER)
    assert refused.value.code == "handoff.gate_closed"
    decisions.fill_in(lead.pk, {"lead.budget": "approved"}, by=owner, at=LATER)
    qualifying.qualify(lead.pk, by=owner, at=LATER)
    lead.refresh_from_db()
    assert lead.stage == "sql"


def test_a_field_takes_only_what_it_declares_and_only_from_its_owner(world: World) -> None:
    lead = world.offered()
    with pytest.raises(HandoffError, match="one of none, planned, approved"):
        decisions.fill_in(lead.pk, {"lead.budget": "huge"}, by=owner_of(lead), at=LATER)
    with pytest.raises(AccessError, match="marketing's to fill in"):
        decisions.fill_in(lead.pk, {"company.employees": "3"}, by=owner_of(lead), at=LATER)
    decisions.fill_in(lead.pk, {"company.employees": "3"}, by=world.cast.mara, at=LATER)
    lead.refresh_from_db()
    assert lead.person.company is not None
    assert lead.person.company.fields == {"employees": 3, "country": "DE"}


def test_a_bad_value_among_good_ones_stores_none(world: World) -> None:
    lead = world.offered()
    with pytest.raises(HandoffError):
        decisions.fill_in(lead.pk, {"company.country": "AT", "company.employees": "many"}, by=world.cast.olga, at=LATER)
    lead.refresh_from_db()
    assert lead.person.company is not None
    assert lead.person.company.fields["country"] == "DE"


def test_a_won_deal_makes_a_customer_and_stops_every_clock(world: World) -> None:
    lead = world.offered()
    owner = owner_of(lead)
    decisions.accept(lead.pk, by=owner, at=LATER)
    decisions.start_deal(lead.pk, name="Gauges", amount=Decimal("1200.50"), by=owner, at=LATER)
    deal = decisions.win(lead.pk, by=owner, at=LATER + timedelta(days=3))
    lead.refresh_from_db()
    assert (lead.stage, lead.ended_at) == ("customer", LATER + timedelta(days=3))
    assert (deal.outcome, deal.amount, deal.currency, deal.flags) == ("won", Decimal("1200.50"), "EUR", [])
    assert not Clock.objects.filter(offer__lead=lead, stopped_at=None).exists()
    assert [change.to_stage for change in StageChange.objects.filter(lead=lead)] == [
        "lead",
        "mql",
        "sal",
        "opportunity",
        "customer",
    ]


def test_a_lost_deal_sends_the_lead_where_its_reason_says(world: World) -> None:
    lead = world.offered()
    owner = owner_of(lead)
    decisions.accept(lead.pk, by=owner, at=LATER)
    decisions.start_deal(lead.pk, amount=None, by=owner, at=LATER)
    decisions.lose(lead.pk, reason="not_now", by=owner, at=LATER)
    lead.refresh_from_db()
    assert (lead.stage, Deal.objects.get(lead=lead).outcome) == ("recycled", "lost")


@pytest.mark.parametrize("verb", ["log_attempt", "pass_on", "recycle", "start_deal"])
def test_nothing_happens_to_a_lead_that_is_over(world: World, verb: str) -> None:
    lead = world.offered()
    owner = owner_of(lead)
    decisions.reject(lead.pk, reason="wrong_size", by=owner, at=LATER)
    with pytest.raises(AccordError):
        VERBS[verb](lead, owner)
    lead.refresh_from_db()
    assert (lead.stage, Attempt.objects.count(), Deal.objects.count()) == ("disqualified", 0, 0)


def test_a_second_deal_waits_for_the_first(world: World) -> None:
    lead = world.offered()
    owner = owner_of(lead)
    decisions.accept(lead.pk, by=owner, at=LATER)
    decisions.start_deal(lead.pk, amount=None, by=owner, at=LATER)
    with pytest.raises(LeadError, match="open deal already"):
        decisions.start_deal(lead.pk, amount=None, by=owner, at=LATER)


@pytest.mark.django_db(transaction=True)
def test_accepting_and_rejecting_at_the_same_moment_leaves_one_decision(world: World) -> None:
    lead = world.offered()
    owner = owner_of(lead)
    results: list[str] = []
    together = threading.Barrier(2)

    def decide(verb: str) -> None:
        together.wait()
        try:
            VERBS[verb](lead, owner)
            results.append(verb)
        except AccordError as error:
            results.append(error.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=decide, args=(verb,)) for verb in ("accept", "reject")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lead.refresh_from_db()
    assert "handoff.already_decided" in results
    winner = next(result for result in results if result in VERBS)
    assert lead.stage == {"accept": "sal", "reject": "recycled"}[winner]
    assert Offer.objects.filter(lead=lead).exclude(status="open").count() == 1
