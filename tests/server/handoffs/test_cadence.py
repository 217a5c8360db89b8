"""Several tries over a time: by when the next one is suggested."""

import uuid
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from tests.server.conftest import MONDAY, World
from tests.server.handoffs.conftest import Present, SignIn

from accord.clock import Calendar, Hours
from accord.server.accounts.models import Leave
from accord.server.handoffs import decisions
from accord.server.handoffs.cadence import next_try
from accord.server.handoffs.models import Attempt, Clock
from accord.server.handoffs.offers import offer_ready
from accord.server.handoffs.queries import Scope, Show, queue_page, reach_of
from accord.server.pipeline.judging import judge_due
from accord.server.pipeline.models import Lead

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = Calendar("office", BERLIN, {day: (Hours(time(9), time(17)),) for day in range(5)})


def berlin(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        (1, berlin(6, 17)),
        (2, berlin(4, 13, 30)),
        (5, berlin(3, 9, 48)),
    ],
)
def test_what_is_left_is_parted_evenly_over_working_hours(left: int, expected: datetime) -> None:
    """From Monday 10:00 to Friday 17:00 are 39 hours: 39, 19.5 or 7.8 of them from Monday 10:00 on."""
    assert next_try(berlin(2, 10), berlin(6, 17), left, OFFICE) == expected


def test_where_no_working_time_is_left_nothing_is_suggested() -> None:
    assert next_try(berlin(6, 17), berlin(6, 17), 3, OFFICE) is None
    assert next_try(berlin(7, 9), berlin(8, 9), 3, OFFICE) is None


def hot(world: World) -> Lead:
    """A lead of grade A, which sales owes three tries in ten working days."""
    lead = world.lead()
    for _ in range(4):
        world.happens(lead, "page_viewed")
    world.happens(lead, "webinar_attended")
    judge_due(MONDAY)
    offer_ready(MONDAY)
    lead.refresh_from_db()
    return lead


def tried(lead: Lead, at: datetime) -> None:
    lead.refresh_from_db()
    assert lead.owner is not None
    decisions.log_attempt(
        lead.pk,
        channel=Attempt.Channel.CALL,
        outcome=Attempt.Outcome.NO_ANSWER,
        action_id=uuid.uuid4(),
        by=lead.owner,
        at=at,
    )


def test_row_and_page_of_a_lead_say_when_to_try_next_in_the_readers_own_time(
    world: World, sign_in: SignIn, present: Present
) -> None:
    """Tried on Monday 10:00 in Berlin, two tries are left until Monday fortnight 17:00: 87 hours, so 43.5 each."""
    lead = hot(world)
    clock = Clock.objects.get(lead=lead, promise="attempts")
    assert clock.due_at == berlin(16, 17)
    tried(lead, MONDAY)
    assert lead.owner is not None
    decisions.accept(lead.pk, by=lead.owner, at=MONDAY)
    said = "Try again before Mon 9 Mar, 13:30, 1 of 3 done, all 3 before Mon 16 Mar, 17:00"
    assert said in sign_in(lead.owner).get(reverse("queue")).content.decode()
    assert said in sign_in(lead.owner).get(reverse("lead", args=[lead.pk])).content.decode()
    lead.owner.zone = "Europe/London"
    lead.owner.save()
    there = "Try again before Mon 9 Mar, 12:30, 1 of 3 done, all 3 before Mon 16 Mar, 16:00"
    assert there in sign_in(lead.owner).get(reverse("queue")).content.decode()
    lead.owner.zone = "Europe/Berlin"
    lead.owner.save()
    present.at = berlin(9, 14).astimezone(UTC)
    assert "Try again now, 1 of 3 done" in sign_in(lead.owner).get(reverse("queue")).content.decode()


def test_the_owners_leave_is_left_out(world: World) -> None:
    """Thursday and Friday away: of 87 hours 71 are left, and 35.5 of them end on Tuesday week, 13:30 in Berlin."""
    lead = hot(world)
    tried(lead, MONDAY)
    assert lead.owner is not None
    Leave.objects.create(user=lead.owner, start=berlin(5, 0), end=berlin(7, 0))
    [row] = queue_page(reach_of(lead.owner), Scope.MINE, Show.ALL, "", MONDAY).object_list
    again = next(task.text for task in row.tasks if task.text.startswith("Try again"))
    assert again.startswith("Try again before Tue 10 Mar, 12:30")


def test_ten_rows_ask_the_database_no_more_than_one(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    reach = reach_of(world.cast.olga)
    for number in (1, 4):
        for _ in range(number):
            tried(hot(world), MONDAY)
        with django_assert_num_queries(10):  # eight for the rows, and two for the tries
            queue_page(reach, Scope.TEAM, Show.ALL, "", MONDAY)
