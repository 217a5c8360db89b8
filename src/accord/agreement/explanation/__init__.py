"""Why a lead stands where it stands at an instant, and what would move it: everything that is said in explanations.

The same text stands on the Lead page, in ``accord explain`` and under a failing test. All of it is computed from the
rules and the scores that judge leads. Pure. Start reading at ``whole.py``, then ``situation.py``.
"""

from accord.agreement.explanation.because import Because, because_of, criteria_of
from accord.agreement.explanation.ledger import LedgerSide, ledger_of
from accord.agreement.explanation.next_steps import Ahead, Way, next_handoff, next_stage, ways_by
from accord.agreement.explanation.outlook import Outlook, Turn, outlook_of
from accord.agreement.explanation.situation import Situation
from accord.agreement.explanation.whole import Explanation, explain_lead
from accord.agreement.explanation.words import (
    event_in_words,
    field_in_words,
    moment_in_words,
    value_in_words,
    value_of_field,
    whole_moment_in_words,
)

__all__ = [
    "Ahead",
    "Because",
    "Explanation",
    "LedgerSide",
    "Outlook",
    "Situation",
    "Turn",
    "Way",
    "because_of",
    "criteria_of",
    "event_in_words",
    "explain_lead",
    "field_in_words",
    "ledger_of",
    "moment_in_words",
    "next_handoff",
    "next_stage",
    "outlook_of",
    "value_in_words",
    "value_of_field",
    "ways_by",
    "whole_moment_in_words",
]
