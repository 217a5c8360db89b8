"""A lead that a manager gives to somebody by hand, and takes back."""

from datetime import timedelta

import pytest
from tests.server.conftest import MONDAY, Cast, World

from accord.errors import AccordError
from accord.server.accounts.access import AccessError
from accord.server.accounts.models import AuditEntry, Leave, Membership, Role, Team, User
from accord.server.accounts.services import join_team
from accord.server.handoffs import decisions, giving, questions
from accord.server.handoffs.escalation import sweep
from accord.server.handoffs.models import Clock, ClockEvent, Offer
from accord.server.handoffs.reoffering import reoffer_orphans
from accord.server.notifications.models import Notification
from accord.server.pipeline.models import Lead

SOON = MONDAY + timedelta(minutes=30)
LATER = SOON + timedelta(minutes=5)


def other(cast: Cast, lead: Lead) -> User:
    return cast.tom if lead.owner == cast.priya else cast.priya


def give(lead: Lead, to: User, by: User, **more: object) -> Lead:
    wanted = {"team": "field", "reason": "knows the plant", "at": SOON, **more}
    return giving.give(lead.pk, to=to.pk, by=by, **wanted)  # type: ignore[arg-type]


def code_of(lead: Lead, to: User, by: User, **more: object) -> str:
    before = (Offer.objects.count(), Lead.objects.values_list("owner", flat=True).get(pk=lead.pk))
    with pytest.raises(AccordError) as refused:
        give(lead, to, by, **more)
    assert (Offer.objects.count(), Lead.objects.values_list("owner", flat=True).get(pk=lead.pk)) == before
    return refused.value.code


def test_a_manager_gives_a_lead_and_its_history_says_why(world: World, cast: Cast) -> None:
    lead = world.offered()
    former, to = lead.owner, other(cast, lead)
    assert former is not None
    give(lead, to, cast.sven)
    lead.refresh_from_db()
    given, first = lead.offers.order_by("-pk")
    assert (lead.owner, given.owner, given.queue, given.status) == (to, to, "field", "open")
    assert (given.preference, given.given_by) == ("given", cast.sven)
    assert given.routing[0]["detail"] == f"given to {to.name} by Sven: knows the plant"
    assert (first.status, first.note) == ("withdrawn", f"given to {to.name} by Sven: knows the plant")
    entry = AuditEntry.objects.get(action="lead.given")
    assert (entry.actor, entry.details["from"], entry.details["reason"]) == (cast.sven, former.pk, "knows the plant")


def test_the_clocks_of_the_former_owner_are_void_and_those_of_the_new_one_begin(world: World, cast: Cast) -> None:
    lead = world.demo_request()
    give(lead, other(cast, lead), cast.sven, at=MONDAY + timedelta(minutes=10))
    given, first = lead.offers.order_by("-pk")
    assert set(first.clocks.values_list("outcome", flat=True)) == {"void"}
    started = given.clocks.get(promise="first_attempt")
    assert (started.started_at, started.due_at - started.started_at) == (
        MONDAY + timedelta(minutes=10),
        timedelta(minutes=15),
    )


def test_what_had_run_out_stays_broken_when_the_lead_is_given_to_somebody_else(world: World, cast: Cast) -> None:
    lead = world.demo_request()
    give(lead, other(cast, lead), cast.sven)  # the first attempt was due after 15 minutes
    assert lead.offers.order_by("pk")[0].clocks.get(promise="first_attempt").outcome == "missed"


def test_both_owners_are_told(world: World, cast: Cast) -> None:
    lead = world.offered()
    former, to = lead.owner, other(cast, lead)
    Notification.objects.all().delete()
    give(lead, to, cast.sven)
    told = {notice.user: notice.text for notice in Notification.objects.select_related("user")}
    assert set(told) == {former, to}
    assert told[to].startswith(f"Sven gave you a lead: {lead.person}, due ")
    assert former is not None
    assert told[former] == f"{lead.person} was given to {to.name} by Sven: knows the plant"


def test_an_accepted_lead_is_not_decided_on_again(world: World, cast: Cast) -> None:
    lead = world.offered()
    assert lead.owner is not None
    decisions.accept(lead.pk, by=lead.owner, at=MONDAY)
    give(lead, other(cast, lead), cast.sven)
    given = lead.offers.order_by("-pk")[0]
    assert (given.status, given.clocks.get(promise="decide").outcome) == ("accepted", "void")


def test_giving_twice_is_giving_once(world: World, cast: Cast) -> None:
    lead = world.offered()
    to = other(cast, lead)
    for _ in range(2):
        give(lead, to, cast.sven)
    assert AuditEntry.objects.filter(action="lead.given").count() == 1
    assert lead.offers.count() == 2


