"""How long the pages of a day's work take beside a million leads, 200,000 of them open.

    python benchmarks/bench_pages.py [--leads 1000000] [--open 200000] [--misses 100000] [--times 20]

Fifty people of one team have the open leads, each with an accepted or an open offer and the clocks that run on it; the
others were closed, each with its offer and two stopped clocks. Besides there are leads that sales has not got, each of
which lacks one thing alone. The pages are asked for as a browser does, by whoever reads them, in this process. The
floor is a page that shows nothing: the session, the user and the navigation.
"""

import argparse
import atexit
import os
import shutil
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench_import import prepare

AGREEMENT = Path(__file__).parents[1] / "examples" / "northwind" / "agreement.yaml"
SELLERS = 50
FILL = """
SET session_replication_role = replica;
INSERT INTO people_company (id, name, domain, fields, created_at)
SELECT n, 'Firm ' || n, 'firm' || n || '.example', '{{"country": "DE", "employees": 200}}', now() - interval '90 days'
FROM generate_series(1, {leads} / 3 + 1) AS n;
INSERT INTO people_person (id, name, email, email_key, phone, company_id, fields, created_at)
SELECT n, 'Person ' || n, 'p' || n || '@x.example', 'p' || n || '@x.example', '', n / 3 + 1, '{{}}',
    now() - interval '90 days'
FROM generate_series(1, {leads}) AS n;
INSERT INTO pipeline_lead (
    id, person_id, cycle, source, first_contact_at, opened_at, stage, stage_since, fields, fit, engagement, grade,
    ready_via, held_for, lacks, owner_id, queue, handed_over_at, ended_at, end_reason, caretaker
)
SELECT n, n, 1, (ARRAY['webinar', 'referral', 'paid search', ''])[1 + n % 4], now() - interval '60 days',
    now() - interval '60 days', CASE WHEN n % {every} = 0 THEN 'sal' ELSE 'disqualified' END,
    now() - (n % 80) * interval '1 day', '{{}}', n % 10000, n % 7000, (ARRAY['A', 'B', 'C'])[1 + n % 3], 'stage',
    '{{}}', '{{}}', {first} + (n / {every} * 7919::bigint) % {sellers}, '', now() - interval '30 days',
    CASE WHEN n % {every} = 0 THEN NULL ELSE now() - interval '9 days' END, '', ''
FROM generate_series(1, {leads}) AS n;
INSERT INTO pipeline_stagechange (lead_id, from_stage, to_stage, at, decided_by, reason, explanation, revision_id)
SELECT id, '', 'lead', opened_at, 'agreement', '', '{{}}', NULL FROM pipeline_lead;
INSERT INTO handoffs_offer (id, lead_id, owner_id, queue, via, grade, promise, status, offered_at, decided_at,
    reject_reason, note, revision_id, routing, reason, clause, preference, named_queue)
SELECT id, id, owner_id, 'field_sales', 'stage', grade, 'sla.sales[2]',
    CASE WHEN ended_at IS NULL AND id / {every} % 4 = 0 THEN 'open' ELSE 'accepted' END, now() - interval '30 days',
    CASE WHEN ended_at IS NULL AND id / {every} % 4 = 0 THEN NULL ELSE now() - interval '20 days' END,
    '', '', {revision}, '[]', 'Asked for a quote', 'routing[0]', '', ''
FROM pipeline_lead;
INSERT INTO handoffs_clock (lead_id, offer_id, revision_id, promise, clause, started_at, due_at, next_check_at,
    stopped_at, outcome, response, on_hold, needed)
SELECT o.lead_id, o.id, o.revision_id, p.promise, 'sla.sales[2]', now() - interval '30 days',
    now() + (o.id % 20000) * interval '1 minute' - interval '2 days',
    CASE WHEN l.ended_at IS NULL THEN now() + interval '90 days' END,
    CASE WHEN l.ended_at IS NULL THEN NULL ELSE now() - interval '20 days' END,
    CASE WHEN l.ended_at IS NULL THEN '' ELSE 'kept' END,
    CASE WHEN l.ended_at IS NULL THEN NULL ELSE interval '1 hour' END, interval '0', 1
FROM handoffs_offer AS o JOIN pipeline_lead AS l ON l.id = o.lead_id
CROSS JOIN (VALUES ('first_attempt'), ('decide')) AS p (promise)
WHERE l.ended_at IS NOT NULL OR p.promise = 'first_attempt' OR o.status = 'open';
SET session_replication_role = origin;
"""
MISSES = """
SET session_replication_role = replica;
INSERT INTO people_person (id, name, email, email_key, phone, company_id, fields, created_at)
SELECT n, 'Person ' || n, 'p' || n || '@x.example', 'p' || n || '@x.example', '', n / 3 + 1, '{}',
    now() - interval '90 days'
FROM generate_series(%(leads)s + 1, %(leads)s + %(misses)s) AS n;
INSERT INTO pipeline_lead (
    id, person_id, cycle, source, first_contact_at, opened_at, stage, stage_since, fields, fit, engagement, grade,
    ready_via, held_for, lacks, queue, end_reason, caretaker, scored_at
)
SELECT n, n, 1, '', now(), now(), 'lead', now(), '{}', n %% 10000, n %% 7000, 'B', '', '{}',
    ARRAY[(%(statements)s::text[])[1 + n %% cardinality(%(statements)s::text[])]], '', '', '', now()
FROM generate_series(%(leads)s + 1, %(leads)s + %(misses)s) AS n;
SET session_replication_role = origin;
"""
TABLES = (
    "people_company",
    "people_person",
    "pipeline_lead",
    "pipeline_stagechange",
    "handoffs_offer",
    "handoffs_clock",
)


