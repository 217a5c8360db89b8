"""What the page of a lead says of what comes next, and of the instant that it looks back to."""

from dataclasses import dataclass, replace
from datetime import datetime

from accord.agreement.explanation import (
    Ahead,
    Situation,
    next_handoff,
    next_stage,
    outlook_of,
    whole_moment_in_words,
)
from accord.agreement.explanation.text import outlook_sentences
from accord.agreement.explanation.whole import same_ways
from accord.agreement.local_time import local_instant
from accord.agreement.quantity import QuantityError
from accord.errors import AccordError
from accord.server.agreements.services import in_force
from accord.server.handoffs.explaining import LookBack, look_back
from accord.server.pipeline.models import Lead

YEARS = range(1970, 2200)
"""The years that can be looked back to, or ahead."""


@dataclass(frozen=True, slots=True)
class AheadLine:
    """What it takes to get somewhere.

    Attributes:
        aim: A stage, or ``hand-off``.
        checked_by: Who confirms it; empty: the software decides alone.
        holds: Everything holds that it takes.
        ways: Smallest sets of what is missing, each with its parts; the shortest first.
        missing: What does not hold, where no way was found.
        handed_over: Whether the hand-off takes the same as this stage.
    """

    aim: str
    checked_by: str
    holds: bool
    ways: tuple[tuple[str, ...], ...]
    missing: tuple[str, ...]
    handed_over: bool = False

    @property
    def is_stage(self) -> bool:
        """Whether it is a stage of the funnel."""
        return self.aim != "hand-off"


@dataclass(frozen=True, slots=True)
class PastView:
    """The instant that a page looks back to.

    Attributes:
        at: The instant, in the agreement's zone.
        words: The same as people say it.
        revision: The number of the revision by which the lead is explained.
        in_force: Whether that is the one that is in force now.
        cautions: What should be known of it.
    """

    at: datetime
    words: str
    revision: int
    in_force: bool
    cautions: tuple[str, ...]


def ahead_lines(situation: Situation) -> tuple[AheadLine, ...]:
    """Return what the next stage takes, and the hand-off where that is something else."""
    stage, handoff = next_stage(situation), next_handoff(situation)
    if stage is not None and same_ways(stage, handoff):
        return (replace(_line(stage), handed_over=True),)
    return tuple(_line(ahead) for ahead in (stage, handoff) if ahead is not None)


def _line(ahead: Ahead) -> AheadLine:
    return AheadLine(
        ahead.aim, ahead.checked_by, ahead.because.held, tuple(way.steps for way in ahead.ways), ahead.missing
    )


def outlook_lines(situation: Situation) -> tuple[str, ...]:
    """Return what time alone will change, as sentences."""
    return outlook_sentences(outlook_of(situation))


def looked_back(lead: Lead, written: str, now: datetime) -> tuple[LookBack | None, str]:
    """Return the lead as it was at the instant that somebody asks for, or why that cannot be shown.

    Args:
        lead: With ``person`` and its company loaded.
        written: An instant on the clocks of the agreement in force; empty: now, and so nothing to look back to.
        now: The present.
    """
    if not written.strip():
        return None, ""
    try:
        at = local_instant(written, in_force().agreement.zone)
        if at.year not in YEARS:
            return None, f"The year {at.year} is out of reach."
        return look_back(lead, at, now=now), ""
    except (QuantityError, AccordError) as error:
        text = str(error)
        return None, f"{text[:1].upper()}{text[1:]}."


def as_of_value(past: PastView | None, written: str) -> str:
    """Return what stands in the field for the instant: the instant that is shown, or what could not be shown."""
    return f"{past.at:%Y-%m-%dT%H:%M}" if past else written


def past_view(back: LookBack) -> PastView:
    """Return the instant that a page looks back to."""
    zone = back.situation.agreement.zone
    at = back.situation.at.astimezone(zone)
    revision = back.law.revision
    return PastView(
        at,
        f"{whole_moment_in_words(at, zone)} ({zone.key})",
        revision.number,
        revision.status == revision.Status.IN_FORCE,
        back.cautions,
    )