def test_only_its_manager_and_operations_give_a_lead(world: World, cast: Cast) -> None:
    lead = world.offered()
    to = other(cast, lead)
    assert lead.owner is not None
    for by in (lead.owner, to, cast.enno, cast.mara, cast.xenia, cast.alma):
        with pytest.raises(AccessError):
            give(lead, to, by)
    give(lead, to, cast.olga)


def test_a_manager_gives_leads_to_their_own_team_only(world: World, cast: Cast) -> None:
    lead = world.offered()
    assert code_of(lead, cast.enno, cast.sven, team="enterprise") == "handoff.not_in_team"
    assert code_of(lead, cast.enno, cast.sven) == "handoff.not_in_team"
    give(lead, cast.enno, cast.olga, team="enterprise")
    assert Lead.objects.get(pk=lead.pk).owner == cast.enno


def test_a_deactivated_member_gets_no_lead(world: World, cast: Cast) -> None:
    lead = world.offered()
    User.objects.filter(pk=other(cast, lead).pk).update(is_active=False)
    assert code_of(lead, other(cast, lead), cast.sven, anyway=True) == "handoff.not_in_team"


def test_somebody_full_gets_a_lead_only_if_it_is_meant(world: World, cast: Cast) -> None:
    lead = world.offered()
    to = other(cast, lead)
    Membership.objects.filter(user=to).update(capacity=0)
    assert code_of(lead, to, cast.sven) == "handoff.full"
    give(lead, to, cast.sven, anyway=True)
    assert Lead.objects.get(pk=lead.pk).owner == to


def test_somebody_away_gets_no_lead_that_nobody_has_accepted(world: World, cast: Cast) -> None:
    """The next look for orphans would take it from them again (lessons 5 and 7)."""
    lead = world.offered()
    to = other(cast, lead)
    Leave.objects.create(user=to, start=MONDAY, end=MONDAY + timedelta(days=3))
    assert code_of(lead, to, cast.sven, anyway=True) == "handoff.away"
    assert lead.owner is not None
    decisions.accept(lead.pk, by=lead.owner, at=MONDAY)
    assert code_of(lead, to, cast.sven) == "handoff.away"
    give(lead, to, cast.sven, anyway=True)
    reoffer_orphans(LATER)
    assert Lead.objects.get(pk=lead.pk).owner == to


def test_a_lead_without_reason_a_stale_one_and_an_ended_one_are_not_given(world: World, cast: Cast) -> None:
    lead = world.offered()
    to, first = other(cast, lead), lead.offers.get()
    assert code_of(lead, to, cast.sven, reason="  ") == "handoff.no_words"
    decisions.pass_on(lead.pk, by=cast.sven, at=MONDAY)
    lead.refresh_from_db()
    assert code_of(lead, other(cast, lead), cast.sven, offer_id=first.pk) == "handoff.moved"
    assert lead.owner is not None
    decisions.reject(lead.pk, reason="not_now", by=lead.owner, at=MONDAY)
    assert code_of(lead, other(cast, lead), cast.sven) == "lead.ended"
    with pytest.raises(AccordError, match="there is no lead"):
        giving.give(10**9, to=to.pk, team="field", reason="x", by=cast.sven, at=SOON)


def test_a_lead_that_nobody_has_offered_is_not_given(world: World, cast: Cast) -> None:
    assert code_of(world.mql(), cast.tom, cast.olga) == "handoff.not_offered"


def test_a_lead_in_the_queue_is_given_out_of_it(world: World, cast: Cast) -> None:
    Membership.objects.all().update(weight=0)
    lead = world.offered()
    assert (lead.owner, lead.queue) == (None, "field")
    give(lead, cast.tom, cast.sven)
    lead.refresh_from_db()
    assert (lead.owner, lead.queue) == (cast.tom, "")


def test_undone_it_is_as_if_it_had_not_been_given(world: World, cast: Cast) -> None:
    lead = world.demo_request()
    former, to = lead.owner, other(cast, lead)
    were = list(lead.offers.get().clocks.order_by("promise").values("promise", "started_at", "due_at", "needed"))
    at = MONDAY + timedelta(minutes=5)
    give(lead, to, cast.sven, at=at)
    Notification.objects.all().delete()
    given = lead.offers.order_by("-pk")[0]
    for _ in range(2):
        giving.undo(lead.pk, offer_id=given.pk, by=cast.sven, at=at + timedelta(minutes=2))
    lead.refresh_from_db()
    back = lead.offers.order_by("-pk")[0]
    assert (lead.owner, back.owner, back.status, lead.offers.count()) == (former, former, "open", 3)
    assert list(back.clocks.order_by("promise").values("promise", "started_at", "due_at", "needed")) == were
    assert set(Notification.objects.values_list("user", flat=True)) == {to.pk, former.pk if former else 0}
    sweep(MONDAY + timedelta(minutes=16))
    assert ClockEvent.objects.filter(clock__offer=back, kind="breached", clock__promise="first_attempt").exists()


