"""Promises that are put on hold, on random calendars: against a walk from minute to minute that knows no tables.

``ACCORD_CLOCKS=10000`` draws as many scenes as that from a seed, instead of the few for which the suite has time.
"""

import os
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

import pytest
from tests.clock.working_time_properties import MINUTE, ODD_DAYS, holidays_of

from accord.clock import Absence, Calendar, CalendarError, Hours, WorkingDays, WorkingTime, due, elapsed, part_due

SCENES = int(os.environ.get("ACCORD_CLOCKS", "60"))
DAYS_AHEAD = 9
"""How far the walk goes; a promise that is not due by then is drawn again."""


class Scene:
    """A calendar with leave and days off, an instant near a day on which its clocks change, and times on hold."""

    def __init__(self, seed: int) -> None:
        rng = Random(seed)  # noqa: S311  # scenes, not secrets
        zone, day = rng.choice(ODD_DAYS)
        noon = datetime.combine(day, time(12), UTC)

        def instant(hours: int) -> datetime:
            return noon + rng.randint(-hours * 60, hours * 60) * MINUTE

        def span(hours: int) -> Absence:
            since, until = sorted((instant(hours), instant(hours)))
            return Absence(since, max(until, since + MINUTE))

        week = {number: self.hours(rng) for number in range(7) if rng.random() < 0.8}
        self.calendar = Calendar(
            "random",
            ZoneInfo(zone),
            week if any(week.values()) else {0: (Hours(time(9), time(17)),)},
            holidays=rng.choice([None, "DE-BY", "US-CA", "AU-SA"]),
            days_off=frozenset({day - timedelta(days=1)} if rng.random() < 0.3 else ()),
            absences=tuple(span(60) for _ in range(rng.choice([0, 0, 1, 2]))),
        )
        self.start = instant(48)
        edges = sorted({self.start + rng.randint(0, 90 * 60) * MINUTE for _ in range(rng.choice([2, 2, 4, 6]))})
        self.pauses = tuple(Absence(since, until) for since, until in list(pairwise(edges))[::2])
        self.budget = rng.choice([WorkingTime(rng.randint(1, 900) * MINUTE), WorkingDays(rng.randint(1, 3))])
        self.percent = rng.choice([0, 50, 80, 100, 150])

    @staticmethod
    def hours(rng: Random) -> tuple[Hours, ...]:
        """Up to two intervals of a day on multiples of a quarter of an hour."""
        edges = sorted(rng.sample(range(24 * 4 + 1), rng.choice([2, 4])))
        at = [time(quarter // 4, quarter % 4 * 15) for quarter in range(24 * 4)] + [time(0)]
        return tuple(Hours(at[opens], at[closes]) for opens, closes in list(pairwise(edges))[::2])


def open_minutes(calendar: Calendar, start: datetime) -> list[datetime]:
    """The minutes from ``start`` on at which the wall clock is within the hours, without free days and leave."""
    free = calendar.days_off | (holidays_of(calendar.holidays) if calendar.holidays else frozenset())
    found = []
    for at in (start + n * MINUTE for n in range(DAYS_AHEAD * 24 * 60)):
        wall = at.astimezone(calendar.zone)
        hours = () if wall.date() in free else calendar.week.get(wall.weekday(), ())
        within = any(h.opens <= wall.time() and (h.closes == time(0) or wall.time() < h.closes) for h in hours)
        if within and not any(leave.start <= at < leave.end for leave in calendar.absences):
            found.append(at)
    return found


def promised(scene: Scene, minutes: list[datetime]) -> int | None:
    """How many open minutes the promise allows if nothing holds it up; None if the walk does not reach its end."""
    if isinstance(scene.budget, WorkingTime):
        return scene.budget.span // MINUTE
    days: dict[object, int] = {}
    for number, at in enumerate(minutes, start=1):
        days[at.astimezone(scene.calendar.zone).date()] = number
    ends = list(days.values())
    return ends[scene.budget.days] if len(ends) > scene.budget.days + 1 else None


def walked(scene: Scene) -> tuple[datetime, datetime, timedelta] | None:
    """When a promise and a part of it are due, and how much it allows; None if the walk does not get there."""
    minutes = open_minutes(scene.calendar, scene.start)
    allowed = promised(scene, minutes)
    if allowed is None:
        return None
    counted = [at for at in minutes if not any(hold.start <= at < hold.end for hold in scene.pauses)]
    part = allowed * scene.percent
    if not counted or max(allowed, -(-part // 100)) > len(counted):
        return None
    whole = counted[allowed - 1] + MINUTE
    minute, rest = divmod(part, 100)
    if rest:  # within the minute after so many whole ones
        return whole, counted[minute] + rest * MINUTE / 100, allowed * MINUTE
    return whole, counted[minute - 1] + MINUTE if minute else counted[0], allowed * MINUTE


@pytest.mark.timeout(max(300, SCENES))  # thousands of scenes take their time, and do not hang
@pytest.mark.parametrize("tenth", range(10))
def test_deadlines_parts_and_elapsed_time_leave_out_what_was_on_hold(tenth: int) -> None:
    """Lessons 1 to 3, on random calendars, zones and pauses."""
    shown = 0
    for seed in range(tenth, SCENES, 10):
        scene = Scene(seed)
        try:
            found = due(scene.start, scene.budget, scene.calendar, scene.pauses)
            part = part_due(scene.start, scene.budget, scene.calendar, scene.percent, scene.pauses)
        except CalendarError:
            continue
        expected = walked(scene)
        if expected is None:
            continue
        taken = elapsed(scene.start, found, scene.calendar.without(scene.pauses))
        assert (found, part, taken) == expected, seed
        shown += 1
    assert shown > SCENES / 10 / 3, "too few scenes were reached to show anything"


def test_an_afternoon_of_leave_shortens_a_working_day_but_an_afternoon_on_hold_does_not() -> None:
    """A day's promise of Monday 10:00 is due on Tuesday at 17:00; on hold from Tuesday 14:00 to Wednesday 9:00."""
    berlin = ZoneInfo("Europe/Berlin")
    office = Calendar("office", berlin, dict.fromkeys(range(5), (Hours(time(9), time(17)),)))
    monday = datetime(2026, 3, 2, 10, tzinfo=berlin)
    away = Absence(datetime(2026, 3, 3, 14, tzinfo=berlin), datetime(2026, 3, 4, 9, tzinfo=berlin))
    assert due(monday, WorkingDays(1), office) == datetime(2026, 3, 3, 17, tzinfo=berlin)
    assert due(monday, WorkingDays(1), office.without((away,))) == datetime(2026, 3, 3, 14, tzinfo=berlin)
    assert due(monday, WorkingDays(1), office, (away,)) == datetime(2026, 3, 4, 12, tzinfo=berlin)
