"""The sweep of the clocks: what a clock that is due costs while more and more others are there, and how late it fires.

First with 200,000 running clocks, then with two million stopped ones besides; the ratio is between the two. Then two
workers of the product run while clocks fall due one after another, and many at one instant. ``CLOSED`` and ``OPEN`` say
how many rows there are. The clocks remind nobody and take nothing away: measured is the machine, not what is agreed.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

OPEN = int(os.environ.get("OPEN", "200000"))
CLOSED = int(os.environ.get("CLOSED", "2000000"))
DUE = 300
"""Clocks that are due while workers are at work."""
ROUND, ROUNDS = 100, 9
"""Clocks that are due at each measurement of the cost, and how often it is measured; the least counts."""
SPREAD = 60.0
"""Seconds over which clocks fall due one after another while workers are at work."""
PATIENCE = 300.0
"""Seconds after which a clock that has not fired is lost."""
AGREEMENT = Path(__file__).parents[1] / "tests" / "server" / "agreement.yaml"
WRITTEN = "ALTER TABLE handoffs_clockevent ADD written timestamptz DEFAULT clock_timestamp()"
"""What a clock does bears the instant at which the sweep began; how late it fires is seen from when it is written."""
DELAYS = """
SELECT extract(epoch FROM event.written - clock.due_at) AS late
FROM handoffs_clockevent AS event JOIN handoffs_clock AS clock ON clock.id = event.clock_id
WHERE event.kind = 'breached' AND clock.id = ANY(%s) ORDER BY late
"""
FILL = """
SET session_replication_role = replica;
INSERT INTO people_person (id, name, email, phone, fields, created_at)
SELECT n, 'Person ' || n, '', '', '{{}}', now() FROM generate_series({first}, {last}) AS n;
INSERT INTO pipeline_lead (id, person_id, cycle, source, first_contact_at, opened_at, stage, stage_since, fields, fit,
    engagement, grade, ready_via, held_for, lacks, queue, end_reason, caretaker, owner_id, handed_over_at)
SELECT n, n, 1, '', now(), now(), 'mql', now(), '{{}}', 0, 0, '', 'stage', '{{}}', '{{}}', '', '', '', {owner}, now()
FROM generate_series({first}, {last}) AS n;
INSERT INTO handoffs_offer (id, lead_id, owner_id, queue, via, grade, promise, clause, preference, named_queue, status,
    offered_at, reject_reason, note, revision_id, routing, reason)
SELECT n, n, {owner}, 'field', 'stage', '', 'sla.sales[2]', '', '', '', 'accepted', now(), '', '', {revision}, '[]', ''
FROM generate_series({first}, {last}) AS n;
INSERT INTO handoffs_clock (lead_id, offer_id, revision_id, promise, clause, started_at, due_at, next_check_at,
    stopped_at, outcome, response, on_hold, needed)
SELECT n, n, {revision}, 'attempts', 'sla.sales[2]', now(), now() + interval '90 days',
    CASE WHEN {stopped} THEN NULL ELSE now() + interval '90 days' END, CASE WHEN {stopped} THEN now() END,
    CASE WHEN {stopped} THEN 'kept' ELSE '' END, CASE WHEN {stopped} THEN interval '1 hour' END, interval '0', 1
