"""A map of close rates by two dimensions: each cell, row and column against the rest, as surely as its cases allow."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from accord.insight.closing.exact import fisher
from accord.insight.closing.looks import RISK, holm
from accord.insight.closing.tails import chi_square_tail
from accord.insight.interval import wilson

FEW = 20
"""A share of fewer leads is not believed."""
LEAST_EXPECTED = 5
"""So many won, and so many not won, a share must lead one to expect before it is believed.

Cochran, W. G.: Some methods for strengthening the common chi-square tests. Biometrics 10 (1954), 417-451. Where one
lead in a hundred is won, one win of twenty leads is five times the usual rate, and no news.
"""

Counts = Mapping[tuple[str, str], tuple[int, int]]
"""Leads, and those of them that were won, by row and column."""


@dataclass(frozen=True, slots=True)
class Share:
    """The leads of one cell, one row, one column, or of all, and how many of them were won.

    Attributes:
        row: None: all rows.
        column: None: all columns.
        few: Whether they are too few to be believed; how many were won has no part in that.
        chance: How likely they differ from the rest by as much by chance alone; None: they were not looked at.
        corrected: The same, corrected for all looks at the map.
        above: Whether their rate is above that of the rest.
    """

    row: str | None
    column: str | None
    leads: int
    won: int
    few: bool
    chance: float | None = None
    corrected: float | None = None
    above: bool = False

    @property
    def rate(self) -> float | None:
        """The share that was won; None of nobody."""
        return self.won / self.leads if self.leads else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Where the share lies with 95 % confidence; None of nobody."""
        return wilson(self.won, self.leads)

    @property
    def stands_out(self) -> bool:
        """Whether it differs from the rest by more than chance, after all looks."""
        return self.corrected is not None and self.corrected <= RISK


@dataclass(frozen=True, slots=True)
class CloseRates:
    """The map.

    Attributes:
        cells: Those that hold a lead.
        rows: Every row as a whole, the most leads first.
        columns: Every column as a whole, the most leads first.
        whole: All leads.
        looks: How many comparisons were made, that of all cells together among them.
        chance: How likely the cells differ among each other by as much by chance, not corrected; None: not looked at.
        corrected: The same, corrected for all looks.
    """

    cells: tuple[Share, ...]
    rows: tuple[Share, ...]
    columns: tuple[Share, ...]
    whole: Share
    looks: int
    chance: float | None
    corrected: float | None

    @property
    def standing_out(self) -> tuple[Share, ...]:
        """What differs from the rest after all looks, the surest first; what holds the same leads is named once."""
        rows = {each.row: each.leads for each in self.rows}
        columns = {each.column: each.leads for each in self.columns}
        cells = [each for each in self.cells if each.leads not in (rows[each.row], columns[each.column])]
        same = {each.column for each in self.cells if each.leads == rows[each.row] == columns[each.column]}
        others = [each for each in self.columns if each.column not in same]
        found = [each for each in (*self.rows, *others, *cells) if each.stands_out]
        return tuple(sorted(found, key=lambda each: each.corrected or 0.0))

    @property
    def uneven(self) -> bool:
        """Whether the cells differ among each other by more than chance, after all looks."""
        return self.corrected is not None and self.corrected <= RISK

    @property
    def pattern(self) -> bool:
        """Whether there is any difference at all that can be believed."""
        return self.uneven or bool(self.standing_out)


def close_rates(counts: Counts) -> CloseRates:
    """Return the map of these counts; cells without leads may be left out.

    Every share that is not ``few`` is compared with all other leads. Shares that hold the very same leads, such as a
    row with one cell, are one look, and so are a share and all that is not in it.
    """
    filled = {key: both for key, both in sorted(counts.items()) if both[0]}
    whole = _sum(filled.values())
    rows = {row: frozenset(key for key in filled if key[0] == row) for row in dict.fromkeys(r for r, _ in filled)}
    columns = {name: frozenset(key for key in filled if key[1] == name) for name in dict.fromkeys(c for _, c in filled)}
    parts: list[tuple[str | None, str | None, _Cells]] = [
        *((row, None, cells) for row, cells in rows.items()),
        *((None, column, cells) for column, cells in columns.items()),
        *((row, column, frozenset({(row, column)})) for row, column in filled),
    ]
    shares = [(_share(row, column, _sum(filled[key] for key in cells), whole), cells) for row, column, cells in parts]
    looked = {
        _one_look(cells, filled): fisher(share.won, share.leads, whole[1], whole[0])
        for share, cells in shares
        if not share.few and share.leads < whole[0]
    }
    uneven = _unevenness([share for share, _ in shares if share.row is not None and share.column is not None], whole)
    corrected = holm([*looked.values(), *(() if uneven is None else (uneven,))])
    after = dict(zip(looked, corrected, strict=False))
    told = [_told(share, _one_look(cells, filled), looked, after, whole) for share, cells in shares]
    return CloseRates(
        cells=tuple(each for each in told if each.row is not None and each.column is not None),
        rows=_most_first(each for each in told if each.column is None),
        columns=_most_first(each for each in told if each.row is None),
        whole=_share(None, None, whole, whole),
        looks=len(corrected),
        chance=uneven,
        corrected=None if uneven is None else corrected[-1],
    )


_Both = tuple[int, int]
_Cells = frozenset[tuple[str, str]]
"""Which cells a share holds."""


def _sum(parts: Iterable[_Both]) -> _Both:
    leads = won = 0
    for some, theirs in parts:
        leads, won = leads + some, won + theirs
    return leads, won


def _share(row: str | None, column: str | None, both: _Both, whole: _Both) -> Share:
    rate = whole[1] / whole[0] if whole[0] else 0.0
    expected = both[0] * min(rate, 1 - rate)
    return Share(row, column, *both, few=both[0] < FEW or expected < LEAST_EXPECTED)


def _one_look(cells: _Cells, filled: Mapping[tuple[str, str], _Both]) -> _Cells:
    """Return the same for the same cells, and for these and all others: comparing either with the rest is one look."""
    if 2 * len(cells) < len(filled):
        return cells
    others = frozenset(filled) - cells
    return min(cells, others, key=lambda each: (len(each), sorted(each)))


def _unevenness(cells: Sequence[Share], whole: _Both) -> float | None:
    """Return how likely the believed cells, and all others as one, differ by as much by chance.

    Pearson's chi-square for equal rates; every part has at least ``LEAST_EXPECTED`` of each outcome to expect.
    """
    pooled = _share(None, None, _sum((each.leads, each.won) for each in cells if each.few), whole)
    parts = [each for each in (*cells, pooled) if not each.few]
    leads, won = _sum((each.leads, each.won) for each in parts)
    if len(parts) < 2 or won in {0, leads}:
        return None
    rate = won / leads
    value = sum((each.won - each.leads * rate) ** 2 / (each.leads * rate * (1 - rate)) for each in parts)
    return chi_square_tail(value, len(parts) - 1)


def _told(
    share: Share, look: _Cells, looked: Mapping[_Cells, float], after: Mapping[_Cells, float], whole: _Both
) -> Share:
    if share.few or look not in looked:
        return share
    above = share.won * whole[0] > whole[1] * share.leads
    return replace(share, chance=looked[look], corrected=after[look], above=above)


def _most_first(shares: Iterable[Share]) -> tuple[Share, ...]:
    return tuple(sorted(shares, key=lambda each: (-each.leads, each.row or each.column or "")))
