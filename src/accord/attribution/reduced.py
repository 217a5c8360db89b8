"""Journeys that somebody else has reduced to what credit is given from, such as an engine that holds the touchpoints.

What comes in is the paths of conversions, which are few, and for Markov chains how often which touch followed which.
What comes out is the same as if the touchpoints had been read here.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pyarrow as pa

from accord.attribution.arrays import Ints
from accord.attribution.credit import Attribution, Bookings
from accord.attribution.crediting import credited, traced
from accord.attribution.errors import AttributionError
from accord.attribution.journeys import Label
from accord.attribution.model import Markov, Model, distinct
from accord.attribution.paths import Paths
from accord.attribution.source import ArrowStream, whole_numbers
from accord.attribution.steps import Steps, transitions_of
from accord.attribution.transitions import Transitions

_NEVER = np.iinfo(np.int64).max
"""How long before the conversion a mark was that is not there: before all touches."""


@dataclass(frozen=True, slots=True, eq=False)
class Reduced:
    """Journeys to give credit from, reduced elsewhere.

    Attributes:
        labels: Everything that was touched, ascending; the code of a label is its place here.
        bookings: All conversions, also those before which there is no touch.
        rows: Opens a stream of the touches that count for each conversion, a batch at a time, and may be called again.
            Columns of whole numbers: ``conversion``, any number of its own; ``cents``, its value; ``touch``, the code
            of the label; ``before_us``, how many microseconds the touch was before the conversion; ``lead_us`` and
            ``opportunity_us``, the same of when the lead and the opportunity came to be, or null; and with ids ``id``,
            which touchpoint it is. In the order of ``conversion``, ``before_us`` descending, ``touch`` and ``id``.
        steps: For Markov chains, by how they treat repeats, the steps that they are made from.
        with_ids: Whether rows have the column ``id``.
    """

    labels: tuple[Label, ...]
    bookings: Bookings
    rows: Callable[[], ArrowStream]
    steps: Mapping[Literal["keep", "collapse"], Steps] = field(default_factory=dict)
    with_ids: bool = False

    def __post_init__(self) -> None:
        if any(one >= other for one, other in zip(self.labels, self.labels[1:], strict=False)):  # type: ignore[operator]
            raise AttributionError("attribution.not_in_order", "the labels do not ascend")

    def paths(self) -> Iterator[Paths]:
        """Yield the paths of all conversions that have one, some at a time.

        Raises:
            AttributionError: The rows are not in order, or lack something.
        """
        held: pa.Table | None = None
        for batch in pa.RecordBatchReader.from_stream(self.rows()):
            some = pa.Table.from_batches([batch])
            held = some if held is None else pa.concat_tables([held, some])
            if not held.num_rows:
                continue
            conversion = whole_numbers(held["conversion"], "conversion")
            whole = int(np.searchsorted(conversion, conversion[-1]))  # the last one may go on in the next batch
            if whole:
                yield self._paths(held[:whole])
                held = held[whole:]
        if held is not None and held.num_rows:
            yield self._paths(held)

    def transitions(self, chains: Collection[Markov]) -> Mapping[Markov, Transitions]:
        """Return what each chain is made from.

        Raises:
            AttributionError: Its steps were not counted.
        """
        uncounted = [chain.name for chain in chains if chain.repeats not in self.steps]
        if uncounted:
            raise AttributionError(
                "attribution.not_counted",
                f"no steps were counted for {uncounted[0]!r}",
                hint="reduce with the models you ask for",
            )
        return {chain: transitions_of(self.steps[chain.repeats], chain, len(self.labels)) for chain in chains}

    def _paths(self, rows: pa.Table) -> Paths:
        ids = ("id",) if self.with_ids else ()
        names = ("conversion", "cents", "touch", "before_us", *ids)
        conversion, cents, touch, before, *id_ = (whole_numbers(rows[name], name) for name in names)
        _check_order(conversion, -before, touch, *id_)
        first = np.flatnonzero(np.concatenate(([True], conversion[1:] != conversion[:-1])))
        start = np.append(first, len(conversion))
        return Paths(
            labels=self.labels,
            conversion=conversion[first],
            cents=cents[first],
            start=start,
            touch=touch,
            before=before,
            lead=_marked(rows["lead_us"], before, start),
            opportunity=_marked(rows["opportunity_us"], before, start),
            id=id_[0] if id_ else None,
        )


def attribute_reduced(journeys: Reduced, models: Sequence[Model | str]) -> Attribution:
    """Give credit as ``attribute`` does, from journeys that were reduced elsewhere.

    Raises:
        AttributionError: A model is not there, or the journeys were not reduced for it.
    """
    return credited(journeys, distinct(models))


def trace_reduced(journeys: Reduced, models: Sequence[Model | str]) -> pa.Table:
    """Return the rows behind the credit as ``trace`` does, from journeys that were reduced elsewhere.

    The column ``conversion`` holds the numbers that conversions have there.

    Raises:
        AttributionError: As ``attribute_reduced``.
    """
    return traced(journeys, distinct(models))


def _check_order(*columns: Ints) -> None:
    """Check that rows ascend by the first column, among equal ones by the next, and so on."""
    tied = np.ones(max(len(columns[0]) - 1, 0), np.bool_)
    for column in columns:
        if (tied & (column[1:] < column[:-1])).any():
            raise AttributionError(
                "attribution.not_in_order",
                "paths do not stand in the order of conversion, time, touch and id",
                hint="let the query that finds them put them into this order",
            )
        tied &= column[1:] == column[:-1]


def _marked(column: pa.ChunkedArray, before: Ints, start: Ints) -> Ints:
    """For each path its last touch up to a mark, or -1."""
    first = start[:-1]
    mark = whole_numbers(column.cast(pa.int64()).fill_null(_NEVER), "mark")[first]
    reached = before >= np.repeat(mark, np.diff(start))
    return np.maximum.reduceat(np.where(reached, np.arange(len(before)), -1), first)
