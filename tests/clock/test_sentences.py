"""Every sentence with which the clock refuses something, whole: what is wrong, and what to do about it."""

import time as process_time
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from accord.clock import (
    Absence,
    Calendar,
    CalendarError,
    Hours,
    WorkingDays,
    WorkingTime,
    deadline,
    due,
    elapsed,
    part_due,
)

BERLIN = ZoneInfo("Europe/Berlin")
MORNING, AFTERNOON = Hours(time(9), time(12)), Hours(time(13), time(17))
MONDAYS = Calendar("mondays", BERLIN, {0: (MORNING,)})
MONDAY = datetime(2026, 1, 5, 9, tzinfo=BERLIN)
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
NAIVE = datetime(2026, 1, 1)  # noqa: DTZ001  # the point
HOUR = timedelta(hours=1)
NEVER = "; promise less, or give the calendar more hours, or less leave"


@pytest.mark.parametrize(
    ("refused", "sentence"),
    [
        (
            lambda: Hours(time(9, tzinfo=UTC), time(0)),
            "the hours 09:00-24:00 carry a zone of their own; the zone is that of the calendar: leave it out",
        ),
        (
            lambda: Hours(time(22), time(6)),
            "the hours 22:00-06:00 end before they begin; work past midnight is written as two: 22:00-24:00 and, on the"
            " next day, 00:00-06:00",
        ),
        (
            lambda: Absence(NAIVE, NEW_YEAR),
            "the leave time 2026-01-01 00:00:00 has no zone; give it the zone it is meant in",
        ),
        (
            lambda: Absence(NEW_YEAR, NEW_YEAR),
            "the leave from 2026-01-01 00:00:00+00:00 ends before it starts, at 2026-01-01 00:00:00+00:00; exchange the"
            " two, or set the end to the first instant back at work",
        ),
        (
            lambda: Calendar("c", BERLIN, {7: (MORNING,)}),
            "the calendar 'c' has hours on weekday 7; weekdays are 0 (Monday) to 6 (Sunday)",
        ),
        (
            lambda: Calendar("c", BERLIN, {}),
            "the calendar 'c' has no working hours; give it hours on one day of the week at least",
        ),
        (
            lambda: Calendar("c", BERLIN, {2: (AFTERNOON, MORNING)}),
            "the calendar 'c' has the hours 09:00-12:00 after 13:00-17:00 on Wednesday; put them in order, and let none"
            " begin before the one before it ends",
        ),
        (
            lambda: Calendar("c", BERLIN, {0: (MORNING,)}, holidays="Germany"),
            "no public holidays are known for the region 'Germany'; write a country such as 'AT', or a country and its"
            " part such as 'DE-BY'",
        ),
        (
            lambda: WorkingTime(-HOUR),
            "the working time -1 day, 23:00:00 is negative; promise zero or more",
        ),
        (
            lambda: WorkingDays(0),
            "a promise of 0 working days has no end; promise 1 working day or more, or a working time such as 1 hour",
        ),
        (
            lambda: deadline(MONDAY, -HOUR, MONDAYS),
            "the budget -1 day, 23:00:00 is negative; promise zero or more",
        ),
        (
            lambda: elapsed(MONDAY, MONDAY - HOUR, MONDAYS),
            "the time from 2026-01-05 09:00:00+01:00 to 2026-01-05 08:00:00+01:00 runs backwards; exchange the two",
        ),
        (
            lambda: part_due(MONDAY, WorkingDays(1), MONDAYS, -1),
            "-1 % of a promise lies before its start; say 0 % or more",
        ),
        (
            lambda: deadline(MONDAY, 2000 * HOUR, MONDAYS),
            "the calendar 'mondays' does not offer 2,000 hours of working time within ten years of 2026-01-05" + NEVER,
        ),
        (
            lambda: deadline(MONDAY, timedelta(days=80, minutes=1), MONDAYS),
            "the calendar 'mondays' does not offer 80 days, 0:01:00 of working time within ten years of 2026-01-05"
            + NEVER,
        ),
        (
            lambda: due(MONDAY, WorkingDays(600), MONDAYS),
            "the calendar 'mondays' does not offer 600 working days within ten years of 2026-01-05" + NEVER,
        ),
        (
            lambda: due(
                MONDAY, WorkingDays(1), MONDAYS.without((Absence(MONDAY + HOUR, datetime(2040, 1, 1, tzinfo=UTC)),))
            ),
            "the calendar 'mondays' does not offer 1 working day within ten years of 2026-01-05" + NEVER,
        ),
    ],
)
def test_a_refusal_says_what_is_wrong_and_what_to_do(refused, sentence):
    with pytest.raises(CalendarError) as error:
        refused()
    assert str(error.value) == sentence


@pytest.fixture
def in_new_york(monkeypatch):
    """A machine whose own zone is neither UTC nor that of any calendar."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "America/New_York")
        process_time.tzset()
        yield
    process_time.tzset()


def test_nothing_depends_on_the_zone_of_the_machine(in_new_york):
    leave = Absence(datetime(2026, 1, 5, 9, tzinfo=BERLIN), datetime(2026, 1, 5, 10, tzinfo=BERLIN))
    assert (leave.start.tzinfo, leave.end.tzinfo) == (UTC, UTC)
    assert deadline(MONDAY, HOUR, MONDAYS.without((leave,))) == datetime(2026, 1, 5, 11, tzinfo=BERLIN)


def test_a_part_of_a_long_promise_is_exact_to_the_microsecond():
    always = Calendar("always", ZoneInfo("UTC"), {day: (Hours(time(0), time(0)),) for day in range(7)})
    long = WorkingTime(timedelta(days=3000, microseconds=1))
    assert part_due(NEW_YEAR, long, always, 50) == NEW_YEAR + timedelta(days=1500)
    assert part_due(NEW_YEAR, long, always, 100) == NEW_YEAR + timedelta(days=3000, microseconds=1)
