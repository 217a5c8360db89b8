"""What ``accord doctor`` looks at in the watch: whether it watches."""

from datetime import timedelta

from django.utils import timezone

from accord.server.health import Finding
from accord.server.pipeline.models import Lead
from accord.server.watch.models import Look

PATIENCE = timedelta(minutes=30)


def somebody_looks() -> Finding:
    """Check that leads which nobody is working are looked for."""
    latest = Look.objects.first()
    if latest is None:
        nothing = not Lead.objects.exclude(handed_over_at=None).exists()
        return Finding("watch", nothing, "nothing to watch" if nothing else "has not looked yet", "start accord worker")
    detail = f"{latest.found} leads that nobody is working, at {latest.at:%Y-%m-%d %H:%M} UTC"
    return Finding("watch", latest.at > timezone.now() - PATIENCE, detail, "see that accord worker runs, and its log")
