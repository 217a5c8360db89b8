"""How long it takes to give credit for every won deal, and how long the pages of revenue wait for their numbers.

    python benchmarks/bench_credit.py [--leads 1000000] [--touches 20000000] [--times 20]

A warehouse of two years is written as the sync writes it: leads, people in companies of three, visits of twelve
channels and two hundred campaigns, a try for each lead, a deal for ten in a hundred, of which three are won, five lost
and two open, and costs by campaign and day. Measured:

- giving credit, seconds and memory, beside DuckDB decoding the columns of visits that it needs;
- each page of revenue through Django, all its numbers computed, over months, dimensions and models drawn by lot, and
  asked once more, beside one look at every row of the table of credit. People and deals themselves are not in
  PostgreSQL, so a page looks their names up and finds none.
"""

import argparse
import atexit
import os
import random
import resource
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from bench_import import prepare

SPAN = 730 * 86_400_000_000
MADE = {
    "leads": """
        SELECT n AS lead_id, n AS person_id, 1 AS cycle, '' AS source, {at} AS first_contact_us, {at} AS opened_us,
            CASE WHEN n % 100 < 3 THEN 'customer' ELSE 'sal' END AS stage, {at} + 86400000000 AS handed_over_us,
            NULL AS owner_id, 'field' AS queue, NULL AS ended_us, '' AS end_reason
        FROM range(1, {leads} + 1) AS r (n)
    """,
    "owners": "SELECT n AS owner_id, TRUE AS active, 'sales' AS role FROM range(1, 51) AS r (n)",
    "stage_changes": """
        SELECT n * 4 + s AS change_id, n AS lead_id, '' AS from_stage, ['lead', 'mql', 'sal', 'customer'][s + 1]
            AS to_stage, {at} + s * 86400000000 AS at_us, 'agreement' AS decided_by
        FROM range(1, {leads} + 1) AS r (n), range(4) AS t (s) WHERE s < 3 OR n % 100 < 3 ORDER BY 1
    """,
    "attempts": """
        SELECT n AS attempt_id, n AS lead_id, 1 + n % 50 AS user_id, {at} + 90000000000 AS at_us, 'call' AS channel,
            'reached' AS outcome FROM range(1, {leads} + 1) AS r (n)
    """,
    "deals": """
        SELECT n AS deal_id, n AS lead_id, n // 3 + 1 AS company_id,
            CASE WHEN n % 100 < 3 THEN 'won' WHEN n % 100 < 8 THEN 'lost' ELSE 'open' END AS outcome,
            CAST(exp(8 + hash(n) % 1000 / 400) * 100 AS BIGINT) AS amount_cents, NULL AS list_cents,
            NULL AS margin_cents, 'EUR' AS currency, {at} + 172800000000 AS opened_us,
            CASE WHEN n % 100 < 8 THEN least({at} + 2592000000000, {now}) END AS closed_us
        FROM range(1, {leads} + 1) AS r (n) WHERE n % 100 < 10
    """,
    "people": "SELECT n AS person_id, n // 3 + 1 AS company_id FROM range(1, {leads} + 1) AS r (n)",
    "visitors": "SELECT n AS visitor_id, n AS person_id FROM range(1, {leads} + 1) AS r (n)",
    "visits": """
        SELECT n AS visit_id, 1 + hash(n) % {leads} AS visitor_id, {now} - CAST(hash(n, 1) % {span} AS BIGINT)
            AS started_us, 'Channel ' || hash(n, 2) % 12 AS channel, 'source ' || hash(n, 3) % 200 % 20 AS source,
            'cpc' AS medium, 'campaign ' || hash(n, 3) % 200 AS campaign, '' AS content, '/' AS landing,
            hash(n, 2) % 3 > 0 AS inbound, 'human' AS agent FROM range(1, {touches} + 1) AS r (n)
    """,
    "costs": """
        SELECT n AS cost_id, {now} // 86400000000 - n // 200 AS day, 'source ' || n % 200 % 20 AS source,
            'cpc' AS medium, 'campaign ' || n % 200 AS campaign, 'EUR' AS currency, 4000 + n % 900 AS amount_cents,
            20 AS clicks, 900 AS impressions FROM range(1, 200 * 700) AS r (n)
    """,
}
AT = "{now} - {span} + CAST(n / {leads} * {span} AS BIGINT)"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--leads", type=int, default=1_000_000)
    parser.add_argument("--touches", type=int, default=20_000_000)
    parser.add_argument("--times", type=int, default=20)
    sizes = parser.parse_args()
    home = tempfile.mkdtemp(prefix="accord-bench-")
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    os.environ["ACCORD_HOME"] = home
    prepare()
    filled(sizes)
    given(sizes)
    pages(sizes)


