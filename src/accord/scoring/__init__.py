"""Scores: fit and engagement as exact integers, the grade they give, and the ledger that explains both.

Pure: no Django, no network, no clock of its own; imports ``rules`` and nothing beside it.
Start reading at ``model.py`` (what is scored), then ``score.py`` (how).
"""

from accord.scoring.decay import decay_table
from accord.scoring.errors import ScoringError
from accord.scoring.model import HUNDREDTHS, EngagementClause, FitClause, Grade, ScoreModel
from accord.scoring.score import (
    EntryKind,
    LedgerEntry,
    ScoreCard,
    Side,
    capped,
    grade_of,
    next_change,
    score,
    score_fields,
    worth,
)

__all__ = [
    "HUNDREDTHS",
    "EngagementClause",
    "EntryKind",
    "FitClause",
    "Grade",
    "LedgerEntry",
    "ScoreCard",
    "ScoreModel",
    "ScoringError",
    "Side",
    "capped",
    "decay_table",
    "grade_of",
    "next_change",
    "score",
    "score_fields",
    "worth",
]
