"""Deadlines and elapsed time by tables of openings, against stepping through the minutes as simple systems do.

Prints seconds per call and the ratio, all from one run. The stepping has the calendar's openings at hand and is checked
to give the same answers, so the ratio is about the method alone.
"""

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time
from zoneinfo import ZoneInfo

from accord.clock import Calendar, Hours, deadline, elapsed, elapsed_times, is_open
from accord.rules import microseconds

BERLIN = ZoneInfo("Europe/Berlin")
DAY = (Hours(clock_time(9), clock_time(12)), Hours(clock_time(13), clock_time(17, 30)))
CALENDAR = Calendar("field_sales", BERLIN, dict.fromkeys(range(5), DAY), holidays="DE-BY")
STARTS = [datetime(2026, 3, 2, 8, 0, tzinfo=UTC) + timedelta(hours=7 * n) for n in range(40)]
BUDGET = timedelta(hours=10)
MINUTE = timedelta(minutes=1)
DAYS = 86_400 * 10**6


def stepped(start: datetime, budget: timedelta) -> datetime:
    """Return the deadline by walking from minute to minute."""
    at, left = start, budget
    while left > timedelta(0):
        if is_open(at, CALENDAR):
            left -= MINUTE
        at += MINUTE
    return at


def seconds(call: Callable[[datetime], object], rounds: int) -> float:
    begin = time.perf_counter()
    for _ in range(rounds):
        for start in STARTS:
            call(start)
    return (time.perf_counter() - begin) / rounds / len(STARTS)


def main() -> None:
    for start in STARTS:
        due = deadline(start, BUDGET, CALENDAR)
        assert due == stepped(start, BUDGET)
        assert elapsed(start, due, CALENDAR) == BUDGET
    ours = seconds(lambda start: deadline(start, BUDGET, CALENDAR), 50)
    back = seconds(lambda start: elapsed(start, start + timedelta(days=30), CALENDAR), 50)
    chance = random.Random(3)
    begins = [chance.randrange(microseconds(STARTS[0]), microseconds(STARTS[-1])) for _ in range(1_000_000)]
    ends = [start + 30 * DAYS for start in begins]
    begin = time.perf_counter()
    elapsed_times(begins, ends, CALENDAR)
    many = time.perf_counter() - begin
    walk = seconds(lambda start: stepped(start, BUDGET), 1)
    print(f"deadline           {ours * 1e6:10.1f} µs")
    print(f"elapsed, 30 days   {back * 1e6:10.1f} µs")
    print(f"a million of them  {many:10.2f} s at once, ratio {back * 1e6 / many:.0f}")
    print(f"by minutes         {walk * 1e6:10.1f} µs")
    print(f"ratio              {walk / ours:10.0f}")


if __name__ == "__main__":
    main()
