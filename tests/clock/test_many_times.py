"""Many working times at once: the same as one after another."""

from datetime import UTC, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from accord.clock import Absence, Calendar, CalendarError, Hours, elapsed, elapsed_times
from accord.rules import microseconds

DAY = (Hours(time(9), time(12)), Hours(time(13), time(17, 30)))
LEAVE = Absence(datetime(2026, 3, 27, 10, tzinfo=UTC), datetime(2026, 3, 30, 10, tzinfo=UTC))
CALENDARS = [
    Calendar("office", ZoneInfo("Europe/Berlin"), dict.fromkeys(range(5), DAY), holidays="DE-BY", absences=(LEAVE,)),
    Calendar("nights", ZoneInfo("America/New_York"), {5: (Hours(time(22), time(0)),), 6: (Hours(time(0), time(6)),)}),
    Calendar("always", ZoneInfo("Australia/Lord_Howe"), dict.fromkeys(range(7), (Hours(time(0), time(0)),))),
]


@pytest.mark.parametrize("calendar", CALENDARS, ids=lambda calendar: calendar.name)
def test_many_spans_take_as_long_as_each_of_them_alone(calendar: Calendar) -> None:
    rng = Random(4)  # noqa: S311  # spans, not secrets
    spans = []
    for _ in range(400):
        start = datetime(2025, 11, 1, tzinfo=UTC) + timedelta(microseconds=rng.randrange(300 * 86_400 * 10**6))
        longest = rng.choice([0, 1, 3600, 86_400 * 3, 86_400 * 200])
        spans.append((start, start + timedelta(seconds=longest * rng.random())))
    starts = [microseconds(start) for start, _ in spans]
    ends = [microseconds(end) for _, end in spans]
    alone = [elapsed(start, end, calendar) // timedelta(microseconds=1) for start, end in spans]
    assert elapsed_times(starts, ends, calendar) == alone


def test_no_spans_take_no_time() -> None:
    assert elapsed_times([], [], CALENDARS[0]) == []


def test_a_span_that_runs_backwards_is_refused() -> None:
    with pytest.raises(CalendarError, match="ends before it starts"):
        elapsed_times([5], [4], CALENDARS[0])
