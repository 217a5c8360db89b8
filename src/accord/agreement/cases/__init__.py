"""Tests of an agreement: a lead and its touchpoints in, and what must come out, written by people in YAML.

``load`` reads a file with every issue at its line, ``outcome`` says what the live evaluator answers, ``report`` says in
English what was expected and found, and why. Pure. Start reading at ``case.py``.
"""

from accord.agreement.cases.case import CRITERIA, SUBJECTS, Answer, Case, Expectation, Outcome
from accord.agreement.cases.load import LoadedCases, load_cases, read_cases
from accord.agreement.cases.outcome import Mismatch, live_outcome, mismatches
from accord.agreement.cases.tally import Failing, Tally, tally

__all__ = [
    "CRITERIA",
    "SUBJECTS",
    "Answer",
    "Case",
    "Expectation",
    "Failing",
    "LoadedCases",
    "Mismatch",
    "Outcome",
    "Tally",
    "live_outcome",
    "load_cases",
    "mismatches",
    "read_cases",
    "tally",
]
