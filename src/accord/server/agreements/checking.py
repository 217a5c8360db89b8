"""What the editor says about a draft while it is written: faults, values, sentences, and what it would change."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import unified_diff

from accord.agreement import clauses, load
from accord.agreement.cases import Tally
from accord.agreement.diff import Meaning, compare
from accord.agreement.english_words import label
from accord.agreement.rows import Row, rows
from accord.errors import Issue, Level
from accord.server.agreements.models import Revision
from accord.server.agreements.queries import Comparison, comparison
from accord.server.agreements.services import AgreementRefusedError, agreement_of, in_force_or_none
from accord.server.agreements.testing import tally_of_text

_PARTS = {"company": "Company, zone and currency", "sla": "Promises and working hours"}
"""What parts of the document are called, if not by their key."""
MOST_FAULTS = 100
"""Faults that are shown one by one: in a text that is no agreement every line is one."""


@dataclass(frozen=True, slots=True)
class Fault:
    """An issue with its line, and what stands there."""

    issue: Issue
    line: int
    excerpt: str


@dataclass(frozen=True, slots=True)
class Values:
    """The values of one clause; ``sentence`` is "" where it cannot be said yet."""

    path: str
    title: str
    sentence: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """The values of one part of the document, clause by clause."""

    key: str
    title: str
    clauses: tuple[Values, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """One state of a draft.

    Attributes:
        sound: Whether it could be proposed.
        faults: Everything found, by line.
        parts: The values that can be changed one by one; empty while the text cannot be read.
        sentences: Line and sentence of every clause, by line; empty while there are errors.
        comparison: With the revision in force; None while there are errors, or if nothing is in force.
        tests: How many of the tests of the revision that it is based on pass; None while there are errors.
    """

    sound: bool
    faults: tuple[Fault, ...]
    parts: tuple[Part, ...]
    sentences: tuple[tuple[int, str], ...]
    comparison: Comparison | None
    tests: Tally | None

    @property
    def errors(self) -> int:
        """Return how many errors there are."""
        return sum(fault.issue.level is Level.ERROR for fault in self.faults)

    @property
    def shown(self) -> tuple[Fault, ...]:
        """Return the faults that are shown one by one, the first ones."""
        return self.faults[:MOST_FAULTS]

    @property
    def hidden(self) -> int:
        """Return how many are not."""
        return len(self.faults) - len(self.shown)

    @property
    def meaning(self) -> Meaning | None:
        """Return what proposing it would come to."""
        return self.comparison.meaning if self.comparison else None


def checked(text: str, file_name: str, based_on: Revision | None) -> Checked:
    """Return what there is to say about a document, sound or not.

    Args:
        text: The document.
        file_name: What its issues call it.
        based_on: The revision whose tests it is held to.
    """
    loaded = load(text, file_name)
    lines = text.split("\n")
    said = clauses(loaded.agreement) if loaded.agreement else ()
    compared = None
    if loaded.agreement is not None and (law := in_force_or_none()) is not None:
        try:
            compared = comparison(
                law.revision.number, compare(agreement_of(law.revision), loaded.agreement), in_force=True
            )
        except AgreementRefusedError:  # what is in force was written for an older version of Accord
            compared = None
    return Checked(
        sound=loaded.agreement is not None,
        faults=tuple(_fault(issue, lines) for issue in loaded.issues),
        parts=_parts(rows(text), {clause.path: clause.sentence for clause in said}),
        sentences=tuple(sorted((clause.line, clause.sentence) for clause in said)),
        comparison=compared,
        tests=tally_of_text(text, file_name, based_on) if loaded.agreement else None,
    )


def _fault(issue: Issue, lines: list[str]) -> Fault:
    at = (issue.at or "").rpartition(":")[2]
    line = int(at) if at.isdigit() else 1
    return Fault(issue, line, lines[line - 1].strip() if 0 < line <= len(lines) else "")


def _parts(found: tuple[Row, ...], sentences: Mapping[str, str]) -> tuple[Part, ...]:
    parts: dict[str, dict[str, list[Row]]] = {}
    for row in found:
        parts.setdefault(_key(row.clause), {}).setdefault(row.clause, []).append(row)
    return tuple(
        Part(
            key,
            _PARTS.get(key) or label(key).capitalize(),
            tuple(
                Values(path, _title(path), sentences.get(path, ""), tuple(values))
                for path, values in clauses_of_part.items()
            ),
        )
        for key, clauses_of_part in parts.items()
    )


def differing_lines(before: str, after: str) -> tuple[tuple[str, str], ...]:
    r"""Return the lines that only one of two texts has, each with ``-`` or ``+`` before it, in their order.

    Examples:
        >>> differing_lines("a\n-- b\n", "a\nc\n")
        (('-', '-- b'), ('+', 'c'))
    """
    lines = list(unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0))
    return tuple((line[0], line[1:]) for line in lines[2:] if line[0] in "-+")  # after the names of the two


def _key(path: str) -> str:
    key = path.partition(".")[0].partition("[")[0]
    return "company" if path in {"company", "timezone", "currency"} else key


def _title(path: str) -> str:
    """Return what a clause is called where there is no sentence of it.

    Examples:
        >>> _title("sla.sales[0]"), _title("criteria.right_company")
        ('Sales, no. 1', 'Right company')
    """
    name, _, place = path.rpartition(".")[2].partition("[")
    number = f", no. {int(place[:-1]) + 1}" if place else ""
    return f"{label(name).capitalize()}{number}"
