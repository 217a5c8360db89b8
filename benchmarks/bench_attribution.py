"""Attribution as whole processes, from touchpoints in Parquet to credits on disk; and whether peers come to the same.

    python benchmarks/bench_attribution.py [journeys, 1,000,000 unless given] [--fine] [--limit 1GB] [--peers-too]

Jobs run in turns, three times; the median counts. The floor decodes the three columns. ``--fine``: instants that are no
whole seconds. In the jobs *by DuckDB* it reduces the journeys, under the limit. Peers are compared on 20,000 journeys,
in environments of their own that are made under the cache folder; ``--peers-too``: and timed on all journeys, once.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from attribution.agreement import PEERS, compare
from attribution.agreement import run as run_peer
from attribution.journeys import make
from attribution.measuring import Measured, measured
from attribution.work import JOBS

WORK = Path(__file__).parent / "attribution" / "work.py"
REDUCE = WORK.with_name("reduce.py")
REDUCED = "by DuckDB: "
MAKE = WORK.with_name("journeys.py")
TURNS = 3


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("journeys", nargs="?", type=int, default=1_000_000)
    parser.add_argument("--fine", action="store_true")
    parser.add_argument("--turns", type=int, default=TURNS)
    parser.add_argument("--limit", default="1GB")
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--peers-too", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        fine = ["fine"] if asked.fine else []
        subprocess.run([sys.executable, MAKE, folder, str(asked.journeys), *fine], check=True)
        show_speed(Path(folder), asked.journeys, asked.turns, asked.limit)
        if asked.peers_too:
            show_peers(Path(folder))
    if not asked.no_peers:
        with tempfile.TemporaryDirectory() as folder:
            make(Path(folder), 20_000, seed=11)
            show_agreement(Path(folder))


def show_speed(folder: Path, journeys: int, turns: int, limit: str) -> None:
    reduced = (f"{REDUCED}{job}" for job in ("heuristics", "everything"))
    figures: dict[str, list[Measured]] = {job: [] for job in ("floor", *JOBS, *reduced)}
    run(folder, "floor", limit)  # so that no turn pays for a cold disk
    for _ in range(turns):
        for job, found in figures.items():
            found.append(run(folder, job, limit))
    print(f"{journeys:,} journeys: medians of {turns}; the machine is shared, so see processor time and ratios too")
    print(f"{'job':<26} {'wall s':>8} {'cpu s':>8} {'peak MB':>8} {'cpu / floor':>12}")
    least = statistics.median(cpu for _, cpu, _ in figures["floor"])
    for job, found in figures.items():
        wall, cpu, peak = (statistics.median(column) for column in zip(*found, strict=True))
        print(f"{job:<26} {wall:>8.2f} {cpu:>8.2f} {peak:>8.0f} {cpu / least:>12.1f}")


def run(folder: Path, job: str, limit: str) -> Measured:
    if job.startswith(REDUCED):
        return measured([sys.executable, REDUCE, folder, job.removeprefix(REDUCED), limit])
    return measured([sys.executable, WORK, folder, job])


def show_peers(folder: Path) -> None:
    """Each once: some take minutes."""
    print(f"\n{'peer, as a whole process':<34} {'wall s':>8} {'cpu s':>8} {'peak MB':>8}")
    for peer in PEERS:
        wall, cpu, peak = run_peer(peer, folder)
        told = json.loads((folder / f"{peer}.json").read_text())["seconds"]
        alone = ", ".join(f"{model} {seconds:.1f}" for model, seconds in told.items())
        print(f"{peer:<34} {wall:>8.2f} {cpu:>8.2f} {peak:>8.0f}   of which {alone}")


def show_agreement(folder: Path) -> None:
    print(f"\n{'peer':<30} {'model':<20} {'largest relative difference':>28} {'their s':>8}")
    for peer, model, difference, seconds in compare(folder):
        print(f"{peer:<30} {model:<20} {difference:>28.2e} {seconds:>8.2f}")


if __name__ == "__main__":
    main()
