"""What is kept of the touches before a deal, so that no page puts touches into order or counts what is distinct."""

from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

import pyarrow as pa
import pyarrow.compute as pc

from accord.insight.credit.tables import STEP, TOLD_BY, new


@dataclass(frozen=True, slots=True)
class Walked:
    """How many touches each deal has, when the first of them was, and their channels in order."""

    touches: list[int]
    first_us: list[int | None]
    path: list[str]


def walk(touch: pa.Table, deal: pa.ChunkedArray, count: int) -> Walked:
    """Return what deals are walked by; rows stand in the order of deals, and of touches in each."""
    walked = Walked([0] * count, [None] * count, [""] * count)
    rows = zip(deal.to_pylist(), touch["at_us"].to_pylist(), touch["channel"].to_pylist(), strict=True)
    for number, found in groupby(rows, itemgetter(0)):
        touches = list(found)
        walked.touches[number], walked.first_us[number] = len(touches), touches[0][1]
        walked.path[number] = STEP.join(channel for channel, _ in groupby(channel for _, _, channel in touches))
    return walked


def marks(touch: pa.Table, deal: pa.ChunkedArray, among: pa.ChunkedArray | None = None) -> dict[str, pa.ChunkedArray]:
    """Return for each dimension which touches are the first of their deal with their label; ``among``: of some."""
    row = pa.chunked_array([pa.array(range(touch.num_rows), pa.int64())])
    found = {}
    for dimension, column in TOLD_BY.items():
        rows = pa.table({"deal": deal, "label": touch[column], "row": row})
        rows = rows if among is None else rows.filter(among)
        firsts = rows.group_by(["deal", "label"]).aggregate([("row", "min")])["row_min"]
        found[new(dimension)] = pc.is_in(row, value_set=firsts).cast(pa.int64())
    return found
