"""Everything that can be explained of one lead at one instant, in one value."""

from dataclasses import dataclass
from datetime import datetime

from accord.agreement.explanation.because import Because, criteria_of
from accord.agreement.explanation.ledger import LedgerSide, ledger_of
from accord.agreement.explanation.next_steps import Ahead, next_handoff, next_stage
from accord.agreement.explanation.outlook import Outlook, outlook_of
from accord.agreement.explanation.situation import Situation


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a lead stands where it stands, and what would move it.

    Attributes:
        at: The instant, in the agreement's zone.
        grade: None: there is none.
        criteria: Every criterion; those that hold come first.
        stage: What the next stage takes; None: there is none that the agreement decides.
        handoff: What the hand-off takes; None: sales has the lead, or had it in this cycle.
        sides: Where the points come from.
        outlook: What time alone will change.
    """

    at: datetime
    grade: str | None
    criteria: tuple[Because, ...]
    stage: Ahead | None
    handoff: Ahead | None
    sides: tuple[LedgerSide, ...]
    outlook: Outlook

    @property
    def one_way(self) -> bool:
        """Whether the next stage takes the same as the hand-off, so that it need be said only once."""
        return same_ways(self.stage, self.handoff)


def same_ways(stage: Ahead | None, handoff: Ahead | None) -> bool:
    """Return whether a stage and the hand-off take the same."""
    return stage is not None and handoff is not None and bool(stage.ways) and stage.ways == handoff.ways


def explain_lead(situation: Situation) -> Explanation:
    """Return everything that can be explained of the lead."""
    return Explanation(
        at=situation.at.astimezone(situation.agreement.zone),
        grade=situation.card.grade,
        criteria=criteria_of(situation),
        stage=next_stage(situation),
        handoff=next_handoff(situation),
        sides=ledger_of(situation),
        outlook=outlook_of(situation),
    )
