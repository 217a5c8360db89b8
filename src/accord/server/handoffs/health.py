"""What ``accord doctor`` looks at in the hand-off: whether the present has caught up with what is due."""

from datetime import timedelta

from django.utils import timezone

from accord.server.handoffs.models import Clock
from accord.server.health import Finding
from accord.server.pipeline.models import Lead

PATIENCE = timedelta(minutes=10)
"""How long something may be due before it counts as left behind; jobs look every minute."""


def nothing_left_behind() -> Finding:
    """Check that leads are judged and offered, and clocks checked, when they are due."""
    late = timezone.now() - PATIENCE
    behind = {
        "to judge": Lead.objects.filter(review_at__lt=late).count(),
        "to offer": Lead.objects.filter(ready_at__lt=late, ended_at=None).count(),
        "clocks to check": Clock.objects.filter(stopped_at=None, next_check_at__lt=late).count(),
    }
    waiting = ", ".join(f"{number} {what}" for what, number in behind.items() if number)
    return Finding("work", not waiting, waiting or "nothing is left behind", "see that accord worker runs, and its log")
