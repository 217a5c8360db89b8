"""Batch = live: every open lead judged again in one go, each at the instant at which it was judged, and compared.

The number of differences must be zero. A lead to which something has happened since is not compared but counted apart:
it is due, and about to be judged.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from accord.insight.judging import BatchJudgement
from accord.server.accounts.models import User
from accord.server.agreements.services import in_force
from accord.server.backtests.live import Live
from accord.server.backtests.models import Disagreement, Verification
from accord.server.pipeline.judging import judge_due
from accord.server.pipeline.models import Lead

MOST_KEPT = 1_000
"""Differences that are kept of one run; the count is of all."""
SHOWN = 300
"""Characters of a value that are kept."""

ABOUT = {
    "judged": "whether it was judged",
    "fit": "its fit, in hundredths,",
    "engagement": "its engagement, in hundredths,",
    "grade": "its grade",
    "stage": "the stage to which it was judged",
    "history": "its stage, beside its history,",
    "held_for": "what it is held for",
    "ready": "whether it is ready for sales",
}
"""What a difference may be about, in words."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What a lead's row says of one thing, and what judging it again says."""

    lead_id: int
    about: str
    live: str
    batch: str


def verify(*, by: User | None, at: datetime, progress: Callable[[str, float], None] = lambda *_: None) -> Verification:
    """Judge what is due, then everybody again, and keep what came of it.

    Args:
        by: Who wants it; None: the software itself.
        at: Now.
        progress: Told what is being done and how far it is.

    Raises:
        RevisionError: ``revision.none_in_force``.
    """
    # Imported here, where it is run: it brings the engine along, which no page is to load.
    from accord.server.backtests.rejudging import rejudge  # noqa: PLC0415

    started = time.monotonic()
    law = in_force()
    since = law.revision.in_force_from
    if since is None:
        raise ValueError(law.revision)
    # Whoever was judged by an older agreement cannot be compared. All others stay as they are: to judge them first
    # would hide what is to be found.
    outdated = Lead.objects.filter(Q(review_at=None) | Q(review_at__gt=at), ended_at=None, scored_at__lte=since)
    outdated.update(review_at=at)
    judge_due(at)
    rejudged = rejudge(law.agreement, since, at, progress)
    found = [difference for live, batch in rejudged.pairs for difference in differences(live, batch)]
    with transaction.atomic():
        run = Verification.objects.create(
            at=rejudged.at,
            revision=law.revision,
            asked_by=by,
            compared=len(rejudged.pairs),
            due=rejudged.due,
            differing=len({each.lead_id for each in found}),
            seconds=time.monotonic() - started,
        )
        Disagreement.objects.bulk_create(
            Disagreement(
                verification=run,
                lead_id=each.lead_id,
                about=each.about,
                live=each.live[:SHOWN],
                batch=each.batch[:SHOWN],
            )
            for each in found[:MOST_KEPT]
        )
    return run


def differences(live: Live, batch: BatchJudgement | None) -> Iterator[Difference]:
    """Yield what a lead's row says otherwise than judging it again does.

    What sales did with it after it was judged is no difference; that it was ready and still waits is none either.
    """
    if batch is None:
        yield Difference(live.lead_id, "judged", "yes", "no")
        return
    said = {
        "fit": (live.fit, batch.fit),
        "engagement": (live.engagement, batch.engagement),
        "grade": (live.grade, batch.grade or ""),
        "stage": (live.judged_stage, batch.stage.value),
        "history": (live.stage, live.last_stage),
    }
    if not live.handed_over:
        said["held_for"] = (", ".join(live.held_for), ", ".join(batch.held_for))
        if batch.ready or live.just_ready:
            said["ready"] = (live.ready, batch.ready)
    for about, (one, other) in said.items():
        if one != other:
            yield Difference(live.lead_id, about, str(one), str(other))


def in_words(run: Verification) -> str:
    """Return what came of a run, as a sentence."""
    judged = (
        f"Judged {run.compared:,} open lead{'s' if run.compared != 1 else ''} again by revision {run.revision.number}"
    )
    came = f"{run.differing:,} differ{'s' if run.differing == 1 else ''}" if run.differing else "none differs"
    waiting = f"; {run.due:,} {'are' if run.due != 1 else 'is'} due and {'were' if run.due != 1 else 'was'} left out"
    return f"{judged}: {came}{waiting if run.due else ''}."


def last() -> Verification | None:
    """Return the last run, if there was one."""
    return Verification.objects.select_related("revision").first()
