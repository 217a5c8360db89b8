"""How well duplicates are found: precision and recall on FEBRL sets 1 to 3, and how long it takes.

The sets lie in ``../shared/data/dedupe_febrl``. Random merges and their reversals are a test:
``ACCORD_MERGES=10000 pytest -n 0 tests/server/duplicates/test_random_merges.py``.
"""

import time
from pathlib import Path

from febrl import precision_and_recall, read

from accord.insight.duplicates import CERTAIN, PROBABLE, find

DATA = Path(__file__).parents[2] / "shared" / "data" / "dedupe_febrl"


def main() -> None:
    print(f"{'set':>3} {'records':>8} {'seconds':>8}   {'merged by itself':^17}   {'proposed':^17}")
    for number in (1, 2, 3):
        records, about = read(DATA / f"dataset{number}.csv")
        began = time.perf_counter()
        pairs = find(records, PROBABLE)
        seconds = time.perf_counter() - began
        shown = [precision_and_recall(pairs, about, least) for least in (CERTAIN, PROBABLE)]
        words = "   ".join(f"{precision:.4f} / {recall:.4f}".center(17) for precision, recall in shown)
        print(f"{number:>3} {len(records):>8,} {seconds:>8.1f}   {words}")
    print("precision / recall, by pairs")


if __name__ == "__main__":
    main()
