"""What judging all leads in one go answers with."""

from collections.abc import Mapping
from dataclasses import dataclass

from accord.agreement import Stage


@dataclass(frozen=True, slots=True)
class BatchJudgement:
    """What the agreement says of one lead; as ``accord.agreement.judgement.Judgement``, without the explanations.

    Attributes:
        fit: In hundredths of a point.
        engagement: In hundredths of a point.
        grade: None where there is none.
        criteria: Which criteria hold, by name.
    """

    lead_id: int
    at_us: int
    fit: int
    engagement: int
    grade: str | None
    stage: Stage
    fast_lane: bool
    ready: bool
    held_for: tuple[str, ...]
    criteria: Mapping[str, bool]
