"""Second thoughts: a lead taken from the team's queue, and a rejection taken back."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from tests.server.conftest import MONDAY, Cast, World
from tests.server.handoffs.conftest import Present, SignIn

from accord.errors import AccordError
from accord.server.accounts.access import AccessError
from accord.server.accounts.models import AuditEntry, User
from accord.server.handoffs import decisions, giving, taking, taking_back
from accord.server.handoffs.decisions import HandoffError
from accord.server.handoffs.escalation import sweep
from accord.server.handoffs.models import Clock, ClockEvent, Offer
from accord.server.pipeline.models import Lead, StageChange
from accord.server.pipeline.services import reopen

SOON = MONDAY + timedelta(minutes=5)


def queued(world: World, status: str = "open") -> Lead:
    lead = world.offered()
    Lead.objects.filter(pk=lead.pk).update(owner=None, queue="field", stage="mql" if status == "open" else "sal")
    Offer.objects.filter(lead=lead).update(owner=None, status=status)
    lead.refresh_from_db()
    return lead


def rejected(world: World, reason: str = "not_now") -> tuple[Lead, User]:
    lead = world.demo_request()
    assert lead.owner is not None
    decisions.reject(lead.pk, reason=reason, note="a slip", by=lead.owner, at=SOON)
    return lead, lead.owner


def clocks_of(lead: Lead) -> list[dict[str, Any]]:
    fields = ("promise", "started_at", "due_at", "stopped_at", "outcome", "response", "breached_at", "needed")
    return list(Clock.objects.filter(offer__lead=lead).order_by("pk").values(*fields))


def test_whoever_takes_an_offered_lead_has_accepted_it(world: World, cast: Cast, sign_in: SignIn) -> None:
    lead = queued(world)
    client = sign_in(cast.tom)
    assert f"/leads/{lead.pk}/take/" in client.get("/queue/?scope=to_take").content.decode()
    for _ in range(2):
        client.post(f"/leads/{lead.pk}/take/", {"from": "queue"}, headers={"HX-Request": "true"})
    lead.refresh_from_db()
    assert (lead.owner, lead.queue, lead.stage) == (cast.tom, "", "sal")
    assert StageChange.objects.filter(lead=lead, to_stage="sal").count() == 1


def test_a_lead_that_is_worked_already_can_be_taken_from_the_queue_too(world: World, cast: Cast) -> None:
    lead = queued(world, "accepted")
    for _ in range(2):
        taking.take(lead.pk, by=cast.tom, at=SOON)
    lead.refresh_from_db()
    assert (lead.owner, lead.queue, lead.stage) == (cast.tom, "", "sal")
    assert AuditEntry.objects.filter(action="lead.taken", actor=cast.tom).count() == 1


@pytest.mark.parametrize("status", ["open", "accepted"])
def test_nobody_takes_from_another_teams_queue(world: World, cast: Cast, status: str) -> None:
    lead = queued(world, status)
    with pytest.raises(AccessError):
        taking.take(lead.pk, by=cast.enno, at=SOON)


def test_a_manager_may_work_what_lies_in_their_teams_queue(world: World, cast: Cast) -> None:
    lead = queued(world)
    assert decisions.may_work(cast.sven, lead)
    assert not decisions.may_work(cast.enno, lead)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_take_a_lead_at_once_one_has_it_and_the_other_is_told(world: World, cast: Cast) -> None:
    lead = queued(world)
    refused: list[AccordError] = []
    gate = threading.Barrier(2)

    def take(user: User) -> None:
        gate.wait()
        try:
            taking.take(lead.pk, by=user, at=SOON)
        except AccordError as error:
            refused.append(error)
        finally:
            connections.close_all()

    both = [threading.Thread(target=take, args=(user,)) for user in (cast.priya, cast.tom)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    lead.refresh_from_db()
    assert lead.owner in {cast.priya, cast.tom}
    assert [error.code for error in refused] == ["access.not_yours"]
    assert StageChange.objects.filter(lead=lead, to_stage="sal").count() == 1


@pytest.mark.parametrize("reason", ["not_now", "wrong_size", "no_contact"])
def test_a_rejection_taken_back_leaves_lead_offer_and_clocks_as_they_were(world: World, reason: str) -> None:
    lead = world.demo_request()
    owner = lead.owner
    assert owner is not None
    clocks = clocks_of(lead)
    offer = Offer.objects.filter(lead=lead).values().get()
    decisions.reject(lead.pk, reason=reason, note="a slip", by=owner, at=SOON)
    for _ in range(2):
        taking_back.take_back(lead.pk, by=owner, at=SOON + timedelta(minutes=1))
    lead.refresh_from_db()
    assert (lead.stage, lead.owner, lead.ended_at, lead.end_reason) == ("mql", owner, None, "")
    assert (lead.returns_at, lead.caretaker) == (None, "")
    assert clocks_of(lead) == clocks
    assert Offer.objects.filter(lead=lead).values().get() == offer
    steps = list(StageChange.objects.filter(lead=lead).order_by("pk").values_list("to_stage", flat=True))
    assert steps[:2] == ["lead", "mql"]
    assert steps[3:] == ["mql"]
    assert AuditEntry.objects.filter(action="lead.rejection_taken_back").count() == 1


def test_it_can_be_rejected_and_taken_back_again_and_then_decided(world: World) -> None:
    lead, owner = rejected(world)
    for minute in range(3):
        at = SOON + timedelta(minutes=2 * minute)
        taking_back.take_back(lead.pk, by=owner, at=at + timedelta(minutes=1))
        decisions.reject(lead.pk, reason="not_now", by=owner, at=at + timedelta(minutes=2))
    taking_back.take_back(lead.pk, by=owner, at=SOON + timedelta(minutes=8))
    decisions.accept(lead.pk, by=owner, at=SOON + timedelta(minutes=9))
    assert Clock.objects.get(offer__lead=lead, promise="decide").outcome == "kept"


def test_what_fell_due_in_between_is_carried_out_after_it(world: World) -> None:
    lead, owner = rejected(world)
    back = MONDAY + timedelta(minutes=14)  # 80 % of the quarter of an hour are over
    taking_back.take_back(lead.pk, by=owner, at=back)
    sweep(back)
    clock = Clock.objects.get(offer__lead=lead, promise="first_attempt")
    assert ClockEvent.objects.filter(clock=clock, kind="reminded").count() == 1
    sweep(back)
    assert ClockEvent.objects.filter(clock=clock, kind="reminded").count() == 1
    clock.refresh_from_db()
    assert clock.next_check_at == clock.due_at


@pytest.mark.parametrize("case", ["too_late", "not_theirs", "next_cycle", "left_by_itself"])
def test_what_can_no_longer_be_taken_back_says_so(world: World, cast: Cast, case: str) -> None:
    lead, owner = rejected(world)
    at, by = SOON + timedelta(minutes=1), owner
    match case:
        case "too_late":
            at = SOON + giving.UNDO_WITHIN
        case "not_theirs":
            by = cast.sven
        case "next_cycle":
            lead.refresh_from_db()
            reopen(lead, at=at, reason="again")
        case "left_by_itself":
            Offer.objects.filter(lead=lead).update(status="accepted")
            Lead.objects.filter(pk=lead.pk).update(end_clause="recycling.never_reached")
    with pytest.raises(HandoffError) as refused:
        taking_back.take_back(lead.pk, by=by, at=at)
    assert refused.value.code == "handoff.too_late"
    assert StageChange.objects.filter(lead=lead).last().to_stage == "recycled"  # type: ignore[union-attr]


def test_a_colleague_takes_nothing_back(world: World, cast: Cast) -> None:
    lead, owner = rejected(world)
    other = cast.tom if owner == cast.priya else cast.priya
    with pytest.raises(AccessError):
        taking_back.take_back(lead.pk, by=other, at=SOON)


def test_the_undo_of_the_page_brings_the_row_back(world: World, sign_in: SignIn, present: Present) -> None:
    lead = world.demo_request()
    assert lead.owner is not None
    client = sign_in(lead.owner)
    client.post(f"/leads/{lead.pk}/reject/", {"reason": "not_now", "from": "queue"}, headers={"HX-Request": "true"})
    present.passes(minutes=1)
    answer = client.post(f"/leads/{lead.pk}/take-back/", {"from": "queue"}, headers={"HX-Request": "true"})
    assert f"Call {lead.person} before 10:15" in answer.content.decode()
    assert f"/leads/{lead.pk}/accept/" in client.get("/queue/").content.decode()
