"""Calendar days of a zone as tables: which day it is at an instant, and when a day lies in the reach of a predicate."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, tzinfo

from accord.insight.star import Column, Table, Type
from accord.insight.tree import FAR
from accord.rules import DayPredicate
from accord.rules.instant import DAY, EPOCH, day_number, day_turns, instant, local_day, microseconds, span


def days(name: str) -> Table:
    """Return the table that tells the number of each calendar day by its text."""
    return Table(
        name,
        (
            Column("text", Type.TEXT, "YYYY-MM-DD"),
            Column("day", Type.BIGINT, "In days since 1970"),
        ),
    )


def day_rows(texts: Iterable[str]) -> Iterator[tuple[str, int]]:
    """Yield the rows of ``days``; what is no day has none."""
    for text in texts:
        try:
            day = date.fromisoformat(text)
        except ValueError:
            continue
        if day.isoformat() == text:
            yield text, day_number(day)


def reaches(name: str) -> Table:
    """Return the table that tells when each day lies in the reach of one predicate."""
    return Table(
        name,
        (
            Column("day", Type.BIGINT, "In days since 1970"),
            Column("from_us", Type.BIGINT, "When it comes into reach"),
            Column("until_us", Type.BIGINT, "When it goes out of reach"),
        ),
    )


def reach_rows(predicate: DayPredicate, numbers: Iterable[int], zone: tzinfo) -> Iterator[tuple[int, int, int]]:
    """Yield the rows of ``reaches`` for some days; a day may come into reach more than once."""
    first, last = predicate.reach
    for number in numbers:
        edges = [] if last is None else list(day_turns(number - last, zone))
        edges += [] if first is None else list(day_turns(number - first + 1, zone))
        bounds = [-FAR, *sorted(set(edges)), FAR]
        for start, end in itertools.pairwise(bounds):
            today = _day_at(start, end, zone)
            if (first is None or number >= today + first) and (last is None or number <= today + last):
                yield number, start, end


def _day_at(start: int, end: int, zone: tzinfo) -> int:
    """Return a day of a span in which the answer does not change."""
    at = start if start > -FAR else min(end, FAR) - 1
    lowest, highest = microseconds(EPOCH.replace(year=2)), microseconds(EPOCH.replace(year=9998))
    return local_day(instant(max(lowest, min(at, highest))), zone)


def offsets(zone: tzinfo, first_us: int, last_us: int) -> list[tuple[int, int]]:
    """Return until when the zone is how far from UTC, from the first instant to the last; the last has no end.

    Clocks are looked at every six hours: they are never set twice within that time.
    """
    step = DAY // 4
    at = first_us - DAY
    offset = _offset(at, zone)
    found: list[tuple[int, int]] = []
    while at <= last_us + DAY:
        at += step
        if _offset(at, zone) != offset:
            found.append((_change(at - step, at, zone), offset))
            offset = _offset(at, zone)
    return [*found, (FAR, offset)]


def days_take_turns(offsets: Sequence[tuple[int, int]]) -> bool:
    """Return whether no day ceases and comes again, as where clocks are set back over midnight."""
    return all(
        (at - 1 + before) // DAY <= (at + after) // DAY for (at, before), (_, after) in itertools.pairwise(offsets)
    )


def _offset(micros: int, zone: tzinfo) -> int:
    found = instant(micros).astimezone(zone).utcoffset()
    return 0 if found is None else span(found)


def _change(early: int, late: int, zone: tzinfo) -> int:
    before = _offset(early, zone)
    while late - early > 1:
        middle = (early + late) // 2
        early, late = (middle, late) if _offset(middle, zone) == before else (early, middle)
    return late
