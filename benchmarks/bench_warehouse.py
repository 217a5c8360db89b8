"""How soon the warehouse follows, what it takes to make it anew, what writers pay for it, and what its readers get.

    python benchmarks/bench_warehouse.py [--leads 1000000] [--changed 300] [--times 5] [--in-place]

Two years of leads, each with three steps of its history, an offer, two clocks and an attempt, every twentieth with a
deal. Measured, each beside its floor in the same run:

- making the warehouse anew, beside a bare COPY of the same rows out of PostgreSQL that nobody keeps;
- a sync after some hundred leads have moved: those of the last 90 days, and any of the two years;
- what a COPY of leads and a change of one lead take with the triggers, beside the same without them, in turns;
- the questions of the page of hand-offs and of the scoreboard, of a month, a quarter and all time, beside one look at
  every row of the table of clocks; with --in-place those of PostgreSQL too, each given up after two minutes.
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
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench_import import prepare

PATIENCE = "120s"
FILL = """
SET session_replication_role = replica;
INSERT INTO people_person (id, name, email, email_key, phone, fields, created_at)
SELECT n, 'Person ' || n, 'p' || n || '@x.example', 'p' || n || '@x.example', '', '{{}}', now()
FROM generate_series(1, {leads}) AS n;
INSERT INTO pipeline_lead (
    id, person_id, cycle, source, first_contact_at, opened_at, stage, stage_since, fields, fit, engagement, grade,
    ready_via, held_for, lacks, owner_id, queue, handed_over_at, ended_at, end_reason, caretaker
)
SELECT n, n, 1, (ARRAY['webinar', 'referral', 'paid search', ''])[1 + n % 4], at, at,
    CASE WHEN n > {leads} - {open} THEN 'sal' ELSE 'disqualified' END, at, '{{}}', 0, 0, 'A', 'stage', '{{}}', '{{}}',
    {user}, '', at + interval '1 day', CASE WHEN n > {leads} - {open} THEN NULL ELSE at + interval '30 days' END, '', ''
FROM (SELECT n, now() - interval '730 days' * (1 - n / {leads}.0) AS at FROM generate_series(1, {leads}) AS n) AS made;
INSERT INTO pipeline_stagechange (lead_id, from_stage, to_stage, at, decided_by, reason, explanation)
SELECT l.id, s.came, s.went, l.opened_at + s.after, 'agreement', '', '{{}}'
FROM pipeline_lead AS l CROSS JOIN (VALUES
    ('', 'lead', interval '0'), ('lead', 'mql', interval '1 day'), ('mql', 'sal', interval '2 days')
) AS s (came, went, after);
INSERT INTO handoffs_offer (id, lead_id, owner_id, queue, via, grade, promise, status, offered_at, decided_at,
    decided_by_id, reject_reason, note, revision_id, routing, reason, clause, preference, named_queue)
SELECT id, id, owner_id, 'field', 'stage', grade, '', CASE WHEN id % 3 = 0 THEN 'rejected' ELSE 'accepted' END,
    handed_over_at, handed_over_at + interval '1 day', owner_id, CASE WHEN id % 3 = 0 THEN 'not_now' ELSE '' END, '',
    {revision}, '[]', '', '', '', ''
FROM pipeline_lead;
INSERT INTO handoffs_clock (lead_id, offer_id, revision_id, promise, clause, started_at, due_at, stopped_at, outcome,
    response, on_hold, needed)
SELECT o.lead_id, o.id, o.revision_id, p.promise, 'sla.sales[0]', o.offered_at, o.offered_at + interval '1 day',
    o.offered_at + (o.id % 90) * interval '20 minutes', 'kept', (o.id % 90) * interval '20 minutes', interval '0', 1
