"""When promises in working time and working days are due, and when part of them has passed."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from accord.clock import Absence, Calendar, CalendarError, Hours, WorkingDays, WorkingTime, due, part_due

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
HOUR = timedelta(hours=1)
OFFICE = Calendar("office", BERLIN, dict.fromkeys(range(5), (Hours(time(9), time(17)),)), holidays="DE-BY")
ALWAYS = dict.fromkeys(range(7), (Hours(time(0), time(0)),))
FRIDAY = datetime(2026, 1, 9, 16, 30, tzinfo=BERLIN)


def test_a_promise_in_working_time_is_due_at_its_deadline():
    assert due(FRIDAY, WorkingTime(HOUR), OFFICE) == datetime(2026, 1, 12, 9, 30, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        ((2026, 1, 9, 16, 30), 1, (2026, 1, 12, 17)),  # Friday to Monday
        ((2026, 1, 9, 16, 30), 2, (2026, 1, 13, 17)),
        ((2026, 1, 9, 17, 0), 1, (2026, 1, 13, 17)),  # at the closing: counts from Monday
        ((2026, 1, 10, 12, 0), 1, (2026, 1, 13, 17)),  # Saturday too
        ((2026, 1, 9, 3, 0), 1, (2026, 1, 12, 17)),  # before the opening of the same Friday
        ((2026, 1, 5, 10, 0), 1, (2026, 1, 7, 17)),  # over Epiphany, which is free in Bavaria
        ((2026, 1, 6, 10, 0), 1, (2026, 1, 8, 17)),  # on Epiphany
        ((2026, 3, 27, 10, 0), 1, (2026, 3, 30, 17)),  # over the change of the clocks
    ],
)
def test_working_days_end_at_the_closing_of_the_nth_working_day_after_that_of_the_start(start, days, end):
    assert due(datetime(*start, tzinfo=BERLIN), WorkingDays(days), OFFICE) == datetime(*end, tzinfo=BERLIN)


def test_a_day_of_leave_is_no_working_day_and_half_a_day_of_leave_ends_at_noon():
    monday = datetime(2026, 1, 12, tzinfo=BERLIN)
    full = Absence(monday, monday.replace(day=13))
    half = Absence(monday.replace(day=13, hour=12), monday.replace(day=14))
    assert due(FRIDAY, WorkingDays(1), OFFICE.without((full, half))) == datetime(2026, 1, 13, 12, tzinfo=BERLIN)


def test_working_days_are_those_of_the_calendar_and_the_time_due_is_told_in_the_zone_of_the_start():
    start = datetime(2026, 1, 8, 20, tzinfo=NEW_YORK)  # Friday, 02:00, in Berlin
    end = due(start, WorkingDays(1), OFFICE)
    assert end == datetime(2026, 1, 12, 17, tzinfo=BERLIN)
    assert end.tzinfo is NEW_YORK


def test_a_working_day_that_the_new_year_of_utc_cuts_in_two_ends_when_it_closes():
    late = Calendar("late", NEW_YORK, dict.fromkeys(range(7), (Hours(time(12), time(0)),)))
    start = datetime(2026, 12, 30, 15, tzinfo=NEW_YORK)
    assert due(start, WorkingDays(1), late) == datetime(2027, 1, 1, 0, tzinfo=NEW_YORK)  # 05:00 UTC
    assert due(start, WorkingDays(2), late) == datetime(2027, 1, 2, 0, tzinfo=NEW_YORK)


def test_around_the_clock_a_working_day_ends_at_midnight():
    always = Calendar("always", BERLIN, ALWAYS)
    assert due(FRIDAY, WorkingDays(1), always) == datetime(2026, 1, 11, tzinfo=BERLIN)
    assert due(datetime(2026, 12, 31, 23, 30, tzinfo=BERLIN), WorkingDays(1), always) == datetime(
        2027, 1, 2, tzinfo=BERLIN
    )


def test_a_day_that_began_and_was_resumed_after_the_clocks_went_back_over_midnight_is_one_day():
    st_johns = ZoneInfo("America/St_Johns")  # on 7 November 2010, 00:01 became 23:01 of 6 November
    always = Calendar("always", st_johns, ALWAYS)
    start = datetime(2010, 11, 5, 12, tzinfo=st_johns)
    second_midnight = due(start, WorkingDays(1), always)
    assert second_midnight.astimezone(UTC) == datetime(2010, 11, 7, 3, 30, tzinfo=UTC)
    assert due(start, WorkingDays(2), always) == datetime(2010, 11, 8, tzinfo=st_johns)


def test_more_working_days_than_ten_years_have_are_an_error():
    with pytest.raises(CalendarError, match="does not offer 3,000 working days within ten years") as error:
        due(FRIDAY, WorkingDays(3000), OFFICE)
    assert error.value.code == "calendar.never"


@pytest.mark.parametrize(
    ("percent", "end"),
    [
        (0, FRIDAY),
        (50, datetime(2026, 1, 9, 17, tzinfo=BERLIN)),
        (80, datetime(2026, 1, 12, 9, 18, tzinfo=BERLIN)),
        (100, datetime(2026, 1, 12, 9, 30, tzinfo=BERLIN)),
        (150, datetime(2026, 1, 12, 10, tzinfo=BERLIN)),
        (1000, datetime(2026, 1, 13, 10, 30, tzinfo=BERLIN)),
    ],
)
def test_percent_of_a_promise_are_counted_in_working_time(percent, end):
    assert part_due(FRIDAY, WorkingTime(HOUR), OFFICE, percent) == end


@pytest.mark.parametrize(
    ("percent", "end"),
    [
        (50, datetime(2026, 1, 12, 12, 45, tzinfo=BERLIN)),  # of 8:30: half an hour on Friday, 8 hours on Monday
        (100, datetime(2026, 1, 12, 17, tzinfo=BERLIN)),
        (150, datetime(2026, 1, 13, 13, 15, tzinfo=BERLIN)),
    ],
)
def test_percent_of_working_days_are_counted_in_working_time_too(percent, end):
    assert part_due(FRIDAY, WorkingDays(1), OFFICE, percent) == end


@pytest.mark.parametrize("percent", [0, 80, 100, 150])
def test_every_part_of_a_promise_of_no_time_is_due_at_the_opening(percent):
    saturday = datetime(2026, 1, 10, 12, tzinfo=BERLIN)
    opening = datetime(2026, 1, 12, 9, tzinfo=BERLIN)
    assert part_due(saturday, WorkingTime(timedelta(0)), OFFICE, percent) == opening


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: WorkingTime(-HOUR), "calendar.bad_budget"),
        (lambda: WorkingDays(0), "calendar.bad_budget"),
        (lambda: part_due(FRIDAY, WorkingDays(1), OFFICE, -1), "calendar.bad_percent"),
        (lambda: due(FRIDAY.replace(tzinfo=None), WorkingDays(1), OFFICE), "calendar.naive_time"),
    ],
)
def test_a_promise_that_means_nothing_is_refused(make, code):
    with pytest.raises(CalendarError) as error:
        make()
    assert error.value.code == code