def filled(sizes: argparse.Namespace, made: Mapping[str, str] = MADE) -> None:
    """Write the warehouse; ``made`` is what stands in its tables, those that are not there are empty."""
    import duckdb  # noqa: PLC0415  # once Django is set up, as all below

    from accord.insight.engines.arrow import schema_of  # noqa: PLC0415
    from accord.insight.engines.lake import Lake  # noqa: PLC0415
    from accord.insight.warehouse import TABLES, Version, switch  # noqa: PLC0415
    from accord.server.warehouse.folder import folder  # noqa: PLC0415
    from accord.server.warehouse.models import Keeping  # noqa: PLC0415
    from accord.server.warehouse.origin import this_database  # noqa: PLC0415
    from accord.server.warehouse.star import fingerprint  # noqa: PLC0415

    now = int(datetime.now(UTC).timestamp() * 1_000_000)
    numbers = {**vars(sizes), "now": now, "span": SPAN}
    numbers["at"] = AT.format(**numbers)
    connection = duckdb.connect(config={"threads": 2, "preserve_insertion_order": "true"})
    folder().mkdir(parents=True, exist_ok=True)
    lake, held, started = Lake(folder()), {}, time.perf_counter()
    for name, table in TABLES.items():
        schema = schema_of(table)
        batches: Any = []
        if name in made:
            casts = ", ".join(
                f'CAST("{column.name}" AS {column.type.value}) AS "{column.name}"' for column in table.columns
            )
            rows_of = connection.sql(f"SELECT {casts} FROM ({made[name].format(**numbers)})")  # text of ours
            batches = (batch.cast(schema) for batch in rows_of.to_arrow_reader())
        held[name] = lake.fill(table, batches, 1)
    token = str(uuid4())
    Keeping.objects.create(pk=1, token=token, place="bench", number=1, synced_at=datetime.now(UTC))
    made_of = {"star": fingerprint(), "database": this_database(), "token": token}
    switch(folder(), Version(1, now, "1:1:", made_of, held))
    rows = sum(each.rows for each in held.values())
    print(f"a warehouse of {rows:,} rows written in {time.perf_counter() - started:.0f} s", flush=True)


def given(sizes: argparse.Namespace) -> None:
    """Print how long it takes to give credit."""
    from accord.insight.engines.duck_files import DuckFiles  # noqa: PLC0415
    from accord.insight.warehouse import current  # noqa: PLC0415
    from accord.server.credit.making import make  # noqa: PLC0415
    from accord.server.warehouse.folder import folder  # noqa: PLC0415

    version = current(folder())
    if version is None:
        raise SystemExit("there is no warehouse")
    with DuckFiles(folder(), version) as files:
        look = "SELECT max(visitor_id), max(started_us), max(channel), max(campaign) FROM visits"
        floor = timed(lambda: files.ask(look, {}))
    began, used = time.perf_counter(), time.process_time()
    edition = make(lambda what, share: print(f"  {time.perf_counter() - began:6.1f} s  {what}", flush=True))
    took, cpu = time.perf_counter() - began, time.process_time() - used
    if edition is None:
        raise SystemExit("no credit was given")
    print(
        f"credit for {sizes.leads * 3 // 100:,} deals over {sizes.touches:,} visits: {took:.1f} s, {cpu:.1f} s of"
        f" processor, {took / floor:.0f} times the floor of {floor:.2f} s; peak {memory():.0f} MB",
        flush=True,
    )


ONE = {"by": "campaign", "label": "campaign 7"}


def pages(sizes: argparse.Namespace) -> None:
    """Print how long pages wait."""
    from django.test import Client  # noqa: PLC0415

    from accord.insight.credit import MODEL_LABELS  # noqa: PLC0415
    from accord.server.accounts.models import User  # noqa: PLC0415
    from accord.server.credit import asking  # noqa: PLC0415

    client = Client(headers={"host": "localhost"})
    client.force_login(User.objects.get(email="mara@bench.example.com"))
    opened = asking.opened()
    if opened is None:
        raise SystemExit("there is no edition")
    tables = opened.tables
    look = "SELECT max(linear), max(u_shaped), max(channel), max(campaign) FROM credited"

    def anew(ask: Callable[[], Any]) -> float:
        tables._answers.clear()  # which keeps what an edition was asked before
        return timed(ask)

    anew(lambda: tables.ask(look, {}))
    floor = statistics.median(anew(lambda: tables.ask(look, {})) for _ in range(5))
    (rows,) = tables.ask("SELECT count(*) FROM credited", {})[0]
    print(f"one look at {rows:,} rows of credit: {floor * 1000:.0f} ms")
    chance = random.Random(1)
    for name, more in (("campaigns", {}), ("campaigns/one", ONE), ("attribution", {}), ("attribution/deals", {})):
        took, again = [], []
        for turn in range(sizes.times + 2):
            address = f"/{name}/"
            wish = {
                "span": chance.choice(["month", "3", "12", "all"]),
                "by": chance.choice(["channel", "campaign", "source", "direction"]),
                "model": chance.choice(list(MODEL_LABELS)),
                "scope": chance.choice(["company", "contact"]),
                "of": chance.choice(["period", "cohort"]),
                **more,
            }

            def ask(address: str = address, wish: dict[str, str] = wish) -> None:
                answer = client.get(address, wish)
                if answer.status_code != 200:
                    raise SystemExit(f"{address} answers {answer.status_code}")

            first = anew(ask)
            if turn > 1:  # the first two load templates and open files
                took.append(first)
                again.append(timed(ask))
        p50, p95 = statistics.median(took), sorted(took)[round(len(took) * 0.95) - 1]
        print(
            f"/{name}/: p50 {p50 * 1000:.0f}, p95 {p95 * 1000:.0f} ms computed, {p95 / floor:.1f} times the floor;"
            f" once more p50 {statistics.median(again) * 1000:.0f} ms",
            flush=True,
        )


def timed(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
