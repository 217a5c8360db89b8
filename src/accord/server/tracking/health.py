"""What ``accord doctor`` looks at in the log: whether what came in is taken in."""

from datetime import timedelta

from django.db.models import Count, Min, Q
from django.utils import timezone

from accord.server.health import Finding
from accord.server.tracking.models import Pending
from accord.server.tracking.partitions import Week, weeks

PATIENCE = timedelta(minutes=5)
"""How far intake may be behind; it is woken several times a second, and looks by itself every minute."""


def intake_keeps_up() -> Finding:
    """Check that messages are taken in soon after they arrive, and that none was set aside."""
    now = timezone.now()
    found = Pending.objects.aggregate(
        waiting=Count("pk", filter=Q(set_aside_at=None)),
        oldest=Min("received_at", filter=Q(set_aside_at=None)),
        aside=Count("pk", filter=Q(set_aside_at__isnull=False)),
    )
    behind = now - found["oldest"] if found["oldest"] else timedelta()
    said = f"{found['waiting']:,} waiting, the oldest for {behind.total_seconds():,.0f} s; {found['aside']:,} set aside"
    if behind > PATIENCE:
        return Finding("messages", False, said, "see that accord worker runs, and its log")
    remedy = "open Tracking: each says why; try them again once that is mended"
    return Finding(
        "messages", not found["aside"], said if found["oldest"] or found["aside"] else "all taken in", remedy
    )


def log_has_its_weeks() -> Finding:
    """Check that the log has a partition for next week: else its rows end in the one for everything."""
    next_week = Week.of(timezone.now() + timedelta(weeks=1))
    ok = next_week in weeks()
    said = f"{len(weeks())} weeks" if ok else f"none for the week of {next_week.monday}"
    return Finding("message log", ok, said, "accord worker makes it within the hour; see its log")
