"""Whose leads a queue holds, in which order, and what each row says."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from pytest_django import DjangoAssertNumQueries
from tests.server.conftest import MONDAY, Cast, World
from tests.server.handoffs.conftest import Present

from accord.server.accounts.models import Membership, User
from accord.server.accounts.services import join_team
from accord.server.handoffs import decisions
from accord.server.handoffs.lent import lent_leads, lent_page
from accord.server.handoffs.models import Attempt, Clock, Offer
from accord.server.handoffs.queries import (
    QueueRow,
    Scope,
    Show,
    queue_badge,
    queue_counts,
    queue_page,
    queue_row,
    reach_of,
)
from accord.server.handoffs.tasks import Running, Verb, tasks_of
from accord.server.pipeline.models import Lead, StageName
from accord.server.pipeline.services import reopen


def rows(
    user: User, scope: Scope = Scope.MINE, show: Show = Show.ALL, text: str = "", at: datetime = MONDAY
) -> list[QueueRow]:
    return list(queue_page(reach_of(user), scope, show, text, at).object_list)


def give(lead: Lead, owner: User | None, queue: str = "") -> Lead:
    Lead.objects.filter(pk=lead.pk).update(owner=owner, queue=queue)
    Offer.objects.filter(lead=lead).update(owner=owner)
    lead.refresh_from_db()
    return lead


def test_the_earliest_deadline_comes_first_and_a_lead_without_one_last(world: World, cast: Cast) -> None:
    slow = give(world.offered(), cast.priya)
    fast = give(world.demo_request(), cast.priya)
    idle = give(world.offered(MONDAY - timedelta(days=3)), cast.priya)
    Clock.objects.filter(offer__lead=idle).update(stopped_at=MONDAY, outcome="void")
    assert [row.lead_id for row in rows(cast.priya)] == [fast.pk, slow.pk, idle.pk]


def test_among_leads_without_a_deadline_the_longest_waiting_comes_first(world: World, cast: Cast) -> None:
    young = give(world.offered(), cast.priya)
    old = give(world.offered(MONDAY - timedelta(days=3)), cast.priya)
    Clock.objects.update(stopped_at=MONDAY, outcome="void")
    assert [row.lead_id for row in rows(cast.priya)] == [old.pk, young.pk]


def test_mine_holds_my_open_leads_and_nobody_elses(world: World, cast: Cast) -> None:
    mine = give(world.offered(), cast.priya)
    give(world.offered(), cast.tom)
    ended = give(world.offered(), cast.priya)
    decisions.reject(ended.pk, reason="not_now", by=cast.priya, at=MONDAY)
    world.mql()  # not handed over
    assert [row.lead_id for row in rows(cast.priya)] == [mine.pk]


def test_a_manager_sees_the_team_and_its_queue_once_each(world: World, cast: Cast) -> None:
    join_team(cast.priya, "second")
    second = Membership.objects.get(team__name="second").team
    second.manager = cast.sven
    second.save()
    one = give(world.offered(), cast.priya)
    other = give(world.offered(), cast.tom)
    queued = give(world.offered(), None, "field")
    give(world.offered(), cast.enno)
    give(world.offered(), None, "enterprise")
    assert {row.lead_id for row in rows(cast.sven, Scope.TEAM)} == {one.pk, other.pk, queued.pk}
    assert len(rows(cast.sven, Scope.TEAM)) == 3


def test_leads_without_an_owner_stand_to_be_taken_in_their_teams_queue_only(world: World, cast: Cast) -> None:
    queued = give(world.offered(), None, "field")
    assert [row.lead_id for row in rows(cast.priya, Scope.TO_TAKE)] == [queued.pk]
    assert rows(cast.priya, Scope.TO_TAKE)[0].takeable
    assert rows(cast.enno, Scope.TO_TAKE) == []
    assert [row.lead_id for row in rows(cast.olga, Scope.TO_TAKE)] == [queued.pk]


@pytest.mark.parametrize(
    ("who", "scopes"),
    [
        ("priya", (Scope.MINE, Scope.TO_TAKE)),
        ("sven", (Scope.TEAM, Scope.TO_TAKE, Scope.MINE)),
        ("olga", (Scope.TEAM, Scope.TO_TAKE, Scope.MINE)),
    ],
)
def test_everybody_has_the_lists_of_their_reach(cast: Cast, who: str, scopes: tuple[Scope, ...]) -> None:
    assert reach_of(getattr(cast, who)).scopes == scopes


def test_the_filters_split_the_list_and_the_counts_say_so(world: World, cast: Cast) -> None:
    late = give(world.demo_request(MONDAY - timedelta(hours=1)), cast.priya)
    fresh = give(world.offered(), cast.priya)
    worked = give(world.offered(), cast.priya)
    decisions.accept(worked.pk, by=cast.priya, at=MONDAY)
    assert [row.lead_id for row in rows(cast.priya, show=Show.LATE)] == [late.pk]
    assert {row.lead_id for row in rows(cast.priya, show=Show.NEW)} == {late.pk, fresh.pk}
    assert [row.lead_id for row in rows(cast.priya, show=Show.WORK)] == [worked.pk]
    counts = queue_counts(reach_of(cast.priya), Scope.MINE, "", MONDAY)
    assert dict(counts.shows) == {Show.ALL: 3, Show.LATE: 1, Show.NEW: 2, Show.WORK: 1, Show.ASLEEP: 0}
    assert dict(counts.scopes) == {Scope.MINE: 3, Scope.TO_TAKE: 0}
    assert counts.promised == 3


@pytest.mark.parametrize("text", ["person 1", "company 1", "1234", "c1.example", "  PERSON   company "])
def test_the_search_finds_every_word_in_name_company_address_or_number(world: World, cast: Cast, text: str) -> None:
    lead = give(world.offered(), cast.priya)
    assert [row.lead_id for row in rows(cast.priya, text=text)] == [lead.pk]
    assert rows(cast.priya, text=f"{text} nobody") == []


def test_a_row_says_what_to_do_by_when_and_why(world: World, cast: Cast, present: Present) -> None:
    lead = give(world.demo_request(), cast.priya)
    [row] = rows(cast.priya)
    assert row.task.text == f"Call {lead.person} before 09:15"  # the zone is UTC outside a request
    assert row.tasks[1].text == "Accept or reject before Wed 16:00"
    assert (row.fast_lane, row.undecided, row.mine, row.grade) == (True, True, True, "B")
    assert row.reason == "Asked for a demo this week"
    assert (row.tel, row.mailto) == ("tel:+49891234", f"mailto:{lead.person.email}")


def test_a_row_counts_the_tries_of_the_clock_that_runs(world: World, cast: Cast) -> None:
    lead = world.mql()
    world.happens(lead, "page_viewed")
    lead = give(world.offered(), cast.priya)
    clock = Clock.objects.filter(offer__lead=lead, promise="first_attempt").get()
    Clock.objects.create(
        lead=lead,
        offer=clock.offer,
        revision=clock.revision,
        promise="attempts",
        clause="x",
        started_at=MONDAY,
        due_at=MONDAY + timedelta(hours=1),
        needed=3,
    )
    decisions.log_attempt(
        lead.pk,
        channel=Attempt.Channel.CALL,
        outcome=Attempt.Outcome.NO_ANSWER,
        action_id=uuid4(),
        by=cast.priya,
        at=MONDAY,
    )
    row = queue_row(lead.pk, reach_of(cast.priya), MONDAY)
    assert row is not None
    assert row.task.text.startswith("Try again, 1 of 3 done, all 3 before ")
    assert (row.tries, row.last_try) == (1, "Call: no answer")


def test_a_list_takes_the_same_number_of_queries_however_long_it_is(
    world: World, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    reach = reach_of(cast.olga)
    for number in (1, 6):
        for _ in range(number):
            world.offered()
        with django_assert_num_queries(9):  # the count, leads, offers, clocks, questions, attempts, snoozes; counts
            queue_page(reach, Scope.TEAM, Show.ALL, "", MONDAY)
            queue_counts(reach, Scope.TEAM, "", MONDAY)


def test_a_row_out_of_reach_is_none(world: World, cast: Cast) -> None:
    lead = give(world.offered(), cast.priya)
    assert queue_row(lead.pk, reach_of(cast.tom), MONDAY) is None


def test_the_badge_counts_my_running_promises_and_for_operations_the_late_ones(
    world: World, cast: Cast, present: Present, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    give(world.demo_request(), cast.priya)
    idle = give(world.offered(), cast.priya)
    Clock.objects.filter(offer__lead=idle).update(stopped_at=MONDAY, outcome="void")
    with django_assert_num_queries(1):
        assert queue_badge(cast.priya) == 1
    assert queue_badge(cast.olga) == 0
    present.passes(minutes=16)
    assert queue_badge(cast.olga) == 1
    assert queue_badge(cast.xenia) is None
    assert queue_badge(cast.alma) is None


def test_a_lead_is_lent_until_its_next_cycle_begins(world: World, cast: Cast) -> None:
    lead = give(world.offered(), cast.priya)
    kept = give(world.offered(), cast.priya)
    decisions.reject(lead.pk, reason="no_contact", by=cast.priya, at=MONDAY)
    decisions.reject(kept.pk, reason="not_now", by=cast.priya, at=MONDAY)
    assert list(lent_leads()) == [lead]
    [row] = lent_page("", {"no_contact": "No data"}).object_list
    assert (row.lead_id, row.reason, row.name) == (lead.pk, "No data", str(lead.person))
    lead.refresh_from_db()
    reopen(lead, at=MONDAY, reason="again")
    assert not lent_leads().exists()


NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("stage", "undecided", "running", "texts"),
    [
        (StageName.SAL, False, [], ["Qualify or give back"]),
        (StageName.SQL, False, [], ["Start a deal or give back"]),
        (StageName.OPPORTUNITY, False, [], ["Win or lose the deal"]),
        (StageName.MQL, True, [], ["Accept or reject"]),
        (StageName.LEAD, False, [], ["Nothing yet: marketing has it"]),
        (StageName.RECYCLED, False, [], ["Nothing more to do"]),
        (
            StageName.MQL,
            True,
            [
                Running(Clock.Promise.DECIDE, NOON + timedelta(days=1)),
                Running(Clock.Promise.FIRST_ATTEMPT, NOON - timedelta(minutes=5)),
                Running(Clock.Promise.ATTEMPTS, NOON + timedelta(days=9), needed=6),
            ],
            [
                "Call Priya now: it was due at 11:55",
                "Accept or reject before 12:00 tomorrow",
                "Try 6 times before Wed 11 Mar, 12:00",
            ],
        ),
    ],
)
def test_a_task_is_said_as_somebody_would_say_it(
    stage: StageName, undecided: bool, running: list[Running], texts: list[str]
) -> None:
    assert [task.text for task in tasks_of("Priya", stage, undecided=undecided, running=running, now=NOON)] == texts


def test_every_kind_of_task_has_its_sign() -> None:
    running = [Running(promise, NOON, made=1) for promise in Clock.Promise]
    found = {task.verb for task in tasks_of("Priya", StageName.MQL, undecided=True, running=running, now=NOON)}
    assert found == {Verb.CALL, Verb.DECIDE, Verb.TRY_AGAIN}
    assert all(task.icon for task in tasks_of("P", StageName.SAL, undecided=False, running=(), now=NOON))
