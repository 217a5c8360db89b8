"""How long the board of 50 people with 2,000 open leads takes, and the page of hand-offs, beside a million past leads.

    python benchmarks/bench_board.py [--leads 1000000] [--open 2000]

Each past lead was offered once, tried after some time or never, and accepted or rejected; one in ten was won. The floor
is one sequential look at the offers; the ratio is that of the whole page, template included, to it.
"""

import argparse
import atexit
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench_import import prepare

AGREEMENT = Path(__file__).parents[1] / "examples" / "northwind" / "agreement.yaml"
FILL = """
INSERT INTO people_company (id, name, domain, fields, created_at)
SELECT n, 'Firm ' || n, 'firm' || n || '.example', '{{}}', '2026-01-01' FROM generate_series(1, {leads} / 3 + 1) AS n;
INSERT INTO people_person (id, name, email, email_key, phone, company_id, fields, created_at)
SELECT n, 'P ' || n, 'p' || n || '@x.example', 'p' || n || '@x.example', '', n / 3 + 1, '{{}}', '2026-01-01'
FROM generate_series(1, {leads}) AS n;
INSERT INTO pipeline_lead (
    id, person_id, cycle, source, first_contact_at, opened_at, stage, stage_since, fields, fit, engagement, grade,
    ready_via, held_for, lacks, owner_id, queue, handed_over_at, ended_at, end_reason, caretaker
)
SELECT n, n, 1, 'source ' || n % 12, at, at, CASE WHEN n <= {open} THEN 'mql' ELSE 'disqualified' END, at,
    '{{}}', 0, 0, 'B', 'stage', '{{}}', '{{}}', {first} + n % 50, '', at,
    CASE WHEN n <= {open} THEN NULL ELSE at + interval '20 days' END, '', ''
FROM (
    SELECT n, now() - interval '1 day' - (n % 700) * interval '1 day' AS at FROM generate_series(1, {leads}) AS n
) AS made;
INSERT INTO handoffs_offer (
    id, lead_id, owner_id, queue, via, grade, promise, status, offered_at, decided_at, decided_by_id, reject_reason,
    note, revision_id, clause, preference, named_queue, routing, reason
)
SELECT id, id, owner_id, 'field_sales', 'stage', 'B', '',
    CASE WHEN ended_at IS NULL THEN 'open' WHEN id % 4 = 0 THEN 'rejected' ELSE 'accepted' END, opened_at,
    CASE WHEN ended_at IS NULL THEN NULL ELSE opened_at + interval '3 hours' END,
    CASE WHEN ended_at IS NULL THEN NULL ELSE owner_id END,
    CASE WHEN ended_at IS NOT NULL AND id % 4 = 0 THEN 'not_now' ELSE '' END,
    '', {revision}, '', '', '', '[]', 'It fits'
FROM pipeline_lead;
INSERT INTO handoffs_clock (
    lead_id, offer_id, revision_id, promise, clause, started_at, due_at, next_check_at, stopped_at, on_hold, outcome,
    response, needed
)
SELECT id, id, {revision}, 'first_attempt', 'sla.sales[0]', opened_at, opened_at + interval '4 hours',
    CASE WHEN ended_at IS NULL THEN now() + id % 300 * interval '1 minute' END,
    CASE WHEN ended_at IS NULL THEN NULL ELSE opened_at + interval '9 hours' END, interval '0',
    CASE WHEN ended_at IS NULL THEN '' WHEN id % 5 = 0 THEN 'missed' ELSE 'kept' END,
    CASE WHEN ended_at IS NULL THEN NULL ELSE id % 30 * interval '1 hour' END, 1
FROM pipeline_lead;
UPDATE handoffs_clock SET due_at = now() + (lead_id % 400 - 60) * interval '1 minute' WHERE stopped_at IS NULL;
INSERT INTO pipeline_stagechange (lead_id, from_stage, to_stage, at, decided_by, reason, explanation)
SELECT id, 'lead', CASE id % 3 WHEN 0 THEN 'mql' WHEN 1 THEN 'sal' ELSE 'sql' END, opened_at, 'agreement', '', '{{}}'
FROM pipeline_lead;
INSERT INTO pipeline_deal (lead_id, name, outcome, amount, currency, opened_at, closed_at, flags)
SELECT id, '', 'won', 1000, 'EUR', opened_at, opened_at + interval '19 days', '{{}}'
FROM pipeline_lead WHERE id % 10 = 0;
ANALYZE;
"""


def median(work: Callable[[], object], times: int) -> float:
    """Return the milliseconds within which half of the calls ended."""
    took = []
    for _ in range(times):
        begin = time.perf_counter()
        work()
        took.append((time.perf_counter() - begin) * 1000)
    return sorted(took)[times // 2]


def measure(sizes: argparse.Namespace) -> None:
    """Fill a database, and print how long the pages take."""
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    from accord.server.accounts.models import Leave, Membership, Role, Team, User  # noqa: PLC0415
    from accord.server.accounts.services import join_team  # noqa: PLC0415
    from accord.server.agreements.services import propose, sign  # noqa: PLC0415

    people = [User.objects.create_user(f"s{n}@x.example", f"Seller {n}", Role.SALES) for n in range(50)]
    for user in people:
        join_team(user, "field_sales")
    Membership.objects.update(capacity=60)
    now = datetime.now(UTC)
    Leave.objects.create(user=people[3], start=now, end=now + timedelta(days=4))
    sven = User.objects.create_user("sven@x.example", "Sven", Role.SALES)
    mara = User.objects.create_user("mara@x.example", "Mara", Role.MARKETING)
    Team.objects.update(manager=sven)
    olga = User.objects.create_user("olga@x.example", "Olga", Role.OPERATIONS)
    signed_at = now - timedelta(days=800)
    text = AGREEMENT.read_text("utf-8")
    number = propose(text, "agreement.yaml", reason="first", by=olga, at=signed_at).number
    sign(number, by=mara, at=signed_at)
    revision = sign(number, by=sven, at=signed_at)
    with connection.cursor() as cursor:
        cursor.execute(FILL.format(leads=sizes.leads, open=sizes.open, first=people[0].pk, revision=revision.pk))
    client = Client(SERVER_NAME="localhost")
    client.force_login(sven)

    def page(path: str) -> Callable[[], object]:
        def look() -> object:
            answer = client.get(path)
            assert answer.status_code == 200, path
            return answer

        return look

    def floor() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT sum(length(status)) FROM handoffs_offer")

    least = median(floor, 5)
    print(f"{sizes.leads:,} leads, {sizes.open:,} of them open in the hands of {len(people)} people")
    print(f"{'':<40}{'median ms':>11}{'ratio':>8}")
    print(f"{'floor: one look at the offers':<40}{least:>11.0f}{1:>8.1f}")
    lines = {
        "the board": ("/board/", 9),
        "the board, one column opened": (f"/board/?open=u{people[0].pk}", 9),
        "hand-offs of a quarter": ("/scoreboard/hand-offs/", 3),
        "hand-offs of all time": ("/scoreboard/hand-offs/?span=all", 3),
    }
    for name, (path, times) in lines.items():
        page(path)()
        took = median(page(path), times)
        print(f"{name:<40}{took:>11.0f}{took / least:>8.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--leads", type=int, default=1_000_000)
    parser.add_argument("--open", type=int, default=2_000)
    sizes = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="accord-bench-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)  # after the database has left it
    home.chmod(0o711)
    os.environ["ACCORD_HOME"] = str(home / "var")
    os.environ.pop("DATABASE_URL", None)
    prepare()
    measure(sizes)


if __name__ == "__main__":
    main()
