"""Working time on random calendars: against a naive reference, and against itself in both directions.

Instants are drawn and compared in UTC: Python compares two times of one zone by the wall clock, which the repeated hour
shows twice.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from holidays import country_holidays
from hypothesis import assume, given, settings
from hypothesis import strategies as st

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
    is_open,
    next_opening,
    part_due,
)

MINUTE = timedelta(minutes=1)
# A zone, and a day about which its clocks change.
ODD_DAYS = [
    ("Europe/Berlin", date(2026, 3, 29)),
    ("Europe/Berlin", date(2026, 10, 25)),
    ("America/New_York", date(2027, 1, 1)),  # New Year of UTC comes in the evening
    ("America/New_York", date(2026, 11, 1)),
    ("Australia/Lord_Howe", date(2026, 4, 5)),  # by half an hour
    ("Australia/Adelaide", date(2026, 10, 4)),  # half-hour zone of the southern hemisphere
    ("America/Santiago", date(2026, 9, 6)),  # at midnight, forward
    ("America/Santiago", date(2026, 4, 4)),  # at midnight, back
    ("Africa/Cairo", date(2026, 4, 24)),  # at midnight, forward
    ("America/St_Johns", date(2010, 11, 7)),  # one minute after midnight, back
    ("Pacific/Chatham", date(2026, 9, 27)),  # 12:45 from UTC
    ("Pacific/Apia", date(2011, 12, 30)),  # the day that was skipped
    ("Pacific/Kiritimati", date(2026, 1, 1)),  # 14:00 from UTC
    ("Asia/Kolkata", date(2026, 1, 26)),
]


@st.composite
def days(draw, step):
    """Up to four intervals of a day on multiples of ``step`` minutes, all of them touching or none."""
    edges = draw(st.lists(st.integers(0, 24 * 60 // step), min_size=1, max_size=5, unique=True).map(sorted))
    pairs = list(pairwise(edges))[:: draw(st.sampled_from([1, 2]))]
    at = [time(m // 60, m % 60) for m in range(0, 24 * 60, step)] + [time(0)]
    return tuple(Hours(at[opens], at[closes]) for opens, closes in pairs)


@st.composite
def scenes(draw, step=15):
    """A calendar with leave and days off, and three instants in order, near a day on which its clocks change."""
    zone, day = draw(st.sampled_from(ODD_DAYS))
    noon = datetime.combine(day, time(12), UTC)
    instants = st.integers(-48 * 60, 48 * 60).map(lambda m: noon + m * MINUTE)
    spans = st.lists(instants, min_size=2, max_size=2, unique=True).map(sorted)
    week = draw(st.lists(days(step), min_size=7, max_size=7).filter(any))
    calendar = Calendar(
        "random",
        ZoneInfo(zone),
        dict(enumerate(week)),
        holidays=draw(st.sampled_from([None, "DE-BY", "US-CA", "AU-SA"])),
        days_off=draw(st.frozensets(st.sampled_from([day - timedelta(days=1), day]), max_size=1)),
        absences=tuple(Absence(*span) for span in draw(st.lists(spans, max_size=2))),
    )
    return calendar, sorted(draw(st.lists(instants, min_size=3, max_size=3)))


@cache
def holidays_of(region):
    country, part = region.split("-")
    return frozenset(country_holidays(country, subdiv=part, years=range(2010, 2029)))


def open_minutes(calendar, start, end):
    """The naive reference: the minutes of ``[start, end)`` at which the wall clock is within the hours."""
    free = calendar.days_off | (holidays_of(calendar.holidays) if calendar.holidays else frozenset())
    found = []
    for at in (start + n * MINUTE for n in range((end - start) // MINUTE)):
        wall = at.astimezone(calendar.zone)
        hours = () if wall.date() in free else calendar.week.get(wall.weekday(), ())
        within = any(h.opens <= wall.time() and (h.closes == time(0) or wall.time() < h.closes) for h in hours)
        if within and not any(leave.start <= at < leave.end for leave in calendar.absences):
            found.append(at)
    return found


@settings(max_examples=70, deadline=None)
@given(scenes())
def test_elapsed_time_is_the_number_of_open_minutes(scene):
    """Lesson 2."""
    calendar, (start, _, end) = scene
    assert elapsed(start, end, calendar) == MINUTE * len(open_minutes(calendar, start, end))


@settings(max_examples=70, deadline=None)
@given(scenes(), st.integers(0, 10_000))
def test_a_deadline_is_the_end_of_the_last_minute_of_its_budget(scene, number):
    """Lesson 2."""
    calendar, (start, _, _) = scene
    opened = open_minutes(calendar, start, start + timedelta(days=3))
    assume(opened)
    minutes = number % (len(opened) + 1)
    end = opened[minutes - 1] + MINUTE if minutes else opened[0]
    assert deadline(start, minutes * MINUTE, calendar) == end


@settings(max_examples=60, deadline=None)
@given(scenes(), st.integers(1, 3))
def test_working_days_end_with_the_last_open_minute_of_the_nth_open_day(scene, count):
    calendar, (start, _, _) = scene
    opened = open_minutes(calendar, start, start + timedelta(days=5))
    last_minutes = {at.astimezone(calendar.zone).date(): at for at in opened}
    first, *ahead = sorted(last_minutes) or [None]
    assume(len(ahead) > count)  # the day is then complete
    assert first == opened[0].astimezone(calendar.zone).date()
    assert due(start, WorkingDays(count), calendar) == last_minutes[ahead[count - 1]] + MINUTE


@settings(max_examples=60, deadline=None)
@given(scenes())
def test_open_and_next_opening_are_those_of_the_minutes(scene):
    calendar, (start, _, _) = scene
    opened = open_minutes(calendar, start, start + timedelta(days=2))
    assert is_open(start, calendar) == (opened[:1] == [start])
    if opened:
        assert next_opening(start, calendar) == opened[0]
        assert is_open(opened[0], calendar)


budgets = st.timedeltas(min_value=timedelta(0), max_value=timedelta(hours=150))


@settings(max_examples=100, deadline=None)
@given(scenes(step=60), budgets, budgets)
def test_a_deadline_and_the_elapsed_time_are_two_readings_of_one_table(scene, budget, more):
    """Lesson 2: at any microsecond."""
    calendar, (start, _, _) = scene
    start += timedelta(microseconds=budget.microseconds)
    end = deadline(start, budget, calendar)
    assert end >= start
    assert elapsed(start, end, calendar) == budget
    later = deadline(start, budget + more, calendar)
    assert later >= end
    if more:
        assert deadline(end, more, calendar) == later


@settings(max_examples=70, deadline=None)
@given(scenes(step=60), budgets)
def test_a_later_start_is_never_due_earlier(scene, budget):
    calendar, (one, _, other) = scene
    assert deadline(one, budget, calendar) <= deadline(other, budget, calendar)


@settings(max_examples=70, deadline=None)
@given(scenes(step=60), st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=1500)))
def test_elapsed_time_adds_up(scene, far):
    calendar, (a, b, c) = scene
    c += far
    assert elapsed(a, b, calendar) + elapsed(b, c, calendar) == elapsed(a, c, calendar)
    assert timedelta(0) <= elapsed(a, c, calendar) <= c - a


promises = st.one_of(st.integers(1, 20).map(WorkingDays), budgets.map(WorkingTime))


@settings(max_examples=60, deadline=None)
@given(scenes(step=60), promises, st.lists(st.integers(0, 300), min_size=2, max_size=2).map(sorted))
def test_parts_of_a_promise_come_in_order_and_the_whole_is_the_time_due(scene, promise, percents):
    calendar, (start, _, _) = scene
    less, more = (part_due(start, promise, calendar, percent) for percent in percents)
    assert start <= less <= more
    assert part_due(start, promise, calendar, 100) == due(start, promise, calendar)
    if percents[1] < 100:
        assert more <= due(start, promise, calendar)


@given(st.timedeltas(max_value=timedelta(microseconds=-1)))
def test_no_negative_budget_is_counted(budget):
    calendar = Calendar("office", ZoneInfo("Europe/Berlin"), {0: (Hours(time(9), time(17)),)})
    with pytest.raises(CalendarError, match="negative"):
        deadline(datetime(2026, 1, 5, tzinfo=UTC), budget, calendar)
