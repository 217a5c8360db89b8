"""The backtest of an agreement of 30 clauses, from ten thousand people to a million, as a ratio to reading the history.

    bench_backtest.py [--people 1000000] [--touchpoints 20000000] [--threads 2] [--memory 8GB]

The floor is the time that DuckDB needs to read the same columns of the touchpoints once and to aggregate them by
person. Each size runs in a process of its own, whose peak memory is printed; the tables are made first and not counted.
``again`` is the same draft after the edit of one clause, in the same engine; ``judged`` is everybody judged at one
instant.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime

from backtest_world import PERIOD, draft, edited, fill

from accord.insight import STAR
from accord.insight.backtest import Backtest
from accord.insight.engines.duck import DuckDB
from accord.insight.judging import judge_leads

FLOOR = """
    SELECT COUNT(*), SUM(n) FROM (
        SELECT person_id, COUNT(*) AS n, MIN(at_us), MAX(at_us), MIN(event), MIN("path text"), MIN("form text")
        FROM touchpoints GROUP BY person_id
    )
"""
PARTS = ("floor", "backtest", "again", "judged")
COLUMNS = {"people": "d", "touchpoints": "d", "handed over": "d"}
for part in PARTS:
    COLUMNS |= {part: ".2f", f"{part} cpu": ".2f"} | ({} if part == "floor" else {f"{part} ratio": ".0f"})
COLUMNS |= {"data MB": ".0f", "peak MB": ".0f"}
"""What is printed, and how: seconds, seconds of all cores together, and of these the ratio to the floor."""
AT_US = int(datetime(2026, 12, 31, tzinfo=UTC).timestamp()) * 1_000_000


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Return the seconds that ``work`` takes, and the seconds of all cores together that it keeps busy."""
    begin, busy = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - begin, time.process_time() - busy


def one_size(people: int, touchpoints: int, threads: int, memory: str) -> dict[str, float]:
    """Return seconds and peak memory for one size, in this process."""
    with DuckDB(threads=threads, memory_limit=memory) as engine:
        fill(engine, people, touchpoints)
        for name in ("offers", "deals"):
            engine.load_rows(STAR[name], [])
        made = engine.connection.execute("SELECT COUNT(*) FROM touchpoints").fetchall()[0][0]
        before_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        floor = min(timed(lambda: engine.connection.execute(FLOOR).fetchall()) for _ in range(3))
        backtest = Backtest(engine)
        found = {"people": people, "touchpoints": made, "floor": floor[0], "floor cpu": floor[1]}
        found["backtest"], found["backtest cpu"] = timed(lambda: backtest.compare(draft(), None, PERIOD))
        found["again"], found["again cpu"] = timed(lambda: backtest.compare(edited(), None, PERIOD))
        found["handed over"] = backtest.compare(draft(), None, PERIOD).draft.people
        found["peak MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        found["data MB"] = before_mb
    with DuckDB(threads=threads, memory_limit=memory) as engine:
        fill(engine, people, touchpoints)
        engine.connection.execute(
            f"""
            CREATE TABLE standings AS SELECT lead_id, person_id, CAST({AT_US} AS BIGINT) AS at_us, 'lead' AS stage,
                FALSE AS handed_over, FALSE AS held FROM leads
            """
        )
        found["judged"], found["judged cpu"] = timed(
            lambda: sum(judged.ready for judged in judge_leads(engine, draft()))
        )
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--touchpoints", type=int, default=20_000_000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--memory", default="6GB")
    parser.add_argument("--one", action="store_true", help="only this size, as JSON")
    given = parser.parse_args()
    if given.one:
        print(json.dumps(one_size(given.people, given.touchpoints, given.threads, given.memory)))
        return
    print("".join(f"{title:>15}" for title in COLUMNS))
    for people in (given.people // 100, given.people // 10, given.people):
        sizes = ["--people", str(people), "--touchpoints", str(given.touchpoints * people // given.people)]
        limits = ["--threads", str(given.threads), "--memory", given.memory]
        output = subprocess.run(
            [sys.executable, __file__, *sizes, *limits, "--one"], check=True, stdout=subprocess.PIPE
        )
        row = json.loads(output.stdout)
        row |= {f"{part} ratio": row[f"{part} cpu"] / row["floor cpu"] for part in PARTS[1:]}
        print("".join(f"{row[title]:>15{shape}}" for title, shape in COLUMNS.items()), flush=True)


if __name__ == "__main__":
    main()
