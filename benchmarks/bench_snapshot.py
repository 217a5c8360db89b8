"""How long it takes to get the past out of PostgreSQL and into an engine, beside copying and reading it bare.

    python benchmarks/bench_snapshot.py [--leads 100000] [--touchpoints 1000000]

The floor is a COPY of the table of touchpoints to a file and DuckDB reading that file, in the same run, with nothing
keyed and nothing checked. Prints seconds, rows per second, the ratio, and the most memory that the process held.
"""

import argparse
import atexit
import os
import resource
import shutil
import tempfile
import time
from pathlib import Path

import duckdb
from bench_import import prepare
from django.db.backends.utils import CursorWrapper

FILL = """
INSERT INTO people_company (id, name, domain, fields, created_at)
SELECT n, 'Firm ' || n, 'firm' || n || '.example', jsonb_build_object('employees', n % 3000, 'country', 'DE'),
    '2026-01-01'::timestamptz + n * interval '1 minute'
FROM generate_series(1, {leads} / 3 + 1) AS n;
INSERT INTO people_person (id, name, email, email_key, phone, company_id, fields, created_at)
SELECT n, 'Zoë Müller ' || n, 'p' || n || '@x.example', 'p' || n || '@x.example', '+49 89 ' || n, n / 3 + 1, '{{}}',
    '2026-01-01'::timestamptz + n * interval '1 minute'
FROM generate_series(1, {leads}) AS n;
INSERT INTO pipeline_lead (
    person_id, cycle, source, first_contact_at, opened_at, stage, stage_since, fields, fit, engagement, grade,
    ready_via, held_for, lacks, queue, end_reason, caretaker
)
SELECT id, 1, 'social', created_at, created_at, 'lead', created_at, '{{"budget": "planned"}}', 0, 0, '', '',
    '{{}}', '{{}}', '', '', ''
FROM people_person;
INSERT INTO people_touchpoint (message_id, person_id, event, at, received_at, source, properties)
SELECT 'm' || n, 1 + (n * 7919::bigint) % {leads},
    (ARRAY['page_viewed', 'page_viewed', 'email_opened', 'webinar_attended', 'form_submitted'])[1 + n % 5],
    '2026-01-01'::timestamptz + (n * 7907::bigint) % 24000000 * interval '1 second', now(), 'web',
    jsonb_build_object('path', '/pricing/' || n % 5000, 'form', CASE WHEN n % 5 = 4 THEN 'demo' END)
FROM generate_series(1, {touchpoints}) AS n;
INSERT INTO people_fieldchange (subject, subject_id, field, before, after, at, changed_by)
SELECT 'company', id, 'company.employees', '10', fields -> 'employees', created_at + interval '90 days', 'import'
FROM people_company WHERE id % 3 = 0;
ANALYZE;
"""


def floor(cursor: CursorWrapper, folder: Path) -> float:
    started = time.perf_counter()
    path = folder / "floor.csv"
    with path.open("wb") as file, cursor.copy("COPY people_touchpoint TO STDOUT (FORMAT csv, HEADER)") as copy:
        for row in copy:
            file.write(row)
    duckdb.sql(f"CREATE TABLE floor AS SELECT * FROM read_csv('{path}')")
    path.unlink()
    return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--leads", type=int, default=100_000)
    parser.add_argument("--touchpoints", type=int, default=1_000_000)
    sizes = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="accord-bench-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)  # after the database has left it
    home.chmod(0o711)
    os.environ["ACCORD_HOME"] = str(home / "var")
    os.environ.pop("DATABASE_URL", None)
    prepare()
    from django.db import connection  # noqa: PLC0415

    from accord.insight.engines.duck import DuckDB  # noqa: PLC0415
    from accord.server.agreements.services import in_force  # noqa: PLC0415
    from accord.server.backtests.snapshot import take, working_folder  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute(FILL.format(leads=sizes.leads, touchpoints=sizes.touchpoints))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    steps: list[tuple[str, float]] = []
    started = time.perf_counter()
    with working_folder() as folder, DuckDB(threads=2, folder=folder) as engine:
        snapshot = take(
            engine, [in_force().agreement], folder, progress=lambda what, _: steps.append((what, time.perf_counter()))
        )
        seconds = time.perf_counter() - started
        for what in dict.fromkeys(what for what, _ in steps):
            last = max(at for said, at in steps if said == what)
            print(f"  until the end of '{what}': {last - started:.1f} s")
    rows = sum(snapshot.rows.values())
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with connection.cursor() as cursor:
        least = floor(cursor, home)
    print(snapshot.rows)
    print(f"{rows:,} rows in {seconds:.1f} s, {rows / seconds:,.0f} a second; {memory:.0f} MB, {before:.0f} before")
    print(f"floor {least:.1f} s, ratio {seconds / least:.1f}")


if __name__ == "__main__":
    main()
