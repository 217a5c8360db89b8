"""One job of the benchmark, as a process of its own: from touchpoints in Parquet to credits on disk."""

import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

HEURISTICS = ("first", "last", "last_non_direct", "linear", "u_shaped", "time_decay")
JOBS = {
    "heuristics": ("channel", HEURISTICS),
    "markov 1, 12 channels": ("channel", ("markov_1",)),
    "markov 1, 200 campaigns": ("campaign", ("markov_1",)),
    "markov 2, 200 campaigns": ("campaign", ("markov_2",)),
    "shapley, 12 channels": ("channel", ("shapley",)),
    "everything": ("channel", (*HEURISTICS, "markov_1", "markov_2", "shapley")),
}


def floor(folder: Path) -> None:
    """Decode the three columns, and no more."""
    with pq.ParquetFile(folder / "touchpoints.parquet", read_dictionary=["channel"]) as parquet:
        for group in range(parquet.num_row_groups):
            parquet.read_row_group(group, columns=["journey", "at", "channel"])


def ours(folder: Path, job: str) -> None:
    """Give credit, and write it."""
    from accord.attribution import Columns, attribute  # noqa: PLC0415 - the floor does without

    touch, models = JOBS[job]
    found = attribute(
        folder / "touchpoints.parquet", folder / "conversions.parquet", models, columns=Columns(touch=touch)
    )
    pq.write_table(found.table(), folder / "credits.parquet")


if __name__ == "__main__":
    if sys.argv[2] == "floor":
        floor(Path(sys.argv[1]))
    elif sys.argv[2] == "start":
        pa.table({"nothing": []})
    else:
        ours(Path(sys.argv[1]), sys.argv[2])