FROM handoffs_offer AS o CROSS JOIN (VALUES ('first_attempt'), ('decide')) AS p (promise);
INSERT INTO handoffs_attempt (lead_id, by_id, channel, outcome, note, at, action_id)
SELECT id, owner_id, 'call', 'reached', '', handed_over_at + interval '1 hour', gen_random_uuid() FROM pipeline_lead;
INSERT INTO pipeline_deal (lead_id, name, amount, currency, outcome, opened_at, closed_at, flags)
SELECT id, '', 1000 + id % 900, 'EUR', 'won', opened_at, opened_at + interval '20 days', '{{}}'
FROM pipeline_lead WHERE id % 20 = 0;
SET session_replication_role = origin;
SELECT setval('pipeline_lead_id_seq', {leads} * 2);
ANALYZE;
"""
MOVED = """
WITH moved AS (
    UPDATE pipeline_lead SET end_reason = 'x' || random() WHERE id = ANY(%(leads)s) RETURNING id
), stopped AS (
    UPDATE handoffs_clock SET on_hold = on_hold + interval '1 second' WHERE lead_id = ANY(%(leads)s) RETURNING id
)
INSERT INTO pipeline_stagechange (lead_id, from_stage, to_stage, at, decided_by, reason, explanation)
SELECT id, 'mql', 'sal', now(), 'user', '', '{}' FROM moved
"""
MADE = """
COPY (
    SELECT person_id, 1 AS cycle, source, first_contact_at, opened_at, 'disqualified' AS stage, stage_since, fields,
        fit, engagement, grade, ready_via, held_for, lacks, queue, now() AS ended_at, end_reason, caretaker
    FROM pipeline_lead WHERE id <= {rows}
) TO STDOUT
"""
COLUMNS = (
    "person_id, cycle, source, first_contact_at, opened_at, stage, stage_since, fields, fit, engagement, grade,"
    " ready_via, held_for, lacks, queue, ended_at, end_reason, caretaker"
)


def timed(act: Callable[[], Any]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def floor() -> tuple[float, int]:
    """Return the seconds that a bare COPY of every row of the star takes, and how many there are."""
    from django.db import connection  # noqa: PLC0415  # once Django is set up

    from accord.insight.warehouse import TABLES  # noqa: PLC0415  # likewise
    from accord.server.warehouse.star import star  # noqa: PLC0415  # likewise

    rows = 0
    started = time.perf_counter()
    with connection.cursor() as cursor:
        for name in TABLES:
            query = star()[name].sql(dialect="postgres", identify=True)
            with cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv)") as copy:
                rows += sum(1 for _ in copy)
    return time.perf_counter() - started, rows


def syncs(sizes: argparse.Namespace) -> None:
    from django.db import connection  # noqa: PLC0415  # once Django is set up

    from accord.server.warehouse.sync import sync  # noqa: PLC0415  # likewise

    chance = random.Random(1)
    recent = range(sizes.leads - sizes.leads * 90 // 730, sizes.leads)
    for what, among in (("nothing", range(0)), ("of 90 days", recent), ("of two years", range(1, sizes.leads))):
        took, rows, files = [], 0, 0
        for _ in range(sizes.times):
            if among:
                leads = chance.sample(among, sizes.changed)
                with connection.cursor() as cursor:
                    cursor.execute(MOVED, {"leads": leads})
            before = {file.name for held in sync_version().values() for file in held.files.values()}
            done = sync()
            took.append(done.seconds)
            rows = sum(done.rows.values())
            files = sum(
                file.name not in before for held in done.version.tables.values() for file in held.files.values()
            )
        moved = sizes.changed if among else 0
        print(
            f"sync, {moved} leads moved ({what}): median {statistics.median(took):.2f} s, slowest {max(took):.2f} s;"
            f" {rows:,} rows, {files} files rewritten",
            flush=True,
        )


def sync_version() -> dict[str, Any]:
    from accord.insight.warehouse import current  # noqa: PLC0415  # once Django is set up
    from accord.server.warehouse.folder import folder  # noqa: PLC0415  # likewise

    found = current(folder())
    return dict(found.tables) if found else {}


def triggers(sizes: argparse.Namespace) -> None:
    """Print what writers pay."""
    from django.db import connection  # noqa: PLC0415  # once Django is set up

    rows = min(sizes.leads, 100_000)
    with connection.cursor() as cursor:
        with cursor.copy(MADE.format(rows=rows)) as copy:
            data = b"".join(bytes(block) for block in copy)
        state = {True: "ENABLE", False: "DISABLE"}
        kinds = ("insert", "update", "delete")

        def switch(on: bool) -> None:
            for kind in kinds:
                cursor.execute(f"ALTER TABLE pipeline_lead {state[on]} TRIGGER warehouse_{kind}")

        def imported() -> None:
            cursor.execute("BEGIN")
            cursor.execute("DROP INDEX one_lead_per_cycle")
            started = time.perf_counter()
            with cursor.copy(f"COPY pipeline_lead ({COLUMNS}) FROM STDIN") as copy:
                copy.write(data)
            took.append(time.perf_counter() - started)
            cursor.execute("ROLLBACK")

        def one_by_one() -> None:
            for lead in range(1, 1001):
                cursor.execute("UPDATE pipeline_lead SET queue = 'q' || random() WHERE id = %s", [lead])

        both: dict[str, dict[bool, list[float]]] = {"copy": {True: [], False: []}, "one": {True: [], False: []}}
        for turn in range(sizes.times * 2):
            on = turn % 2 == 0
            switch(on)
            took: list[float] = []
            imported()
            both["copy"][on] += took
            both["one"][on].append(timed(one_by_one))
        switch(True)
    for what, name in (("copy", f"COPY of {rows:,} leads"), ("one", "1,000 leads changed one by one")):
        with_, without = (statistics.median(both[what][on]) for on in (True, False))
        print(f"{name}: {with_:.2f} s with triggers, {without:.2f} s without, ratio {with_ / without:.2f}")


def questions(sizes: argparse.Namespace) -> None:
    """Print how long pages wait for their numbers."""
    from django.db import connection  # noqa: PLC0415  # once Django is set up
    from django.db.utils import OperationalError  # noqa: PLC0415  # likewise

    from accord.insight import ALL_TIME, month_of, quarter_of  # noqa: PLC0415  # likewise
    from accord.insight.engines.duck_files import DuckFiles  # noqa: PLC0415  # likewise
    from accord.server.scoreboard import queries  # noqa: PLC0415  # likewise
    from accord.server.scoreboard.hand_offs import health_of  # noqa: PLC0415  # likewise
    from accord.server.scoreboard.ledger import ledger  # noqa: PLC0415  # likewise
    from accord.server.warehouse.asking import of_warehouse  # noqa: PLC0415  # likewise
    from accord.server.warehouse.readers import large_and_fresh  # noqa: PLC0415  # likewise

    now = datetime.now(UTC)
    known = queries.laws()
    day = (now - timedelta(days=40)).date()
    month = month_of(day, known.zone)

    def scoreboard() -> None:
        law = known.latest()
        if law is not None:
            ledger(known, law, month, now)
        for ask in (queries.funnel, queries.rejections, queries.days_to_win):
            ask(month)
        queries.response_times(month, now)
        queries.days_to_win(ALL_TIME)
        queries.second_lives()
        queries.win_rates(ALL_TIME)
        queries.black_hole(now)

    asked: dict[str, Callable[[], Any]] = {"scoreboard": scoreboard}
    for name, period in (("month", month), ("quarter", quarter_of(day, known.zone)), ("all time", ALL_TIME)):
        asked[f"hand-offs, {name}"] = lambda period=period: health_of(period, "", None, now)
    files = large_and_fresh(now)
    if not isinstance(files, DuckFiles):
        raise SystemExit("the warehouse is not asked: too small, or too old")
    look = (
        "SELECT " + ", ".join(f"max({c})" for c in ("started_us", "due_us", "stopped_us", "outcome")) + " FROM clocks"
    )

    def computed(ask: Callable[[], Any]) -> float:
        files._answers.clear()  # which keeps what a version was asked before
        return timed(ask)

    files.ask(look, {})
    least = statistics.median(computed(lambda: files.ask(look, {})) for _ in range(sizes.times))
    print(f"one look at every clock: {least * 1000:.0f} ms")
    for name, ask in asked.items():
        with of_warehouse(now):
            first = timed(ask)
            anew = statistics.median(computed(ask) for _ in range(sizes.times))
            again = statistics.median(timed(ask) for _ in range(sizes.times))
        print(
            f"{name}: {first:.2f} s at first, {anew:.2f} s computed, ratio {anew / least:.1f}; the same of one version"
            f" again {again * 1000:.0f} ms; {memory():.0f} MB",
            flush=True,
        )
        if sizes.in_place:
            with connection.cursor() as cursor:
                cursor.execute(f"SET statement_timeout = '{PATIENCE}'")
            try:
                print(f"  in place: {timed(ask):.2f} s", flush=True)
            except OperationalError:
                print(f"  in place: given up after {PATIENCE} for one question", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--leads", type=int, default=1_000_000)
    parser.add_argument("--changed", type=int, default=300)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--in-place", action="store_true")
    sizes = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="accord-bench-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)  # after the database has left it
    home.chmod(0o711)
    os.environ["ACCORD_HOME"] = str(home / "var")
    os.environ.pop("DATABASE_URL", None)
    os.environ.pop("ACCORD_WAREHOUSE", None)
    prepare()
    from django.db import connection  # noqa: PLC0415  # once Django is set up

    from accord.server.accounts.models import User  # noqa: PLC0415  # likewise
    from accord.server.agreements.models import Revision  # noqa: PLC0415  # likewise
    from accord.server.warehouse.sync import sync  # noqa: PLC0415  # likewise

    values = {"leads": sizes.leads, "open": sizes.leads // 20}
    user, revision = User.objects.values_list("pk", flat=True)[0], Revision.objects.values_list("pk", flat=True)[0]
    with connection.cursor() as cursor:
        cursor.execute(FILL.format(**values, user=user, revision=revision))
    before = memory()
    done = sync()
    took, after = done.seconds, memory()
    least, rows = floor()
    folder = Path(os.environ["ACCORD_HOME"]) / "warehouse"
    size = sum(file.stat().st_size for file in folder.rglob("*.parquet")) / 1e6
    print(
        f"made anew: {rows:,} rows in {took:.1f} s, {rows / took:,.0f} a second, {size:.0f} MB of Parquet;"
        f" {after:.0f} MB of memory, {before:.0f} before"
    )
    print(f"bare COPY out: {least:.1f} s, ratio {took / least:.1f}", flush=True)
    syncs(sizes)
    triggers(sizes)
    sync()
    questions(sizes)


if __name__ == "__main__":
    main()
