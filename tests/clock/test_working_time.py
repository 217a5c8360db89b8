"""Deadlines and elapsed working time, against dates worked out by hand on a wall calendar."""

import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from accord.clock import Absence, Calendar, CalendarError, Hours, deadline, elapsed, is_open, next_opening

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
KOLKATA = ZoneInfo("Asia/Kolkata")
WEEKDAYS, EVERY_DAY = range(5), range(7)
HOUR = timedelta(hours=1)


def hours(*texts):
    return tuple(Hours(*(time(0) if t == "24:00" else time.fromisoformat(t) for t in x.split("-"))) for x in texts)


def office(zone=BERLIN, *texts, days=WEEKDAYS, **rest):
    return Calendar("office", zone, dict.fromkeys(days, hours(*(texts or ("09:00-17:00",)))), **rest)


def test_an_hour_from_friday_half_past_four_ends_on_monday_half_past_nine():
    """Lesson 1."""
    start = datetime(2026, 1, 2, 16, 30, tzinfo=BERLIN)
    end = datetime(2026, 1, 5, 9, 30, tzinfo=BERLIN)
    assert deadline(start, HOUR, office()) == end
    assert elapsed(start, end, office()) == HOUR


@pytest.mark.parametrize(
    ("zone", "friday", "monday", "offset"),
    [
        (BERLIN, (2026, 3, 27), (2026, 3, 30), 2),  # spring forward on Sunday, 29 March
        (BERLIN, (2026, 10, 23), (2026, 10, 26), 1),  # back on Sunday, 25 October
        (NEW_YORK, (2026, 3, 6), (2026, 3, 9), -4),  # forward on Sunday, 8 March
        (NEW_YORK, (2026, 10, 30), (2026, 11, 2), -5),  # back on Sunday, 1 November
        (KOLKATA, (2026, 3, 27), (2026, 3, 30), 5.5),  # never
        (ZoneInfo("Australia/Adelaide"), (2026, 10, 2), (2026, 10, 5), 10.5),  # forward on Sunday, 4 October
    ],
)
def test_the_same_hour_across_a_change_of_the_clocks(zone, friday, monday, offset):
    """Lesson 1."""
    start = datetime(*friday, 16, 30, tzinfo=zone)
    end = deadline(start, HOUR, office(zone))
    assert end.replace(tzinfo=None) == datetime(*monday, 9, 30)  # noqa: DTZ001  # what the wall clock shows
    assert end.utcoffset() == timedelta(hours=offset)
    assert elapsed(start, end, office(zone)) == HOUR


def test_a_second_user_reads_the_same_deadline_in_their_own_zone():
    """Lesson 1."""
    start = datetime(2026, 3, 6, 10, 30, tzinfo=NEW_YORK)  # 16:30 in Berlin, before New York changes its clocks
    end = deadline(start, HOUR, office())
    assert end == datetime(2026, 3, 9, 9, 30, tzinfo=BERLIN)
    assert end.tzinfo is NEW_YORK
    assert str(end) == "2026-03-09 04:30:00-04:00"  # after New York did, and Berlin did not


def test_a_second_user_with_another_calendar_has_their_own_deadline():
    """Lesson 1."""
    start = datetime(2026, 1, 2, 16, 30, tzinfo=KOLKATA)
    assert deadline(start, HOUR, office(KOLKATA)) == datetime(2026, 1, 5, 9, 30, tzinfo=KOLKATA)
    assert deadline(start, HOUR, office()) == datetime(2026, 1, 2, 13, 0, tzinfo=BERLIN)  # 12:00 in Berlin, and open


def test_two_intervals_a_day_a_public_holiday_and_leave_agree_for_due_and_elapsed_time():
    """Lesson 2. Epiphany is on Tuesday, 6 January, in Bavaria."""
    leave = Absence(datetime(2026, 1, 7, 13, tzinfo=BERLIN), datetime(2026, 1, 8, 14, tzinfo=BERLIN))
    calendar = office(BERLIN, "09:00-12:00", "13:00-17:00", holidays="DE-BY").without((leave,))
    start = datetime(2026, 1, 5, 11, 30, tzinfo=BERLIN)
    # Monday 0:30 + 4:00, Wednesday 3:00, Thursday 3:00, Friday 1:30
    end = datetime(2026, 1, 9, 10, 30, tzinfo=BERLIN)
    assert deadline(start, 12 * HOUR, calendar) == end
    assert elapsed(start, end, calendar) == 12 * HOUR
    # without leave and holiday: Monday 4:30, Tuesday 7:00, Wednesday 0:30
    plain = office(BERLIN, "09:00-12:00", "13:00-17:00")
    assert deadline(start, 12 * HOUR, plain) == datetime(2026, 1, 7, 9, 30, tzinfo=BERLIN)


def test_a_day_off_of_the_company_does_not_count():
    start = datetime(2026, 1, 2, 16, 30, tzinfo=BERLIN)
    calendar = office(days_off=frozenset({date(2026, 1, 5)}))
    assert deadline(start, HOUR, calendar) == datetime(2026, 1, 6, 9, 30, tzinfo=BERLIN)


