"""Reading touches: those of journeys that convert apart from the others.

Only a few journeys convert, and most models look at no others: so touches are joined to conversions before anything
is put into order. Of the others nothing is kept but one 64-bit key a touch.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from accord.attribution.arrays import Ints
from accord.attribution.conversions import Converting
from accord.attribution.errors import AttributionError
from accord.attribution.journeys import Label, Packing, Touches
from accord.attribution.source import Columns, Table, codes, microseconds, plain, plain_type, whole_numbers

_TOUCHES_AT_ONCE = 1 << 18
_OUT_OF_SO_MANY = 1 << 10
_WIDEST_JOURNEYS = 1 << 40
_NOTHING = np.empty(0, np.int64)
_MOST_BITS_OF_TOUCH = 24


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """What was read.

    Attributes:
        labels: Everything that was touched, ascending: a touch is the index of its label.
        touches: Those of the journeys that convert, in order; the journey is its index among these.
        others: Those of the journeys that do not, if they were asked for.
    """

    labels: tuple[Label, ...]
    touches: Touches
    others: "Others"

    def under(self, rename: Callable[[Label], Label]) -> "History":
        """Return the same touches by coarser labels, which must stand in the order of the finer ones.

        Raises:
            AttributionError: They do not.
        """
        names = [rename(label) for label in self.labels]
        labels = tuple(dict.fromkeys(names))
        if tuple(names) != _ascending(names):
            raise AttributionError("attribution.out_of_order", "coarser labels stand in another order than finer ones")
        places = {label: place for place, label in enumerate(labels)}
        codes = np.array([places[name] for name in names], np.int64)
        touches = replace(self.touches, touch=codes[self.touches.touch])
        return History(labels, touches, replace(self.others, codes=codes))


@dataclass(frozen=True, slots=True, eq=False)
class Others:
    """The touches of journeys that do not convert: keys in runs, each of which ascends, or else touches in order.

    Attributes:
        codes: What to say instead of the label that is kept, where coarser ones are asked for.
    """

    runs: Sequence[Ints]
    packing: Packing | None
    plain: Touches
    codes: Ints | None = None

    def blocks(self) -> Iterator[Touches]:
        """Yield them in order, whole journeys, some at a time."""
        for block in self._blocks():
            yield block if self.codes is None else replace(block, touch=self.codes[block.touch])

    def _blocks(self) -> Iterator[Touches]:
        if self.packing is not None:
            yield from (self.packing.unpacked(keys) for keys in _merged(self.runs, self.packing))
            return
        journey, low = self.plain.journey, 0
        while low < len(journey):
            last = min(low + _TOUCHES_AT_ONCE, len(journey)) - 1
            high = int(np.searchsorted(journey, journey[last], side="right"))
            yield self.plain.some(slice(low, high))
            low = high


def _merged(runs: Sequence[Ints], packing: Packing) -> Iterator[Ints]:
    """Yield the keys of all runs in order, whole journeys, some at a time."""
    if not runs:
        return
    shift = packing.bits_of_time + packing.bits_of_touch
    few, step = np.sort(np.concatenate([run[::_OUT_OF_SO_MANY] for run in runs])), _TOUCHES_AT_ONCE // _OUT_OF_SO_MANY
    ends = np.unique(((few[step::step] >> shift) + 1) << shift)  # each after the last key of a journey
    places = [[0, *np.searchsorted(run, ends).tolist(), len(run)] for run in runs]
    for number in range(len(ends) + 1):
        keys = np.concatenate([run[at[number] : at[number + 1]] for run, at in zip(runs, places, strict=True)])
        keys.sort(kind="stable")  # which merges what ascends
        if len(keys):
            yield keys


def read_history(table: Table, columns: Columns, converting: Converting, *, others: bool) -> History:
    """Read touches, with those of journeys that do not convert if they are asked for.

    Raises:
        AttributionError: A column is of another type, or holds nulls.
    """
    if not others:
        return _Reading(table, columns, converting, ()).history(None)
    met = _labels_of_the_first_part(table, columns)
    journeys = _Numbered.of(table, columns.journey)
    for packing in _packings(journeys.bounds, table.bounds(columns.at), len(met)):
        try:
            return _Reading(table, columns, converting, met, journeys).history(packing)
        except _NoRoomError:
            continue
    return _Reading(table, columns, converting, met, journeys).history(None)


class _NoRoomError(Exception):
    """Journey, time and label of what was met have no room in one key."""


@dataclass(frozen=True, slots=True, eq=False)
class _Numbered:
    """The journeys of all touches as numbers, their own where they are narrow enough, and within what bounds."""

    numbers: Ints | None
    bounds: tuple[int, int] | None

    @classmethod
    def of(cls, table: Table, column: str) -> "_Numbered":
        if pa.types.is_signed_integer(plain_type(table.type_of(column))):
            bounds = table.bounds(column)
            if bounds is None or bounds[1] - bounds[0] < _WIDEST_JOURNEYS:
                return cls(None, bounds)
        names = pa.chunked_array([chunk for part in table.parts(column) for chunk in plain(part.column(0)).chunks])
        encoded = names.combine_chunks().dictionary_encode()
        return cls(np.from_dlpack(encoded.indices).astype(np.int64), (0, len(encoded.dictionary)))

    def part(self, column: pa.ChunkedArray, row: int) -> Ints:
        """The numbers of a part that begins at a row."""
        if self.numbers is None:
            return whole_numbers(column, "journey")
        return self.numbers[row : row + len(column)]


def _labels_of_the_first_part(table: Table, columns: Columns) -> tuple[Label, ...]:
    """Labels that are met at once, ascending: mostly all, and then codes need not be changed when all is read."""
    met: dict[Label, int] = {}
    for part in table.parts(columns.journey, columns.at, columns.touch):
        codes(part.column(2), met, columns.touch)
        break
    return _ascending(met)


def _ascending(labels: Iterable[Label]) -> tuple[Label, ...]:
    return tuple(sorted(labels, key=lambda label: (isinstance(label, str), label)))


def _packings(journeys: tuple[int, int] | None, at: tuple[int, int] | None, labels: int) -> Iterator[Packing]:
    """The ways in which keys may have room, finest first; times are often in whole seconds or milliseconds."""
    if journeys is None or at is None:
        return
    for unit in (1, 1_000, 1_000_000):
        packing = Packing.of(*journeys, at[0] // unit * unit, at[1], max(labels, 1), unit)
        if packing is not None:
            yield packing.widened(_MOST_BITS_OF_TOUCH)


class _Reading:
    """One way through a table."""

    def __init__(
        self,
        table: Table,
        columns: Columns,
        converting: Converting,
        met: tuple[Label, ...],
        journeys: _Numbered | None = None,
    ) -> None:
        self.table, self.columns, self.converting, self.journeys = table, columns, converting, journeys
        self.labels: dict[Label, int] = {label: code for code, label in enumerate(met)}
        self.converts: list[Touches] = []
        self.others: list[Touches] = []
        self.runs: list[Ints] = []

    def history(self, packing: Packing | None) -> History:
        """Read all; with a packing, others are kept as keys.

        Raises:
            _NoRoomError: Something that was met does not go into the keys.
        """
        with ThreadPoolExecutor(1) as sorter:  # what is kept of one part is put into order while the next is read
            self._read(packing, sorter)
        return self._history(packing)

    def _read(self, packing: Packing | None, sorter: ThreadPoolExecutor) -> None:
        columns, row = self.columns, 0
        ids = () if columns.id is None else (columns.id,)
        for part in self.table.parts(columns.journey, columns.at, columns.touch, *ids):
            touch = codes(part.column(2), self.labels, columns.touch)
            at = microseconds(part.column(1), columns.at)
            index = self.converting.index(plain(part.column(0)))
            some = np.flatnonzero(index >= 0)
            id_ = whole_numbers(part.column(3), columns.id)[some] if columns.id is not None else None
            self.converts.append(Touches(index[some].astype(np.int64), at[some], touch[some], id_))
            if self.journeys is not None:
                rest = Touches(self.journeys.part(part.column(0), row), at, touch).some(index < 0)
                if packing is None:
                    self.others.append(rest)
                else:
                    self.runs.append(self._keys(rest, packing))
                    sorter.submit(self.runs[-1].sort)
            row += part.num_rows

    def _keys(self, touches: Touches, packing: Packing) -> Ints:
        if len(self.labels) > 1 << packing.bits_of_touch or not packing.holds(touches.at):
            raise _NoRoomError
        return packing.packed(touches.journey, touches.at, touches.touch)

    def _history(self, packing: Packing | None) -> History:
        labels = _ascending(self.labels)
        rank = np.zeros(len(labels), np.int64)
        rank[[self.labels[label] for label in labels]] = np.arange(len(labels))
        nothing = Touches(_NOTHING, _NOTHING, _NOTHING, None if self.columns.id is None else _NOTHING)
        touches = _joined([nothing, *self.converts])
        others = _joined(self.others)
        if packing is not None:
            _rename(self.runs, rank, (1 << packing.bits_of_touch) - 1)
        return History(
            labels=labels,
            touches=Touches.ordered(touches.journey, touches.at, rank[touches.touch], touches.id),
            others=Others(self.runs, packing, Touches.ordered(others.journey, others.at, rank[others.touch])),
        )


def _joined(parts: list[Touches]) -> Touches:
    return Touches(
        np.concatenate([_NOTHING, *(part.journey for part in parts)]),
        np.concatenate([_NOTHING, *(part.at for part in parts)]),
        np.concatenate([_NOTHING, *(part.touch for part in parts)]),
        np.concatenate(ids) if (ids := [part.id for part in parts if part.id is not None]) else None,
    )


def _rename(runs: Sequence[Ints], rank: Ints, mask: int) -> None:
    """Change the labels in keys to their ranks; the runs ascend as before."""
    change = rank - np.arange(len(rank))
    if change.any():
        for run in runs:
            np.add(run, change[run & mask], out=run)
            run.sort()
