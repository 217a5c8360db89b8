"""Attribution as whole processes, from touchpoints in Parquet to credits on disk; and whether peers come to the same.

    python benchmarks/bench_attribution.py [journeys, 1,000,000 unless given] [--fine]

Jobs run in turns, three times; the median counts. The floor decodes the three columns. ``--fine``: instants that are no
whole seconds. Peers are compared on 20,000 journeys, in environments of their own that are made under the cache folder.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from attribution.agreement import compare
from attribution.journeys import make
from attribution.work import JOBS

WORK = Path(__file__).parent / "attribution" / "work.py"
MAKE = WORK.with_name("journeys.py")
TURNS = 3


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("journeys", nargs="?", type=int, default=1_000_000)
    parser.add_argument("--fine", action="store_true")
    parser.add_argument("--turns", type=int, default=TURNS)
    parser.add_argument("--no-peers", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        fine = ["fine"] if asked.fine else []
        subprocess.run([sys.executable, MAKE, folder, str(asked.journeys), *fine], check=True)
        show_speed(Path(folder), asked.journeys, asked.turns)
    if not asked.no_peers:
        with tempfile.TemporaryDirectory() as folder:
            make(Path(folder), 20_000, seed=11)
            show_agreement(Path(folder))


def show_speed(folder: Path, journeys: int, turns: int) -> None:
    figures: dict[str, list[tuple[float, float, float]]] = {job: [] for job in ("floor", *JOBS)}
    run(folder, "floor")  # so that no turn pays for a cold disk
    for _ in range(turns):
        for job, found in figures.items():
            found.append(run(folder, job))
    print(f"{journeys:,} journeys: medians of {turns}; the machine is shared, so see processor time and ratios too")
    print(f"{'job':<26} {'wall s':>8} {'cpu s':>8} {'peak MB':>8} {'cpu / floor':>12}")
    least = statistics.median(cpu for _, cpu, _ in figures["floor"])
    for job, found in figures.items():
        wall, cpu, peak = (statistics.median(column) for column in zip(*found, strict=True))
        print(f"{job:<26} {wall:>8.2f} {cpu:>8.2f} {peak:>8.0f} {cpu / least:>12.1f}")


def run(folder: Path, job: str) -> tuple[float, float, float]:
    """Seconds by the clock and of the processor, and the peak of memory in MB, of one process."""
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, WORK, folder, job])
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, job
    return wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1_000


def show_agreement(folder: Path) -> None:
    print(f"\n{'peer':<30} {'model':<12} {'largest relative difference':>28} {'their s':>8}")
    for peer, model, difference, seconds in compare(folder):
        print(f"{peer:<30} {model:<12} {difference:>28.2e} {seconds:>8.2f}")


if __name__ == "__main__":
    main()
