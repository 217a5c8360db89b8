"""The page of funnel and velocity: from stage to stage by cohort and by period, and how long leads stay."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.http import urlencode

from accord.insight import StageConversion, StageVelocity, wilson
from accord.server.accounts.access import require
from accord.server.accounts.models import User
from accord.server.closing.asked import READERS, STAGE_NAMES, FunnelAsked
from accord.server.ui import words
from accord.server.ui.components import STAGES
from accord.server.warehouse.asking import ask

PARTS: Mapping[str, str] = {
    "entered": "Entered in the period",
    "converted": "Entered in the period and converted until now",
    "waiting": "Entered in the period and still open",
    "carried": "There before the period began",
    "passed": "Converted in the period",
}
"""What a number of the page counts, by the columns that must be 1."""
OVER, WAITING = "over", "waiting"
STAYS: Mapping[str, str] = {OVER: "Left it in the period", WAITING: "There now"}
"""Which stays at a stage a number counts."""


@dataclass(frozen=True, slots=True)
class Step:
    """From one stage to a later one, as the page shows it; each address leads to the leads behind a number.

    Attributes:
        cohort_note: The interval of the cohort's rate, in words.
    """

    found: StageConversion
    label: str
    entered: str
    converted: str
    waiting: str
    carried: str
    passed: str
    entered_passed: str
    carried_passed: str
    cohort_note: str


@dataclass(frozen=True, slots=True)
class Pace:
    """How long leads stay at one stage; each address leads to the stays behind a number, "" where there is none."""

    stage: str
    found: StageVelocity | None
    over: str
    waiting: str


@dataclass(frozen=True, slots=True)
class Funnel:
    """The page.

    Attributes:
        chosen: From the one stage asked for to the other.
        steps: From each stage to the next.
        paces: The stages in their order; the last one is left by nobody.
    """

    chosen: Step
    steps: Sequence[Step]
    paces: Sequence[Pace]

    @property
    def empty(self) -> bool:
        """Whether there is nobody to speak of."""
        return not any(step.found.at_hand for step in self.steps)


def funnel(asked: FunnelAsked, reader: User) -> Funnel:
    """Return how leads pass from stage to stage, and how long they stay.

    Raises:
        AccessError: Their role does not see it.
    """
    require(reader, READERS, "see how leads pass through the funnel")
    rows = {(row.first_place, row.second_place): row for row in ask(StageConversion, "stage_conversions", asked.given)}
    stays = {row.stage: row for row in ask(StageVelocity, "velocity", asked.given)}
    chosen = (STAGE_NAMES.index(asked.first), STAGE_NAMES.index(asked.second))

    def step(first: int, second: int) -> Step:
        return _step(rows.get((first, second)) or _nobody(first, second), asked)

    return Funnel(
        chosen=step(*chosen),
        steps=[step(place, place + 1) for place in range(len(STAGE_NAMES) - 1)],
        paces=[_pace(stage, stays.get(stage), asked) for stage in STAGE_NAMES[:-1]],
    )


def _pace(stage: str, found: StageVelocity | None, asked: FunnelAsked) -> Pace:
    def behind(stay: str) -> str:
        given = {**asked.days.parameters, "first": asked.first, "second": asked.second, "stage": stage, "stay": stay}
        return f"{reverse('funnel-leads')}?{urlencode(given)}"

    if found is None:
        return Pace(stage, None, "", "")
    return Pace(stage, found, behind(OVER) if found.over else "", behind(WAITING) if found.waiting else "")


def _nobody(first: int, second: int) -> StageConversion:
    return StageConversion(first, second, 0, 0, 0, 0, 0, 0, None, None)


def _step(found: StageConversion, asked: FunnelAsked) -> Step:
    first, second = STAGE_NAMES[found.first_place], STAGE_NAMES[found.second_place]

    def behind(*parts: str) -> str:
        given = {**asked.days.parameters, "first": first, "second": second, **dict.fromkeys(parts, "1")}
        return f"{reverse('funnel-leads')}?{urlencode(given)}"

    interval = wilson(found.converted, found.entered)
    note = f"between {words.percent(interval[0])} and {words.percent(interval[1])}" if interval else "nobody entered"
    return Step(
        found=found,
        label=f"{STAGES[first].label} to {STAGES[second].label}",
        entered=behind("entered"),
        converted=behind("entered", "converted"),
        waiting=behind("entered", "waiting"),
        carried=behind("carried"),
        passed=behind("passed"),
        entered_passed=behind("entered", "passed"),
        carried_passed=behind("carried", "passed"),
        cohort_note=note,
    )
