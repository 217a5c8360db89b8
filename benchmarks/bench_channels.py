"""How long the queries of the Channels page take, beside one sequential scan that counts the same visits.

    python benchmarks/bench_channels.py [--visits 200000] [--people 20000]

Visits of 90 days from 3,600 ways, one in ten by a robot, three for two browsers; people with a lead each; costs of 300
campaigns on each day. Each figure is the median of five, after one that fills the caches.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import django

from accord.server.embedded import EmbeddedPostgres

DAYS = 90
TIMES = 5
MADE = (
    """INSERT INTO people_person (name, email, email_key, phone, fields, created_at)
    SELECT 'P', '', 'p' || g, '', '{}', now() - (g %% 90) * interval '1 day' FROM generate_series(1, %(people)s) g""",
    """INSERT INTO people_visitor (anonymous_id, person_id, first_seen_at, last_seen_at)
    SELECT 'v' || g, (SELECT id FROM people_person WHERE email_key = 'p' || g), now(), now()
    FROM generate_series(1, %(visits)s * 2 / 3) g""",
    """INSERT INTO people_visit (visitor_id, started_at, last_at, landing, referrer_host, source, medium, campaign,
        term, content, click_id, channel, inbound, agent, agent_why, network, organisation, network_kind, network_why,
        certainty, company_why)
    SELECT (SELECT min(id) FROM people_visitor) + (g * 7) %% (%(visits)s * 2 / 3), at, at + interval '3 min', '/', '',
        's' || g %% 12, 'cpc', 'c' || g %% 300, '', '', '',
        (ARRAY['Direct', 'Paid Search', 'Email', 'Referral', 'AI Assistants'])[1 + g %% 5], g %% 5 <> 2,
        CASE WHEN g %% 10 = 9 THEN 'robot' ELSE 'human' END, '', '', '', 'unknown', '', 0, ''
    FROM (SELECT g, now() - (g * 7919 %% %(visits)s) * interval '89 days' / %(visits)s AS at
        FROM generate_series(1, %(visits)s) g) made""",
    """INSERT INTO pipeline_lead (person_id, cycle, source, first_contact_at, opened_at, stage, stage_since, fields,
        fit, engagement, grade, held_for, lacks, queue, end_reason, caretaker, ready_via)
    SELECT id, 1, 'x', created_at, created_at, 'mql', created_at, '{}', 0, 0, '', '{}', '{}', '', '', '', ''
    FROM people_person""",
    """INSERT INTO pipeline_stagechange (lead_id, from_stage, to_stage, at, decided_by, reason, explanation)
    SELECT id, '', reached, opened_at, 'import', '', '{}'
    FROM pipeline_lead, unnest(ARRAY['lead', 'mql', 'sal']) AS reached""",
    """INSERT INTO channels_cost (day, source, medium, campaign, currency, amount, stated_at)
    SELECT current_date - d, 's' || k %% 12, 'cpc', 'c' || k, 'EUR', 10.5, now()
    FROM generate_series(0, 89) d, generate_series(0, 299) k""",
    "ANALYZE",
)
# Every column that the page needs is looked at, by one process and without an index.
FLOOR = """
SELECT count(*), count(channel), count(source), count(medium), count(campaign), count(agent), count(visitor_id)
FROM people_visit WHERE started_at >= %s AND started_at < %s
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--visits", type=int, default=200_000)
    parser.add_argument("--people", type=int, default=20_000)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="accord-bench-") as home:
        server = EmbeddedPostgres(Path(home) / "postgres")
        os.environ |= {"ACCORD_HOME": home, "DATABASE_URL": server.join()}
        os.environ["DJANGO_SETTINGS_MODULE"] = "accord.server.settings"
        try:
            subprocess.run([sys.executable, "-m", "accord", "migrate"], check=True, stdout=subprocess.DEVNULL)
            django.setup()
            measure(wanted.visits, wanted.people)
        finally:
            server.leave()
    return 0


def measure(visits: int, people: int) -> None:
    # The models can be had only once the settings are.
    from django.db import connection  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from accord.server.accounts.models import Role, User  # noqa: PLC0415
    from accord.server.channels import figures  # noqa: PLC0415
    from accord.server.channels.asked import asked  # noqa: PLC0415
    from accord.server.channels.rows import report  # noqa: PLC0415

    with connection.cursor() as cursor:
        for statement in MADE:
            cursor.execute(statement, {"visits": visits, "people": people})
    reader = User.objects.create_user("mara@bench.example", "Mara", Role.MARKETING)
    wish = asked({"span": str(DAYS), "open": "all"}, ZoneInfo("UTC"), timezone.localdate())
    period = wish.period

    def floor() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET enable_indexscan TO off")
            cursor.execute("SET enable_bitmapscan TO off")
            cursor.execute("SET enable_indexonlyscan TO off")
            cursor.execute("SET max_parallel_workers_per_gather TO 0")
            cursor.execute(FLOOR, [period.begins, period.ends])
            cursor.fetchall()
            cursor.execute("RESET ALL")

    print(f"{visits:,} visits of {DAYS} days, {people:,} people with a lead, {300 * DAYS:,} costs")
    least = median(floor)
    print(f"  {'one sequential count':24} {least * 1000:8.0f} ms")
    parts: dict[str, Callable[[], object]] = {
        "who came": lambda: figures.visited(period),
        "which leads began": lambda: figures.leads_found(period),
        "who became known": lambda: figures.people_found(period),
        "what it cost": lambda: figures.spent(period),
        "the whole report": lambda: report(wish, reader),
    }
    for name, part in parts.items():
        seconds = median(part)
        print(f"  {name:24} {seconds * 1000:8.0f} ms  {seconds / least:5.1f} times the count")


def median(part: Callable[[], object]) -> float:
    """Return the seconds that something takes, the middle of several times."""
    part()
    found = []
    for _ in range(TIMES):
        began = time.perf_counter()
        part()
        found.append(time.perf_counter() - began)
    return statistics.median(found)


if __name__ == "__main__":
    sys.exit(main())