def test_what_was_kept_before_is_not_owed_again_after_undoing(world: World, cast: Cast) -> None:
    lead = world.offered()
    assert lead.owner is not None
    decisions.accept(lead.pk, by=lead.owner, at=MONDAY)
    give(lead, other(cast, lead), cast.sven)
    giving.undo(lead.pk, offer_id=lead.offers.order_by("-pk")[0].pk, by=cast.sven, at=LATER)
    back = lead.offers.order_by("-pk")[0]
    assert (back.status, back.clocks.get(promise="decide").outcome) == ("accepted", "void")


def test_a_hold_of_the_former_owner_still_counts_after_undoing(world: World, cast: Cast) -> None:
    lead = world.demo_request()
    assert lead.owner is not None
    questions.ask(lead.pk, "Which site?", by=lead.owner, at=MONDAY + timedelta(minutes=5))
    questions.answer(lead.pk, "Ulm", by=cast.mara, at=MONDAY + timedelta(minutes=25))
    due = Clock.objects.get(offer__lead=lead, promise="first_attempt").due_at
    give(lead, other(cast, lead), cast.sven)
    giving.undo(lead.pk, offer_id=lead.offers.order_by("-pk")[0].pk, by=cast.sven, at=MONDAY + timedelta(minutes=32))
    clock = lead.offers.order_by("-pk")[0].clocks.get(promise="first_attempt")
    assert (clock.due_at, clock.on_hold) == (due, timedelta(minutes=20))
    assert lead.owner is not None
    decisions.log_attempt(
        lead.pk,
        channel="call",  # type: ignore[arg-type]
        outcome="reached",  # type: ignore[arg-type]
        action_id="7b1c8a52-8b9f-4b59-9a0a-3f2f7b9d5b11",  # type: ignore[arg-type]
        by=lead.owner,
        at=MONDAY + timedelta(minutes=34),
    )
    clock.refresh_from_db()
    assert (clock.outcome, clock.response) == ("kept", timedelta(minutes=14))


@pytest.mark.parametrize("happens", ["time", "attempt", "decision", "somebody_else", "leaver"])
def test_it_cannot_be_undone_any_more(world: World, cast: Cast, happens: str) -> None:
    lead = world.offered()
    former, to = lead.owner, other(cast, lead)
    assert former is not None
    give(lead, to, cast.sven)
    given = lead.offers.order_by("-pk")[0]
    by, at = cast.sven, LATER
    match happens:
        case "time":
            at = SOON + timedelta(minutes=10)
        case "attempt":
            lead.attempts.create(by=to, channel="call", outcome="no_answer", at=SOON, action_id=given_id())
        case "decision":
            decisions.accept(lead.pk, by=to, at=SOON + timedelta(minutes=1))
        case "somebody_else":
            by = cast.olga
        case "leaver":
            User.objects.filter(pk=former.pk).update(is_active=False)
    with pytest.raises(AccordError) as refused:
        giving.undo(lead.pk, offer_id=given.pk, by=by, at=at)
    assert refused.value.code == "handoff.too_late"
    assert Lead.objects.get(pk=lead.pk).owner == to


def given_id() -> str:
    return "7b1c8a52-8b9f-4b59-9a0a-3f2f7b9d5b12"


def test_a_lead_out_of_the_queue_goes_back_into_it(world: World, cast: Cast) -> None:
    Membership.objects.all().update(weight=0)
    lead = world.offered()
    give(lead, cast.tom, cast.sven)
    giving.undo(lead.pk, offer_id=lead.offers.order_by("-pk")[0].pk, by=cast.sven, at=LATER)
    lead.refresh_from_db()
    assert (lead.owner, lead.queue) == (None, "field")


def test_a_manager_who_is_deactivated_gives_nothing(world: World, cast: Cast) -> None:
    lead = world.offered()
    cast.sven.is_active = False
    with pytest.raises(AccessError):
        give(lead, other(cast, lead), cast.sven)


def test_the_manager_of_two_teams_gives_across_them(world: World, cast: Cast) -> None:
    lead = world.offered()
    Team.objects.filter(name="enterprise").update(manager=cast.sven)
    join_team(User.objects.create_user("ana@test.works", "Ana", Role.SALES), "enterprise")
    give(lead, cast.enno, cast.sven, team="enterprise")
    assert lead.offers.order_by("-pk")[0].queue == "enterprise"