def test_overlapping_leaves_in_any_order_are_taken_out_once():
    at = [datetime(2026, 1, 5, h, tzinfo=BERLIN) for h in range(24)]
    leaves = (Absence(at[13], at[15]), Absence(at[8], at[10]), Absence(at[14], at[16]), Absence(at[13], at[14]))
    assert elapsed(at[0], at[23], office(absences=leaves)) == 4 * HOUR  # 10-13 and 16-17


def test_a_budget_that_ends_at_the_closing_ends_then_and_not_at_the_next_opening():
    start = datetime(2026, 1, 2, 16, tzinfo=BERLIN)
    assert deadline(start, HOUR, office()) == datetime(2026, 1, 2, 17, tzinfo=BERLIN)
    assert deadline(start, HOUR + timedelta(microseconds=1), office()) == datetime(
        2026, 1, 5, 9, 0, 0, 1, tzinfo=BERLIN
    )


def test_a_budget_that_ends_at_the_last_closing_of_a_year_does_not_end_in_the_next():
    start = datetime(2026, 12, 31, 16, tzinfo=BERLIN)
    assert deadline(start, HOUR, office()) == datetime(2026, 12, 31, 17, tzinfo=BERLIN)
    assert deadline(start, 2 * HOUR, office(holidays="DE-BY")) == datetime(2027, 1, 4, 10, tzinfo=BERLIN)


def test_a_start_outside_the_hours_counts_from_the_next_opening():
    saturday = datetime(2026, 1, 3, 12, tzinfo=BERLIN)
    assert deadline(saturday, HOUR, office()) == datetime(2026, 1, 5, 10, tzinfo=BERLIN)


def test_a_budget_of_nothing_ends_at_once_when_open_and_else_at_the_next_opening():
    noon, closing = datetime(2026, 1, 2, 12, tzinfo=BERLIN), datetime(2026, 1, 2, 17, tzinfo=BERLIN)
    assert deadline(noon, timedelta(0), office()) == noon
    assert deadline(closing, timedelta(0), office()) == datetime(2026, 1, 5, 9, tzinfo=BERLIN)


def test_the_opening_instant_is_open_and_the_closing_instant_is_not():
    opening, closing = datetime(2026, 1, 5, 9, tzinfo=BERLIN), datetime(2026, 1, 5, 17, tzinfo=BERLIN)
    instant = timedelta(microseconds=1)
    assert [is_open(at, office()) for at in (opening - instant, opening, closing - instant, closing)] == [
        *(False, True, True, False)
    ]
    assert next_opening(opening, office()) == opening
    assert next_opening(closing, office()) == datetime(2026, 1, 6, 9, tzinfo=BERLIN)


def test_hours_past_midnight_are_two_intervals_that_touch():
    night = Calendar("night", BERLIN, {4: hours("22:00-24:00"), 5: hours("00:00-06:00")})
    start = datetime(2026, 1, 2, 23, tzinfo=BERLIN)
    assert deadline(start, 2 * HOUR, night) == datetime(2026, 1, 3, 1, tzinfo=BERLIN)
    assert is_open(datetime(2026, 1, 3, tzinfo=BERLIN), night)


@pytest.mark.parametrize(
    ("day", "texts", "expected"),
    [
        (date(2026, 3, 28), ["00:00-24:00"], timedelta(hours=24)),
        (date(2026, 3, 29), ["00:00-24:00"], timedelta(hours=23)),  # 02:00 to 03:00 does not exist
        (date(2026, 3, 29), ["01:30-04:00"], timedelta(minutes=90)),
        (date(2026, 3, 29), ["01:30-02:30"], timedelta(minutes=30)),
        (date(2026, 3, 29), ["02:30-04:00"], timedelta(hours=1)),
        (date(2026, 3, 29), ["02:00-03:00"], timedelta(0)),
        (date(2026, 10, 25), ["00:00-24:00"], timedelta(hours=25)),  # 02:00 to 03:00 comes twice
        (date(2026, 10, 25), ["02:15-02:45"], timedelta(hours=1)),
        (date(2026, 10, 25), ["01:00-02:30"], timedelta(hours=2)),
    ],
)
def test_hours_in_the_gap_shrink_and_hours_in_the_repeated_hour_count_twice(day, texts, expected):
    start, end = (datetime.combine(d, time(0), BERLIN) for d in (day, day + timedelta(days=1)))
    assert elapsed(start, end, office(BERLIN, *texts, days=EVERY_DAY)) == expected


def test_a_start_in_the_second_pass_of_the_repeated_hour_is_an_hour_later():
    night = office(BERLIN, "00:00-06:00", days=EVERY_DAY)
    first = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN)
    second = first.replace(fold=1)
    assert elapsed(first, second, night) == HOUR
    assert deadline(first, HOUR, night).fold == 1
    assert str(deadline(second, HOUR, night)) == "2026-10-25 03:30:00+01:00"


