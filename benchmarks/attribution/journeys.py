"""Made-up journeys: 1 to 15 touches, 3.8 on average; 3 % convert, with a lognormal value; 12 channels, 200 campaigns.

Labels are drawn by weights that fall from one to the next, each pulled towards the one before, so that a chain with a
longer memory differs from one with a shorter one. Rows stand in the order of time, as a log has them. The same seed
gives the same files.
"""

import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

YEAR = 365 * 86_400


def make(folder: Path, journeys: int, *, fine: bool = False, seed: int = 7) -> None:
    """Write ``touchpoints.parquet`` and ``conversions.parquet``; instants are whole seconds, or with ``fine`` not."""
    random = np.random.default_rng(seed)
    lengths = np.minimum(random.geometric(1 / 3.82, journeys), 15)
    rows = int(lengths.sum())
    journey = np.repeat(np.arange(journeys, dtype=np.int64), lengths)
    first = random.integers(0, YEAR, journeys)
    at = np.repeat(first, lengths) + random.integers(0, 60 * 86_400, rows)
    at *= 1_000_000
    if fine:
        at += random.integers(0, 1_000_000, rows)
    at += 1_700_000_000 * 1_000_000
    order = np.argsort(at, kind="stable")
    journey, at = journey[order], at[order]
    channel = _drawn(random, rows, 12)
    campaign = (channel * 17 + _drawn(random, rows, 60)) % 200
    pq.write_table(
        pa.table(
            {
                "journey": journey,
                "at": pa.array(at, pa.timestamp("us", "UTC")),
                "channel": pa.DictionaryArray.from_arrays(
                    pa.array(channel, pa.int32()), [f"channel {number:02}" for number in range(12)]
                ),
                "campaign": pa.DictionaryArray.from_arrays(
                    pa.array(campaign, pa.int32()), [f"campaign {number:03}" for number in range(200)]
                ),
            }
        ),
        folder / "touchpoints.parquet",
    )
    won = np.flatnonzero(random.random(journeys) < 0.03)
    last = np.zeros(journeys, np.int64)
    np.maximum.at(last, journey, at)
    pq.write_table(
        pa.table(
            {
                "journey": won,
                "at": pa.array(last[won] + 86_400_000_000, pa.timestamp("us", "UTC")),
                "cents": np.rint(np.exp(random.normal(10, 1, len(won)))).astype(np.int64),
            }
        ),
        folder / "conversions.parquet",
    )


def _drawn(random: np.random.Generator, rows: int, labels: int) -> np.ndarray:
    weights = 1 / np.arange(1, labels + 1) ** 0.7
    return random.choice(labels, rows, p=weights / weights.sum())


if __name__ == "__main__":  # a process of its own, so that the memory it takes is nobody else's
    make(Path(sys.argv[1]), int(sys.argv[2]), fine=sys.argv[3:] == ["fine"])
