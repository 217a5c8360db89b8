"""How long the close-rate map, discounts, and the page of funnel and velocity wait for their numbers beside many leads.

    python benchmarks/bench_closing.py [--leads 1000000] [--touches 20000000] [--times 40] [--won 3] [--only discounts]

The warehouse of ``bench_credit.py``, with offers, clocks, companies, and a history of other lengths for each lead; and
list prices, of which deals brought any share, so that hardly two brought the same. Measured:

- gathering the facts of all leads, seconds and memory, beside DuckDB decoding the columns of visits that it needs;
- each page through Django, all its numbers computed, over dimensions, bases, stages and spans drawn by lot, and the
  leads or deals behind a number of it; beside one look at every row of the facts. Leads and deals themselves are not in
  PostgreSQL, so these pages look their names up and find none;
- the same before there are any facts, once each.
"""

import argparse
import atexit
import os
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from bench_credit import MADE, filled, memory, timed
from bench_import import prepare

DAY = 86_400_000_000
STEPS = ["lead", "mql", "sal", "sql", "opportunity", "customer"]
"""Of all leads, so many come to each; some skip one, some go back."""
WORLD = {
    "leads": """
        SELECT n AS lead_id, n AS person_id, 1 + CASE WHEN hash(n, 9) % 10 = 0 THEN 1 ELSE 0 END AS cycle,
            ['fair', 'webinar', 'google', 'referral', 'list', ''][1 + CAST(hash(n, 8) % 6 AS BIGINT)] AS source,
            {at} AS first_contact_us, {at} AS opened_us, 'sal' AS stage,
            CASE WHEN hash(n, 1) % 100 < 60 THEN {at} + CAST(hash(n, 12) % (5 * 86400000000) AS BIGINT) END
                AS handed_over_us,
            NULL AS owner_id, 'field' AS queue,
            CASE WHEN hash(n, 7) % 100 < 55 THEN
                least({at} + 40 * 86400000000 + CAST(hash(n, 11) % (80 * 86400000000) AS BIGINT), {now}) END
                AS ended_us, '' AS end_reason
        FROM range(1, {leads} + 1) AS r (n)
    """,
    "stage_changes": """
        SELECT n * 8 + s AS change_id, n AS lead_id, '' AS from_stage,
            ['lead', 'mql', 'sal', 'sql', 'opportunity', 'customer'][s + 1] AS to_stage,
            least({at} + s * 5 * 86400000000 + CAST(hash(n, s) % (5 * 86400000000) AS BIGINT), {now}) AS at_us,
            'agreement' AS decided_by
        FROM range(1, {leads} + 1) AS r (n), range(6) AS t (s)
        WHERE hash(n, 1) % 100 < [100, 60, 45, 25, 12, {won}][s + 1] AND (s IN (0, 5) OR hash(n, s, 3) % 10 > 0)
        ORDER BY 1
    """,
    "deals": """
        SELECT n AS deal_id, n AS lead_id, n // 3 + 1 AS company_id, 'won' AS outcome,
            CAST(exp(12 + hash(n, 14) % 1000 / 400) * (0.65 + hash(n, 15) % 100000 / 250000) AS BIGINT) AS amount_cents,
            CASE WHEN hash(n, 16) % 20 > 0 THEN CAST(exp(12 + hash(n, 14) % 1000 / 400) AS BIGINT) END AS list_cents,
            NULL AS margin_cents, 'EUR' AS currency, {at} AS opened_us,
            least({at} + 25 * 86400000000 + CAST(hash(n, 5) % (5 * 86400000000) AS BIGINT), {now}) AS closed_us
        FROM range(1, {leads} + 1) AS r (n) WHERE CAST(hash(n, 1) % 100 AS BIGINT) < {won}
    """,
    "offers": """
        SELECT n AS offer_id, n AS lead_id, 1 + n * 4 // {leads} AS revision,
            1 + CAST(hash(n, 4) % 50 AS BIGINT) AS owner_id,
            ['field', 'inside', 'partners'][1 + CAST(hash(n, 4) % 3 AS BIGINT)] AS queue, 'stage' AS via,
            ['A', 'B', 'C', 'D'][1 + CAST(hash(n, 5) % 4 AS BIGINT)] AS grade, 'accepted' AS status,
            {at} + CAST(hash(n, 12) % (5 * 86400000000) AS BIGINT) AS offered_us, NULL AS decided_us,
            NULL AS decided_by, '' AS reject_reason
        FROM range(1, {leads} + 1) AS r (n) WHERE CAST(hash(n, 1) % 100 AS BIGINT) < 60
    """,
    "clocks": """
        SELECT n AS clock_id, n AS offer_id, n AS lead_id, 1 AS revision, 'sales' AS side, 'first_attempt' AS promise,
            'grade_a' AS clause, {at} AS started_us, {at} + 86400000000 AS due_us,
            {at} + 3600000000 * (CAST(hash(n, 13) % 40 AS BIGINT)) AS stopped_us, 'kept' AS outcome,
            3600000000 * (CAST(hash(n, 13) % 40 AS BIGINT)) // 3 AS response_us, 0 AS on_hold_us, NULL AS paused_us
        FROM range(1, {leads} + 1) AS r (n) WHERE CAST(hash(n, 1) % 100 AS BIGINT) < 60
    """,
    "attempts": """
        SELECT n AS attempt_id, n AS lead_id, 1 + n % 50 AS user_id, {at} + 90000000000 AS at_us, 'call' AS channel,
            ['reached', 'no_answer', 'voicemail'][1 + CAST(hash(n, 6) % 3 AS BIGINT)] AS outcome
        FROM range(1, {leads} + 1) AS r (n) WHERE CAST(hash(n, 1) % 100 AS BIGINT) < 60
    """,
    "companies": """
        SELECT n AS company_id,
            ['Food', 'Steel', 'Retail', 'Health', ''][1 + CAST(hash(n, 2) % 5 AS BIGINT)] AS industry,
            ['DE', 'AT', 'CH', 'FR', 'IT', 'PL', 'NL', ''][1 + CAST(hash(n, 3) % 8 AS BIGINT)] AS country,
            CAST(exp(CAST(hash(n) % 90 AS BIGINT) / 10.0) AS BIGINT) AS employees
        FROM range(1, {leads} // 3 + 2) AS r (n)
    """,
}
PAGES = (
    "/close-rates/",
    "/funnel/",
    "/close-rates/leads/",
    "/funnel/leads/",
    "/close-rates/discounts/",
    "/close-rates/discounts/deals/",
)
GROUPS = {
    "source": "fair",
    "campaign": "campaign 7",
    "channel": "Channel 7",
    "owner": "7",
    "team": "field",
    "grade": "B",
    "revision": "2",
    "industry": "Steel",
    "region": "DE",
    "size": "under_250",
    "first_attempt": "under_8h",
    "call": "reached",
}
"""A group of each dimension."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--leads", type=int, default=1_000_000)
    parser.add_argument("--touches", type=int, default=20_000_000)
    parser.add_argument("--times", type=int, default=40)
    parser.add_argument("--won", type=int, default=3, help="of 100 leads, so many are won; at most 12")
    parser.add_argument("--only", default="", help="measure the pages with this in their address, and no others")
    sizes = parser.parse_args()
    home = tempfile.mkdtemp(prefix="accord-bench-")
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    os.environ["ACCORD_HOME"] = home
    prepare()
    filled(sizes, MADE | WORLD)
    wanted = [address for address in PAGES if sizes.only in address]
    pages("before there are facts", wanted, 1)
    gathered(sizes)
    pages("of the facts", wanted, sizes.times)


def gathered(sizes: argparse.Namespace) -> None:
    """Print how long it takes to gather the facts."""
    from accord.insight.engines.duck_files import DuckFiles  # noqa: PLC0415  # once Django is set up, as all below
    from accord.insight.warehouse import current  # noqa: PLC0415
    from accord.server.warehouse.facts import make  # noqa: PLC0415
    from accord.server.warehouse.folder import folder  # noqa: PLC0415

    version = current(folder())
    if version is None:
        raise SystemExit("there is no warehouse")
    with DuckFiles(folder(), version) as files:
        look = "SELECT max(visitor_id), max(started_us), max(channel), max(campaign) FROM visits"
        floor = timed(lambda: files.ask(look, {}))
    began, used = time.perf_counter(), time.process_time()
    if make() is None:
        raise SystemExit("no facts were gathered")
    took, cpu = time.perf_counter() - began, time.process_time() - used
    print(
        f"facts of {sizes.leads:,} leads gathered beside {sizes.touches:,} visits: {took:.1f} s, {cpu:.1f} s of"
        f" processor, {took / floor:.0f} times the floor of {floor:.2f} s; peak {memory():.0f} MB",
        flush=True,
    )


def pages(what: str, addresses: Sequence[str], times: int) -> None:
    """Print how long pages wait."""
    from django.test import Client  # noqa: PLC0415

    from accord.insight.closing import Dimension  # noqa: PLC0415
    from accord.server.accounts.models import User  # noqa: PLC0415
    from accord.server.warehouse.asking import facts_or_warehouse  # noqa: PLC0415
    from accord.server.warehouse.readers import FRESH  # noqa: PLC0415

    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.get(email="mara@bench.example.com"))
    fresh()
    asked = facts_or_warehouse(datetime.now(UTC))
    if asked is None:
        raise SystemExit(f"the warehouse is older than {FRESH}")
    engine, floor = asked.engine, 0.0

    def anew(ask: Callable[[], Any]) -> float:
        engine._answers.clear()  # which keeps what was asked before
        return timed(ask)

    if asked.held:
        look = "SELECT sum(mql_us), sum(won_us), count(nullif(source, 'a')), count(nullif(owner, 'a')) FROM lead_facts"
        anew(lambda: engine.ask(look, {}))
        floor = statistics.median(anew(lambda: engine.ask(look, {})) for _ in range(5))
        (rows,) = engine.ask("SELECT count(*) FROM lead_facts", {})[0]
        print(f"one look at {rows:,} rows of facts: {floor * 1000:.0f} ms")
    chance = random.Random(1)
    dimensions = [each.value for each in Dimension]
    for address in addresses:
        took, again, used = [], [], []
        for turn in range(times + 2 * bool(floor)):
            first, second = sorted(chance.sample(range(6), 2))
            wish = {
                "rows": chance.choice(dimensions),
                "columns": chance.choice(["", *dimensions]),
                "base": chance.choice(["lead", "mql", "offered", "sal", "sql"]),
                "first": ["subscriber", *STEPS][first],
                "second": ["subscriber", *STEPS][second],
                "entered": "1",
                "span": chance.choice(["90", "365", "all"]),
                "cycle": chance.choice(["first", "first", "later", "all"]),
            }
            if "deals" in address:
                wish |= {"value": GROUPS[wish["rows"]], "band": chance.choice(["", *"01234"])}

            def ask(address: str = address, wish: Mapping[str, str] = wish) -> None:
                answer = client.get(address, wish)
                if answer.status_code != 200:
                    raise SystemExit(f"{address} answers {answer.status_code}")

            fresh()
            began = time.process_time()
            seconds = anew(ask)
            cpu = time.process_time() - began
            if turn > 1 or not floor:  # the first two load templates and open files
                took.append(seconds)
                used.append(cpu)
                again.append(timed(ask))
        p50, p95 = statistics.median(took), nearly_all(took)
        beside = f", {p95 / floor:.1f} times the floor" if floor else ""
        print(
            f"{address} {what}: p50 {p50 * 1000:.0f}, p95 {p95 * 1000:.0f} ms computed{beside};"
            f" of processor p50 {statistics.median(used) * 1000:.0f}, p95 {nearly_all(used) * 1000:.0f} ms;"
            f" once more p50 {statistics.median(again) * 1000:.0f} ms",
            flush=True,
        )


def nearly_all(seconds: list[float]) -> float:
    """Return within how many 19 of 20 were."""
    return sorted(seconds)[max(round(len(seconds) * 0.95) - 1, 0)]


def fresh() -> None:
    """Let the warehouse be of now, as the sync of each minute does; its number stays, so nothing is opened anew."""
    from dataclasses import replace  # noqa: PLC0415

    from accord.insight.warehouse import current, switch  # noqa: PLC0415
    from accord.server.warehouse.folder import folder  # noqa: PLC0415

    version = current(folder())
    now = int(datetime.now(UTC).timestamp() * 1_000_000)
    if version is not None and now - version.at_us > 60_000_000:
        switch(folder(), replace(version, at_us=now))


if __name__ == "__main__":
    main()
