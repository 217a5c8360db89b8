"""The clauses of a revision as its page shows them: in sections and pieces, with marks and what was said of them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from accord.agreement import Agreement, Section, clauses
from accord.agreement.diff import Diff
from accord.agreement.english_words import label
from accord.server.agreements.threads import Thread

QUOTED = re.compile("(“[^”]+”)")
SIDES: Mapping[Section, str] = {Section.SALES: "sales", Section.MARKETING: "marketing"}


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a sentence: plain, a term that is defined here (``strong``), or one that is defined at ``href``."""

    text: str
    href: str = ""
    strong: bool = False


class Mark(StrEnum):
    """How a clause differs from that of the revision with which it is compared."""

    SAME = ""
    ADDED = "added"
    CHANGED = "changed"
    MOVED = "moved"
    RENAMED = "renamed"


@dataclass(frozen=True, slots=True)
class ClauseRow:
    """One clause on the page: its number, its sentence in pieces, its line, and whether the software does it yet."""

    number: str
    path: str
    anchor: str
    parts: tuple[Part, ...]
    line: int
    mark: Mark
    carried_out: bool = True
    threads: tuple[Thread, ...] = ()

    @property
    def unsettled(self) -> int:
        """Return how many threads on it are not settled."""
        return sum(thread.settled is None for thread in self.threads)


@dataclass(frozen=True, slots=True)
class SectionRows:
    """One section of the page; ``side`` says whose promises it holds, "" for both sides'."""

    number: int
    anchor: str
    title: str
    side: str
    line: int
    clauses: tuple[ClauseRow, ...]


def anchor_of(path: str) -> str:
    """Return the path of a clause as an address inside a page.

    Examples:
        >>> anchor_of("sla.sales[0]"), anchor_of("criteria.right_company")
        ('sla.sales-0', 'criteria.right_company')
    """
    return path.replace("[", "-").replace("]", "")


def sections_of(
    agreement: Agreement, diff: Diff | None, threads: Mapping[str, tuple[Thread, ...]]
) -> tuple[SectionRows, ...]:
    """Return what an agreement says, section by section.

    Args:
        agreement: What is said.
        diff: How it differs from what it is compared with, for the marks.
        threads: What was said about each clause, by its path.
    """
    terms = {label(name).lower(): anchor_of(f"criteria.{name}") for name in agreement.criteria}
    marks = {change.after.path: Mark(change.kind) for change in diff.changes if change.after} if diff else {}
    sections: dict[Section, SectionRows] = {}
    for clause in clauses(agreement):
        section = sections.get(clause.section) or SectionRows(
            number=len(sections) + 1,
            anchor=clause.section.value,
            title=clause.title,
            side=SIDES.get(clause.section, ""),
            line=clause.line,
            clauses=(),
        )
        anchor = anchor_of(clause.path)
        row = ClauseRow(
            number=f"{section.number}.{len(section.clauses) + 1}",
            path=clause.path,
            anchor=anchor,
            parts=parts_of(clause.sentence, anchor, terms),
            line=clause.line,
            mark=marks.get(clause.path, Mark.SAME),
            carried_out=clause.carried_out,
            threads=threads.get(clause.path, ()),
        )
        sections[clause.section] = replace(section, clauses=(*section.clauses, row))
    return tuple(sections.values())


def parts_of(sentence: str, anchor: str, terms: Mapping[str, str]) -> tuple[Part, ...]:
    """Return a sentence in pieces: the criteria that it names lead to where they are defined.

    Args:
        sentence: In English; names stand in “quotation marks”.
        anchor: Where the sentence itself stands.
        terms: Where each criterion is defined, by its name in lower case.
    """
    parts: list[Part] = []
    for piece in QUOTED.split(sentence):
        defined_at = terms.get(piece[1:-1].lower(), "") if QUOTED.fullmatch(piece) else ""
        own = defined_at == anchor
        if piece:
            parts.append(Part(piece, "" if own or not defined_at else f"#{defined_at}", own and bool(defined_at)))
    return tuple(parts)
