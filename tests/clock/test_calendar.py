"""What a calendar may say, and which of its parts are the same."""

import pickle
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from accord.clock import Absence, Calendar, CalendarError, Hours
from accord.clock.public_holidays import public_holidays

BERLIN = ZoneInfo("Europe/Berlin")
MORNING, AFTERNOON = Hours(time(9), time(12)), Hours(time(13), time(17))


def test_hours_are_written_as_people_write_them_and_end_at_24_00():
    assert (str(MORNING), str(Hours(time(22), time(0)))) == ("09:00-12:00", "22:00-24:00")


def test_hours_over_midnight_are_refused_with_the_two_that_say_it():
    with pytest.raises(CalendarError, match=r"22:00-24:00 and, on the next day, 00:00-06:00"):
        Hours(time(22), time(6))


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: Hours(time(9), time(9)), "calendar.bad_hours"),
        (lambda: Hours(time(9, tzinfo=UTC), time(17)), "calendar.bad_hours"),
        (lambda: Calendar("c", BERLIN, {0: (AFTERNOON, MORNING)}), "calendar.bad_hours"),
        (lambda: Calendar("c", BERLIN, {0: (MORNING, Hours(time(11), time(13)))}), "calendar.bad_hours"),
        (lambda: Calendar("c", BERLIN, {0: (Hours(time(9), time(0)), AFTERNOON)}), "calendar.bad_hours"),
        (lambda: Calendar("c", BERLIN, {7: (MORNING,)}), "calendar.bad_hours"),
        (lambda: Calendar("c", BERLIN, {}), "calendar.no_hours"),
        (lambda: Calendar("c", BERLIN, {0: ()}), "calendar.no_hours"),
        (lambda: Calendar("c", BERLIN, {0: (MORNING,)}, holidays="DE-BX"), "calendar.unknown_region"),
        (lambda: Absence(datetime(2026, 1, 1), datetime(2026, 1, 2, tzinfo=UTC)), "calendar.naive_time"),  # noqa: DTZ001  # the point
        (lambda: Absence(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)), "calendar.bad_absence"),
    ],
)
def test_what_no_time_can_be_counted_with_is_refused(make, code):
    with pytest.raises(CalendarError) as error:
        make()
    assert error.value.code == code
    assert error.value.hint


def test_leave_is_ordered_by_instants_and_not_by_what_the_wall_clock_shows():
    first = datetime(2026, 10, 25, 2, 45, tzinfo=BERLIN)
    second = datetime(2026, 10, 25, 2, 15, fold=1, tzinfo=BERLIN)
    assert Absence(first, second).end == datetime(2026, 10, 25, 1, 15, tzinfo=UTC)
    with pytest.raises(CalendarError, match="ends before it starts"):
        Absence(second, first)


def test_equal_calendars_hash_equal_whatever_the_order_of_their_week():
    one = Calendar("c", BERLIN, {0: (MORNING,), 1: (AFTERNOON,), 2: ()})
    other = Calendar("c", BERLIN, {1: (AFTERNOON,), 0: (MORNING,)})
    assert one == other
    assert hash(one) == hash(other)
    assert pickle.loads(pickle.dumps(one)) == one  # noqa: S301  # our own bytes


def test_a_calendar_does_not_change_with_the_mapping_from_which_it_was_made():
    week = {0: (MORNING,)}
    calendar = Calendar("c", BERLIN, week)
    week[1] = (AFTERNOON,)
    assert calendar.week == {0: (MORNING,)}


def test_further_leave_is_added_to_that_which_there_was():
    one, two = (Absence(datetime(2026, m, 1, tzinfo=UTC), datetime(2026, m, 2, tzinfo=UTC)) for m in (1, 2))
    assert Calendar("c", BERLIN, {0: (MORNING,)}, absences=(one,)).without((two,)).absences == (one, two)


@pytest.mark.parametrize(
    ("region", "day", "free"),
    [
        ("DE-BY", date(2026, 1, 6), True),  # Epiphany: free in Bavaria
        ("DE-BE", date(2026, 1, 6), False),  # and not in Berlin
        ("DE", date(2026, 5, 1), True),
        ("DE-BY", date(2026, 12, 24), False),  # Christmas Eve: a half day at most
        ("AT", date(2026, 10, 26), True),  # national day
        ("US-CA", date(2026, 7, 3), True),  # Independence Day 2026 is a Saturday: observed on Friday
        ("US", date(2027, 12, 31), True),  # New Year 2028 is a Saturday: observed in the year before
        ("UK", date(2026, 12, 28), True),  # Boxing Day 2026 is a Saturday: the Monday in lieu
    ],
)
def test_public_holidays_are_those_of_the_region_on_the_days_observed(region, day, free):
    assert (day in public_holidays(region, day.year)) is free


@pytest.mark.parametrize(
    ("region", "hint"),
    [
        ("DE-Bayern", "did you mean 'DE-BY' or"),
        ("de-by", "did you mean 'DE-BY' or"),
        ("DE-XXX", "the parts of DE are BB, BE"),
        ("AT-10", "did you mean 'AT-1' or"),
        ("Germany", "write a country such as 'AT'"),
        ("", "write a country such as 'AT'"),
    ],
)
def test_an_unknown_region_is_refused_with_those_spelled_alike(region, hint):
    with pytest.raises(CalendarError) as error:
        public_holidays(region, 2026)
    assert error.value.code == "calendar.unknown_region"
    assert error.value.hint.startswith(hint)