def test_leave_in_the_second_pass_of_the_repeated_hour_is_another_than_in_the_first():
    first = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN)
    until = datetime(2026, 10, 25, 4, tzinfo=BERLIN)
    night = office(BERLIN, "02:00-03:00", days=EVERY_DAY)
    worked = [
        elapsed(first.replace(hour=0), until, night.without((Absence(f, until),)))
        for f in (first, first.replace(fold=1))
    ]
    assert worked == [timedelta(minutes=30), timedelta(minutes=90)]


def test_a_day_whose_midnight_does_not_exist_is_an_hour_shorter():
    santiago = ZoneInfo("America/Santiago")  # 00:00 to 01:00 on Sunday, 6 September 2026
    start, end = datetime(2026, 9, 5, 12, tzinfo=santiago), datetime(2026, 9, 6, 12, tzinfo=santiago)
    assert elapsed(start, end, office(santiago, "00:00-24:00", days=EVERY_DAY)) == 23 * HOUR


def test_a_zone_that_skipped_a_whole_day_has_no_hours_on_it():
    apia = ZoneInfo("Pacific/Apia")  # went over the date line: 30 December 2011, a Friday, did not take place
    start = datetime(2011, 12, 29, 16, 30, tzinfo=apia)
    assert deadline(start, HOUR, office(apia)) == datetime(2012, 1, 2, 9, 30, tzinfo=apia)


def test_a_deadline_over_many_years_is_found_in_the_year_tables():
    start = datetime(2026, 1, 5, 9, tzinfo=UTC)
    calendar = office(ZoneInfo("UTC"))
    # 40 hours a week: 10,000 hours are 250 weeks, and end at the closing of a Friday.
    end = datetime(2026, 1, 5, 17, tzinfo=UTC) + timedelta(weeks=249, days=4)
    assert deadline(start, 10_000 * HOUR, calendar) == end
    assert elapsed(start, end, calendar) == 10_000 * HOUR


@pytest.mark.parametrize("budget", [timedelta(0), timedelta(microseconds=1), HOUR])
def test_a_calendar_that_is_never_open_again_is_an_error_that_says_what_to_do(budget):
    away = Absence(datetime(2026, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC))
    with pytest.raises(CalendarError) as error:
        deadline(datetime(2026, 1, 2, tzinfo=UTC), budget, office(absences=(away,)))
    assert error.value.code == "calendar.never"
    assert "'office' does not offer" in error.value.message
    assert error.value.hint


def test_ten_years_are_the_limit_to_the_microsecond():
    start, limit = datetime(2026, 1, 7, 9, tzinfo=BERLIN), datetime(2036, 1, 7, 9, tzinfo=BERLIN)
    assert limit - start == timedelta(days=3652)
    assert next_opening(start, office(absences=(Absence(start, limit),))) == limit
    with pytest.raises(CalendarError, match="does not offer an opening within ten years"):
        next_opening(start, office(absences=(Absence(start, limit + timedelta(microseconds=1)),)))


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda c, at: deadline(at, -HOUR, c), "calendar.bad_budget"),
        (lambda c, at: deadline(at.replace(tzinfo=None), HOUR, c), "calendar.naive_time"),
        (lambda c, at: elapsed(at, at.replace(tzinfo=None), c), "calendar.naive_time"),
        (lambda c, at: is_open(at.replace(tzinfo=None), c), "calendar.naive_time"),
        (lambda c, at: next_opening(at.replace(tzinfo=None), c), "calendar.naive_time"),
        (lambda c, at: elapsed(at, at - timedelta(microseconds=1), c), "calendar.backwards"),
        (lambda c, at: elapsed(at, datetime.max.replace(tzinfo=UTC), c), "calendar.out_of_range"),
        (lambda c, at: is_open(datetime.min.replace(tzinfo=UTC), c), "calendar.out_of_range"),
        (lambda c, at: deadline(at.replace(year=2199), 10_000 * HOUR, c), "calendar.never"),
    ],
)
def test_what_cannot_be_counted_is_refused(call, code):
    with pytest.raises(CalendarError) as error:
        call(office(), datetime(2026, 1, 5, 9, tzinfo=BERLIN))
    assert error.value.code == code


def test_the_last_evening_of_the_last_year_can_be_counted_in_any_zone():
    start = datetime(2199, 12, 31, 20, tzinfo=NEW_YORK)  # 2200 in UTC
    always = office(NEW_YORK, "00:00-24:00", days=EVERY_DAY)
    assert elapsed(start, start + HOUR, always) == HOUR


def test_the_order_of_two_instants_does_not_depend_on_their_zones():
    later_on_the_wall = datetime(2026, 1, 5, 12, tzinfo=BERLIN)
    end = datetime(2026, 1, 5, 7, tzinfo=NEW_YORK)  # 13:00 in Berlin
    assert elapsed(later_on_the_wall, end, office()) == HOUR


def test_importing_the_clock_loads_neither_django_nor_the_holidays_of_any_country():
    code = (
        "import sys, accord.clock; print(*(m for m in sys.modules if m.startswith(('django', 'holidays.countries.'))))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
