"""The close-rate map: what it counts, what stands out of it, and what it cannot say."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.http import urlencode

from accord.insight import CloseCount, CloseCourse, CutOff
from accord.insight.closing import (
    CloseRates,
    Course,
    Dimension,
    Share,
    TruncationKind,
    close_rates,
    counts,
    truncations,
)
from accord.insight.tree import FAR
from accord.rules import instant
from accord.server.accounts.access import require
from accord.server.accounts.models import User
from accord.server.closing.asked import BASE_LABELS, READERS, MapAsked
from accord.server.closing.naming import LABELS, place, value_labels
from accord.server.ui import words
from accord.server.warehouse.asking import ask

ROWS, COLUMNS = 12, 8
"""So many stand by themselves, those with the most leads; the others are counted together."""
OTHERS = "\0"
"""The value of the others; no text of the database can hold it."""
STEPS = 7
"""Shades of the map."""
TOLD = 3
"""Differences that the sentence above the map names; the others are marked in it."""


@dataclass(frozen=True, slots=True)
class MapCell:
    """One cell as the page shows it.

    Attributes:
        shade: From 1, the palest, to ``STEPS``; 0: it is not believed.
        explained: Counts, interval and what came of the comparison, in words.
        href: The leads behind it; "" of the others together.
    """

    share: Share
    shade: int
    explained: str
    href: str


@dataclass(frozen=True, slots=True)
class MapRow:
    """One row as the page shows it; a cell without leads is None."""

    label: str
    total: MapCell
    cells: Sequence[MapCell | None]


@dataclass(frozen=True, slots=True)
class RateMap:
    """The map as the page shows it.

    Attributes:
        answer: What stands out of it, in a sentence.
        differences: What else stands out, in sentences.
        cautions: What the rates cannot say, in sentences.
        folded: Whether some rows or columns are counted together.
        most: The rate of the darkest shade.
    """

    found: CloseRates
    columns: Sequence[str]
    rows: Sequence[MapRow]
    totals: Sequence[MapCell]
    whole: MapCell
    answer: str
    differences: Sequence[str]
    cautions: Sequence[str]
    folded: bool
    most: float


def rate_map(asked: MapAsked, reader: User) -> RateMap:
    """Return the map.

    Raises:
        AccessError: Their role does not see it.
    """
    require(reader, READERS, "see how leads close")
    counted = ask(CloseCount, counts(asked.row, asked.column), asked.given)
    by_cell = {(row.row_value, row.column_value): (row.leads, row.won) for row in counted}
    kept = by_cell if asked.everything else _folded(by_cell)
    found = close_rates(kept)
    names = _Names(asked, {row for row, _ in kept}, {column for _, column in kept}, by_cell)
    most = max((each.rate or 0.0 for each in (*found.cells, *found.rows, *found.columns) if not each.few), default=0.0)
    shown = {(each.row, each.column): _cell(each, found, asked, most) for each in _all(found)}
    rows = sorted((each.row or "" for each in found.rows), key=lambda value: names.order(asked.row, value, found.rows))
    columns = sorted(
        (each.column or "" for each in found.columns), key=lambda value: names.order(asked.column, value, found.columns)
    )
    said = [_difference(each, found, names) for each in found.standing_out]
    return RateMap(
        found=found,
        columns=[names.columns[value] for value in columns],
        rows=[
            MapRow(names.rows[row], shown[row, None], [shown.get((row, column)) for column in columns]) for row in rows
        ],
        totals=[shown[None, column] for column in columns],
        whole=shown[None, None],
        answer=_answer(found, said, asked),
        differences=said[TOLD:],
        cautions=list(_cautions(asked, found)),
        folded=kept is not by_cell and len(kept) < len(by_cell),
        most=most,
    )


def _all(found: CloseRates) -> tuple[Share, ...]:
    return (*found.cells, *found.rows, *found.columns, found.whole)


Counted = Mapping[tuple[str, str], tuple[int, int]]


def _folded(counted: Counted) -> Counted:
    """Return the same with the smallest rows and columns as one; how many were won has no part in which they are."""
    rows, columns = _largest(counted, 0, ROWS), _largest(counted, 1, COLUMNS)
    folded: dict[tuple[str, str], tuple[int, int]] = {}
    for (row, column), (leads, won) in counted.items():
        key = (row if row in rows else OTHERS, column if column in columns else OTHERS)
        before = folded.get(key, (0, 0))
        folded[key] = (before[0] + leads, before[1] + won)
    return folded


def _largest(counted: Counted, of: int, most: int) -> set[str]:
    leads: dict[str, int] = {}
    for key, (some, _) in counted.items():
        leads[key[of]] = leads.get(key[of], 0) + some
    ranked = sorted(leads, key=lambda value: (-leads[value], value))
    return set(ranked if len(ranked) <= most else ranked[: most - 1])


class _Names:
    """What the rows and columns of a map are called, and in which order they stand."""

    def __init__(self, asked: MapAsked, rows: set[str], columns: set[str], counted: Counted) -> None:
        self.rows = self._labels(asked.row, rows, {row for row, _ in counted})
        self.columns = {"": "All"}
        if asked.column is not None:
            self.columns = self._labels(asked.column, columns, {column for _, column in counted})

    @staticmethod
    def _labels(dimension: Dimension, shown: set[str], there_are: set[str]) -> dict[str, str]:
        labels = value_labels(dimension, shown - {OTHERS})
        others = len(there_are - shown)
        return labels | {OTHERS: f"{others:,} others"}

    @staticmethod
    def order(dimension: Dimension | None, value: str, shares: Sequence[Share]) -> tuple[bool, tuple[int, str], int]:
        """Return by what a value is sorted: the most leads first, but for values with an order; the others last."""
        ranks = {each.row or each.column or "": rank for rank, each in enumerate(shares)}
        return value == OTHERS, place(dimension, value) if dimension else (0, ""), ranks[value]


def _cell(share: Share, found: CloseRates, asked: MapAsked, most: float) -> MapCell:
    shade = 0
    if not share.few and share.rate is not None:
        shade = min(int(share.rate / most * STEPS) + 1, STEPS) if most else 1
    return MapCell(share, shade, _explained(share, found), _behind(share, asked))


def _behind(share: Share, asked: MapAsked) -> str:
    if OTHERS in (share.row, share.column):
        return ""
    narrowed = {"row": share.row, "column": share.column}
    only = {name: value for name, value in narrowed.items() if value is not None}
    return f"{reverse('close-rates-leads')}?{urlencode({**asked.parameters, **only})}"


def _explained(share: Share, found: CloseRates) -> str:
    said = f"{share.won:,} of {share.leads:,} won"
    if share.interval is None:
        return said
    low, high = (words.percent(bound) for bound in share.interval)
    said = f"{said}; between {low} and {high} with 95 % confidence."
    if share.few:
        return f"{said} Too few to be believed."
    if share.corrected is None:
        return said
    verdict = "differs from" if share.stands_out else "may as well be like"
    return f"{said} It {verdict} the rest, {words.percent(_rest(share, found))} (p = {share.corrected:.2g} corrected)."


def _rest(share: Share, found: CloseRates) -> float | None:
    leads, won = found.whole.leads - share.leads, found.whole.won - share.won
    return won / leads if leads else None


def _difference(share: Share, found: CloseRates, names: _Names) -> str:
    parts = []
    if share.row is not None:
        parts.append(names.rows[share.row])
    if share.column is not None:
        parts.append(names.columns[share.column])
    rates = (words.percent(share.rate, 0), words.percent(_rest(share, found), 0))
    if rates[0] == rates[1]:
        rates = (words.percent(share.rate), words.percent(_rest(share, found)))
    return f"{' with '.join(parts)} at {rates[0]}, the rest at {rates[1]}"


def _answer(found: CloseRates, said: Sequence[str], asked: MapAsked) -> str:
    if not found.whole.leads:
        return ""
    if not found.looks:
        return "There are too few leads to compare anything."
    after = f"after {found.looks:,} look{'s' if found.looks > 1 else ''}"
    if said:
        more = f"; and {len(said) - TOLD:,} more" if len(said) > TOLD else ""
        count = "One difference stands" if len(said) == 1 else f"{len(said):,} differences stand"
        return f"{count} out {after}: {'; '.join(said[:TOLD])}{more}."
    if found.uneven:
        return f"No cell stands out alone {after}, but together they differ by more than chance."
    return f"No difference stands out {after}."


def _cautions(asked: MapAsked, found: CloseRates) -> Iterator[str]:
    if not found.whole.leads:
        return
    ever = {**asked.given, "from_us": -FAR, "to_us": FAR}
    (course,) = ask(CloseCourse, "closing_course", ever)
    known = course.median_us is not None and course.p90_us is not None and course.first_win_us is not None
    limits = {"young_us": FAR, "early_us": -FAR}
    if course.median_us is not None and course.p90_us is not None and course.first_win_us is not None:
        now_us = int(asked.given["now_us"])
        limits = {"young_us": now_us - course.p90_us, "early_us": course.first_win_us - course.median_us}
    (cut,) = ask(CutOff, "closing_cut_off", {**asked.given, **limits})
    seen = Course(
        deals=course.won if known else 0,
        median_us=course.median_us,
        p90_us=course.p90_us,
        first_win_us=course.first_win_us,
        leads=cut.leads,
        rate=course.won / course.leads if course.leads else 0.0,
        young=cut.young,
        early=cut.early,
    )
    for each in truncations(seen):
        yield _caution(each.kind, each.leads, each.share, course, asked)


def _caution(kind: TruncationKind, leads: int, share: float, course: CloseCourse, asked: MapAsked) -> str:
    part = f"{leads:,} of these leads ({words.percent(share, 0)})"
    match kind:
        case TruncationKind.YOUNG:
            within = words.duration((course.p90_us or 0) // 1_000_000, 1)
            return f"{part} are open and came so lately that more may be won: nine of ten wins took up to {within}."
        case TruncationKind.BEFORE_DEALS:
            first = instant(course.first_win_us or 0).astimezone(asked.days.period.zone)
            return (
                f"{part} came long before the first recorded win, of {first:%-d %B %Y}. What was won before that is"
                " missing, so their rate is too low and must not be compared with that of later leads."
            )
        case TruncationKind.UNMEASURED:
            return "Fewer than 20 leads are won so far, so nobody knows how long a win takes, and which are too young."


def caption(asked: MapAsked) -> str:
    """Return what the map shows, in words."""
    by = LABELS[asked.row].lower() + (f" and {LABELS[asked.column].lower()}" if asked.column else "")
    return f"{BASE_LABELS[asked.base]}: share won, by {by}"