def fill(sizes: argparse.Namespace) -> dict[str, object]:
    """Fill the database; return somebody of each role that opens pages."""
    from django.db import connection  # noqa: PLC0415  # once Django is set up

    from accord.agreement.near_miss import NearMisses  # noqa: PLC0415  # once Django is set up
    from accord.server.accounts.models import Role, Team, User  # noqa: PLC0415  # once Django is set up
    from accord.server.accounts.services import join_team  # noqa: PLC0415  # once Django is set up
    from accord.server.agreements.services import agreement_of, propose, sign  # noqa: PLC0415  # once Django is set up

    sellers = [User.objects.create_user(f"s{n}@x.example", f"Seller {n}", Role.SALES) for n in range(SELLERS)]
    for user in sellers:
        join_team(user, "field_sales")
    manager, marketing, operations = (
        User.objects.create_user(f"{role}@x.example", role.title(), role)
        for role in (Role.SALES, Role.MARKETING, Role.OPERATIONS)
    )
    Team.objects.filter(name="field_sales").update(manager=manager)
    at = datetime.now(UTC) - timedelta(days=90)
    number = propose(AGREEMENT.read_text("utf-8"), "a.yaml", reason="bench", by=operations, at=at).number
    sign(number, by=marketing, at=at)
    revision = sign(number, by=manager, at=at)
    every = sizes.leads // sizes.open
    with connection.cursor() as cursor:
        cursor.execute(
            FILL.format(leads=sizes.leads, every=every, first=sellers[0].pk, sellers=SELLERS, revision=revision.pk)
        )
        statements = list(NearMisses(agreement_of(revision)).statements)
        cursor.execute(MISSES, {"leads": sizes.leads, "misses": sizes.misses, "statements": statements})
    connection.set_autocommit(True)
    for table in TABLES:
        with connection.cursor() as cursor:
            cursor.execute(f"VACUUM ANALYZE {table}")
    return {"sales": sellers[7], "manager": manager, "operations": operations, "marketing": marketing}


def measured(user: object, path: str, times: int) -> list[float]:
    """Return the milliseconds that a page takes, sorted, once it has been opened before."""
    from django.test import Client  # noqa: PLC0415  # once Django is set up

    client = Client(HTTP_HOST="localhost")
    client.force_login(user)  # type: ignore[arg-type]
    took = []
    for _ in range(times + 1):
        begin = time.perf_counter()
        answer = client.get(path)
        took.append((time.perf_counter() - begin) * 1000)
        assert answer.status_code == 200, (path, answer.status_code)
    return sorted(took[1:])


PAGES = (
    ("nothing to show: the floor", "sales", "/notices/"),
    ("Queue, mine", "sales", "/queue/"),
    ("Queue, mine, the tenth page", "sales", "/queue/?page=10"),
    ("Queue, a name looked for", "sales", "/queue/?q=Person+77"),
    ("Queue of a team, its manager", "manager", "/queue/"),
    ("Queue of everybody", "operations", "/queue/"),
    ("To do", "marketing", "/todo/"),
    ("Leads", "marketing", "/leads/"),
    ("Leads of a stage, by score", "marketing", "/leads/?stage=sal&sort=-engagement"),
    ("A lead", "sales", "/leads/{lead}/"),
    ("Teams", "manager", "/teams/"),
    ("Board", "manager", "/board/"),
    ("Near misses", "marketing", "/near-misses/"),
    ("Black hole", "manager", "/black-hole/"),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--leads", type=int, default=1_000_000)
    parser.add_argument("--open", type=int, default=200_000)
    parser.add_argument("--misses", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=20)
    sizes = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="accord-bench-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)  # after the database has left it
    home.chmod(0o711)
    os.environ["ACCORD_HOME"] = str(home / "var")
    os.environ.pop("DATABASE_URL", None)
    prepare()
    people = fill(sizes)

    from accord.server.pipeline.models import Lead  # noqa: PLC0415  # once Django is set up

    lead = Lead.objects.filter(owner=people["sales"], ended_at=None).values_list("pk", flat=True).first()
    print(f"{Lead.objects.count():,} leads, {Lead.objects.filter(ended_at=None).count():,} open")
    print(f"{'':<40}{'median':>9}{'p95':>9}  ms{'beside the floor':>20}")
    floor = 0.0
    for name, who, path in PAGES:
        took = measured(people[who], path.format(lead=lead), sizes.times)
        middle = took[len(took) // 2]
        floor = floor or middle
        print(f"{name:<40}{middle:>9.1f}{took[int(len(took) * 0.95)]:>9.1f}{middle / floor:>21.1f}x", flush=True)
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
