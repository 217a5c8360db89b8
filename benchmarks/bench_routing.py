"""How long one routing decision takes beside a million leads, and what three routing policies make of a quarter.

    python benchmarks/bench_routing.py [--leads 1000000] [--open 200000] [--decisions 400]

Of the leads as many as named are open and in the hands of 50 people of one team. A decision is what the run does under
the lock of the team: its members with their leave, what the agreement asks, ``route``, and the credits written back.
The whole offer is that and what follows from it: the offer, its clocks, the notice to its owner, the audit log. The
floor is a transaction that locks the team's row and reads its members. The policies are those of ``sales_floor.py``.
"""

import argparse
import atexit
import os
import random
import shutil
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sales_floor
from bench_import import prepare

AGREEMENT = Path(__file__).parents[1] / "examples" / "northwind" / "agreement.yaml"
AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
SEED = 11
FILL = """
INSERT INTO people_company (id, name, domain, fields, created_at)
SELECT n, 'Firm ' || n, 'firm' || n || '.example',
    jsonb_build_object('country', (ARRAY['DE', 'FR', 'PL', 'IT', 'NL'])[1 + n % 5]), '2026-01-01'
FROM generate_series(1, {leads} / 3 + 1) AS n;
INSERT INTO people_person (id, name, email, email_key, phone, company_id, fields, created_at)
SELECT n, 'P ' || n, 'p' || n || '@x.example', 'p' || n || '@x.example', '', n / 3 + 1, '{{}}', '2026-01-01'
FROM generate_series(1, {leads}) AS n;
INSERT INTO pipeline_lead (
    person_id, cycle, source, first_contact_at, opened_at, stage, stage_since, fields, fit, engagement, grade,
    ready_via, held_for, lacks, owner_id, queue, handed_over_at, ended_at, end_reason, caretaker
)
SELECT n, 1, '', '2026-01-01', '2026-01-01', CASE WHEN n % {every} = 0 THEN 'sal' ELSE 'disqualified' END, '2026-01-01',
    '{{}}', 0, 0, '', 'stage', '{{}}', '{{}}', {first} + (n * 7919::bigint) % 50, '', '2026-01-01',
    CASE WHEN n % {every} = 0 THEN NULL ELSE '2026-02-01'::timestamptz END, '', ''
FROM generate_series(1, {leads}) AS n;
INSERT INTO pipeline_lead (
    person_id, cycle, source, first_contact_at, opened_at, stage, stage_since, fields, fit, engagement, grade,
    ready_via, held_for, lacks, queue, end_reason, caretaker
)
SELECT id, 2, '', '2026-10-01', '2026-10-01', 'mql', '2026-10-01', '{{}}', 0, 0, '', 'stage', '{{}}', '{{}}', '', '', ''
FROM people_person WHERE id % {every} <> 0 ORDER BY id DESC LIMIT {decisions};
ANALYZE;
"""


def measured(work: Callable[[int], object], times: int) -> tuple[float, float, float]:
    """Return the milliseconds within which half and 99 % of the calls ended, and the longest."""
    took = []
    for number in range(times):
        begin = time.perf_counter()
        work(number)
        took.append((time.perf_counter() - begin) * 1000)
    took.sort()
    return took[times // 2], took[int(times * 0.99)], took[-1]


def decisions(sizes: argparse.Namespace) -> None:
    """Fill a database, and print how long decisions take by what the rule asks."""
    from django.db import connection, transaction  # noqa: PLC0415

    from accord.agreement import read  # noqa: PLC0415
    from accord.agreement.plan import RoutingRule  # noqa: PLC0415
    from accord.agreement.terms import Terms  # noqa: PLC0415
    from accord.server.accounts.models import Membership, Role, Team, User  # noqa: PLC0415
    from accord.server.accounts.services import join_team  # noqa: PLC0415
    from accord.server.agreements.services import propose, sign  # noqa: PLC0415
    from accord.server.handoffs.offers import offer_lead  # noqa: PLC0415
    from accord.server.handoffs.routing import decide, members_of  # noqa: PLC0415
    from accord.server.pipeline.models import Lead  # noqa: PLC0415

    law = read(AGREEMENT).agreement
    assert law is not None
    people = [User.objects.create_user(f"s{n}@x.example", f"Seller {n}", Role.SALES) for n in range(50)]
    countries = ("DE", "FR", "PL", "IT", "NL")
    for number, user in enumerate(people):
        join_team(user, "field_sales")
        Membership.objects.filter(user=user).update(covers={"company.country": [countries[number % 5]]})
    first = people[0].pk
    signed_at = AT - timedelta(days=1)
    mara = User.objects.create_user("mara@x.example", "Mara", Role.MARKETING)
    number = propose(AGREEMENT.read_text("utf-8"), "a.yaml", reason="bench", by=mara, at=signed_at).number
    sign(number, by=mara, at=signed_at)
    sign(number, by=people[0], at=signed_at)
    with connection.cursor() as cursor:
        every = sizes.leads // sizes.open
        cursor.execute(FILL.format(leads=sizes.leads, every=every, first=first, decisions=sizes.decisions))
    connection.set_autocommit(True)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE pipeline_lead")
    fresh = list(Lead.objects.filter(owner=None).select_related("person__company"))
    random.Random(SEED).shuffle(fresh)

    def floor(_: int) -> None:
        with transaction.atomic():
            Team.objects.select_for_update().get(name="field_sales")
            members_of("field_sales", AT)

    print(f"{Lead.objects.count():,} leads, {Lead.objects.filter(ended_at=None).exclude(owner=None).count():,} open")
    print(f"{'':<46}{'median':>9}{'p99':>9}{'longest':>9}  ms")
    lines: list[tuple[str, RoutingRule, int | None]] = [
        ("by turns", RoutingRule("field_sales", None), None),
        ("by turns, everybody bound to 40 and full", RoutingRule("field_sales", None), 40),
        ("by turns, everybody bound to 5,000, not full", RoutingRule("field_sales", None), 5_000),
        (
            "owner of company, last owner, country",
            RoutingRule(
                "field_sales",
                None,
                company_owner_first=True,
                last_owner_first=True,
                match=("company.country",),
            ),
            None,
        ),
    ]
    row = "{:<46}{:>9.1f}{:>9.1f}{:>9.1f}"
    print(row.format("floor: the lock and the members", *measured(floor, sizes.decisions)))
    for name, rule, capacity in lines:
        Membership.objects.update(capacity=capacity)
        terms = Terms(rule.to, None, rule)

        def decided(number: int, terms: Terms = terms) -> None:
            with transaction.atomic():
                decide(fresh[number % len(fresh)], terms, law, frozenset(), AT)

        print(row.format(name, *measured(decided, sizes.decisions)))
    Membership.objects.update(capacity=None)

    def offered(number: int) -> None:
        with transaction.atomic():
            offer_lead(fresh[number], at=AT)

    print(row.format("the whole offer: decision, clocks, notice", *measured(offered, len(fresh))))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--leads", type=int, default=1_000_000)
    parser.add_argument("--open", type=int, default=200_000)
    parser.add_argument("--decisions", type=int, default=400)
    sizes = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="accord-bench-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)  # after the database has left it
    home.chmod(0o711)
    os.environ["ACCORD_HOME"] = str(home / "var")
    os.environ.pop("DATABASE_URL", None)
    prepare()
    decisions(sizes)
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    sales_floor.report()


if __name__ == "__main__":
    main()
