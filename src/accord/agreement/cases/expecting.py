"""What a case of a file expects, by the names of one agreement."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from accord.agreement.cases.case import CRITERIA, SUBJECTS, Answer, Expectation
from accord.agreement.cases.document import ExpectEntry
from accord.agreement.cases.notes import Notes
from accord.agreement.local_time import local_instant
from accord.agreement.plan import Agreement
from accord.agreement.stage import Stage
from accord.agreement.terms import DEFAULT_TEAM

NONE = "none"
"""What stands for no grade, no team, nothing due."""


def expectations(entry: ExpectEntry, agreement: Agreement, notes: Notes) -> Iterator[Expectation]:
    """Yield what must come out whose names are known, criteria first, then in the order of ``SUBJECTS``."""
    for name, holds in entry.criteria.items():
        if notes.known("criterion", name, agreement.criteria, f"{entry.path}.criteria.{name}"):
            yield _expectation(entry, f"{CRITERIA}{name}", holds, notes)
    for subject in SUBJECTS:
        written = getattr(entry, subject)
        if written is not None:
            yield from _read(entry, subject, written, agreement, notes)
    if entry.path and not entry.model_fields_set and not any(each.startswith(entry.path) for each in notes.broken):
        notes.error("cases.nothing_expected", entry.path, "nothing is expected of this case", "say what must come out")


def _read(
    entry: ExpectEntry, subject: str, written: Answer, agreement: Agreement, notes: Notes
) -> Iterator[Expectation]:
    path = f"{entry.path}.{subject}"
    match subject:
        case "grade" | "team":
            if written == NONE or notes.known(subject, str(written), _names(subject, agreement), path):
                yield _expectation(entry, subject, None if written == NONE else written, notes)
        case "held_for" if isinstance(written, tuple):
            owed = agreement.handoff.marketing_hands_over
            if all(notes.known("field", name, owed, path) for name in written):
                yield _expectation(entry, subject, written, notes)
        case "stage":
            yield _expectation(entry, subject, Stage(str(written)).value, notes)
        case _ if subject.endswith("_due"):
            yield from _due(entry, subject, str(written), agreement, notes)
        case _:
            yield _expectation(entry, subject, written, notes)


def _names(subject: str, agreement: Agreement) -> list[str]:
    if subject == "grade":
        return [grade.name for grade in agreement.score.grades]
    return list(dict.fromkeys(route.to for route in agreement.routing)) or [DEFAULT_TEAM]


def _due(entry: ExpectEntry, subject: str, written: str, agreement: Agreement, notes: Notes) -> Iterator[Expectation]:
    if written == NONE:
        yield _expectation(entry, subject, None, notes)
        return
    due: datetime | None = notes.made(f"{entry.path}.{subject}", partial(local_instant, written, agreement.zone))
    if due is not None:
        yield _expectation(entry, subject, due, notes)


def _expectation(entry: ExpectEntry, subject: str, answer: Answer, notes: Notes) -> Expectation:
    return Expectation(subject, answer, notes.source.at(f"{entry.path}.{subject}"))