FROM generate_series({first}, {last}) AS n;
SET session_replication_role = origin;
"""


def set_up() -> None:
    import django  # noqa: PLC0415  # once Django is set up

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "accord.server.settings")
    django.setup()


def fill(first: int, last: int, *, owner: int, revision: int, stopped: bool) -> None:
    """Store leads of these numbers, each with its offer and one clock, running or stopped."""
    from django.db import connection  # noqa: PLC0415  # once Django is set up

    with connection.cursor() as cursor:
        cursor.execute(FILL.format(first=first, last=last, owner=owner, revision=revision, stopped=stopped))
    for table in ("handoffs_clock", "handoffs_offer", "pipeline_lead", "people_person"):
        with connection.cursor() as cursor:
            cursor.execute(f"VACUUM ANALYZE {table}")


def make_due(at: datetime, count: int, spread: float = 0) -> list[int]:
    """Let so many running clocks fall due at ``at``, or one after another from then on; return their ids."""
    from accord.server.handoffs.models import Clock  # noqa: PLC0415  # once Django is set up

    keys = list(
        Clock.objects.filter(stopped_at=None, next_check_at__gt=at + timedelta(days=1)).values_list("pk", flat=True)[
            :count
        ]
    )
    for place, key in enumerate(keys):
        due = at + timedelta(seconds=spread * place / count)
        Clock.objects.filter(pk=key).update(started_at=due - timedelta(days=30), due_at=due, next_check_at=due)
    return keys


def cost() -> float:
    """Return the milliseconds of one due clock: the breach is written down, and nothing else happens."""
    from accord.server.handoffs.escalation import sweep  # noqa: PLC0415  # once Django is set up

    at = datetime.now(UTC)
    make_due(at, ROUND)
    begin = time.perf_counter()
    done = sweep(at)
    assert done == ROUND, done
    return (time.perf_counter() - begin) / ROUND * 1e3


@contextmanager
def workers(number: int) -> Iterator[None]:
    """Run so many workers of the product, and wait until they are at work."""
    from django.db import connection  # noqa: PLC0415  # once Django is set up

    command = [sys.executable, "-m", "accord", "worker"]
    running = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for _ in range(number)]
    try:
        with connection.cursor() as cursor:
            there = 0
            while there < number:
                time.sleep(1)
                there = cursor.execute("SELECT count(*) FROM procrastinate_workers").fetchone()[0]
        yield
    finally:
        for each in running:
            each.terminate()
        for each in running:
            each.wait()


def delays(spread: float) -> list[float]:
    """Return how many seconds after it was due each clock was written down as run out, while workers are at work."""
    from django.db import connection  # noqa: PLC0415  # once Django is set up

    begin = datetime.now(UTC) + timedelta(seconds=5)
    keys = make_due(begin, DUE, spread)
    found: list[float] = []
    while len(found) < DUE:
        time.sleep(2)
        with connection.cursor() as cursor:
            cursor.execute(DELAYS, [keys])
            found = [float(seconds) for (seconds,) in cursor.fetchall()]
        assert time.time() < begin.timestamp() + spread + PATIENCE, f"{len(found)} of {DUE} fired"
    return found


def main() -> None:
    set_up()
    from django.core.management import call_command  # noqa: PLC0415  # once Django is set up
    from django.db import connection  # noqa: PLC0415  # once Django is set up

    call_command("migrate", verbosity=0)
    from accord.server.accounts.models import Role, User  # noqa: PLC0415  # once Django is set up
    from accord.server.agreements.services import propose, sign  # noqa: PLC0415  # once Django is set up
    from accord.server.handoffs.models import Clock  # noqa: PLC0415  # once Django is set up

    at = datetime.now(UTC) - timedelta(days=40)
    ops, mara, priya = (
        User.objects.create_user(f"{role}@bench.example", role, role)
        for role in (Role.OPERATIONS, Role.MARKETING, Role.SALES)
    )
    text = AGREEMENT.read_text("utf-8")
    steps = text[text.index("  on_breach:") : text.index("routing:")]
    number = propose(text.replace(steps, "\n"), "a.yaml", reason="bench", by=ops, at=at).number
    sign(number, by=mara, at=at)
    revision = sign(number, by=priya, at=at)
    fill(1, OPEN, owner=priya.pk, revision=revision.pk, stopped=False)
    cost()  # once to warm up
    few = min(cost() for _ in range(ROUNDS))
    fill(OPEN + 1, OPEN + CLOSED, owner=priya.pk, revision=revision.pk, stopped=True)
    many = min(cost() for _ in range(ROUNDS))
    print(f"{OPEN:,} running clocks                      {few:8.2f} ms for each that is due")
    print(f"and {CLOSED:,} stopped ones besides        {many:8.2f} ms, ratio {many / few:.2f}")
    plan = Clock.objects.filter(stopped_at=None, next_check_at__lte=at).order_by("next_check_at", "pk")[:1].explain()
    print(f"the next one is found by: {' / '.join(line.strip() for line in plan.splitlines() if 'Scan' in line)}")
    with connection.cursor() as cursor:
        cursor.execute(WRITTEN)
        cursor.execute("DELETE FROM procrastinate_jobs WHERE status = 'todo'")  # everybody judged by the new revision
    with workers(2):
        for name, spread in ((f"{DUE} clocks within {SPREAD:g} s", SPREAD), (f"{DUE} clocks at one instant", 0)):
            late = delays(spread)
            middle, most = late[DUE // 2], late[int(DUE * 0.99)]
            print(f"two workers, {name}: late by {middle:.1f} s (median), {most:.1f} s (p99), {late[-1]:.1f} s at most")
    print(f"load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


if __name__ == "__main__":
    if "DATABASE_URL" in os.environ:
        main()
    else:
        from accord.server.embedded import EmbeddedPostgres

        with tempfile.TemporaryDirectory(prefix="accord-") as home:
            server = EmbeddedPostgres(Path(home) / "postgres")
            os.environ |= {"DATABASE_URL": server.join(), "ACCORD_HOME": home}
            try:
                main()
            finally:
                server.leave()
    sys.exit(0)
