"""What a test of the agreement is: a lead, what it did, an instant, and what must come out.

What comes out is a mapping from a *subject* to an *answer*. Subjects are ``criteria.right_company`` for each criterion,
and those of ``SUBJECTS``; the live evaluator and the batch engine both answer with such a mapping.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from accord.agreement.judgement import Standing
from accord.rules import Facts

Answer = bool | int | str | datetime | tuple[str, ...] | None
"""Yes or no; hundredths of a point; a name; an instant; names of fields; None: there is none."""

Outcome = Mapping[str, Answer]
"""Answers by subject."""

CRITERIA = "criteria."
"""How the subject of each criterion begins."""

SUBJECTS = (
    "fit",
    "engagement",
    "grade",
    "stage",
    "ready",
    "fast_lane",
    "held_for",
    "team",
    "decision_due",
    "first_attempt_due",
    "attempts_due",
)
"""What can be expected beside criteria, in the order in which it is reported."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """One thing that a case expects, and where in its file, as ``file:line``."""

    subject: str
    answer: Answer
    at: str


@dataclass(frozen=True, slots=True)
class Case:
    """One test of the agreement.

    Attributes:
        name: What it shows, in the words of its author.
        place: Where it begins, as ``file:line``.
        at: The instant at which the lead is judged, in the agreement's zone.
        facts: What is known of the lead; touchpoints after ``at`` are no fault, and do not count.
        standing: Where the lead stood before.
        expected: In the order of the file.
    """

    name: str
    place: str
    at: datetime
    facts: Facts
    standing: Standing
    expected: tuple[Expectation, ...]
