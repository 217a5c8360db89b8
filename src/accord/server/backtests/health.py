"""What ``accord doctor`` looks at in backtests."""

from datetime import timedelta

from django.utils import timezone

from accord.server.backtests.verification import in_words, last
from accord.server.health import Finding

NAME = "batch = live"
TOO_OLD = timedelta(days=3)
"""The worker verifies each night."""


def batch_is_live() -> Finding:
    """Check that the last time everybody was judged again it came to the same."""
    run = last()
    if run is None:
        return Finding(NAME, True, "not verified yet; accord verify does it now, the worker each night")
    age = timezone.now() - run.at
    said = f"{in_words(run)} {run.at:%Y-%m-%d %H:%M} UTC"
    if run.differing:
        return Finding(NAME, False, said, "accord verify lists them; accord qualify --all judges everybody anew")
    return Finding(NAME, age <= TOO_OLD, said, "accord verify; the worker does it each night")
