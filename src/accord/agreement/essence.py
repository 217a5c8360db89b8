"""What each clause comes to, apart from how it is worded: the clauses said in the language of the fingerprints."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, cast

from accord.agreement.clauses import Clause, Language, Section, spoken
from accord.agreement.english import English
from accord.agreement.fingerprint import Tree, calendar_tree, canonical
from accord.agreement.plan import Agreement, Criterion
from accord.clock import Calendar
from accord.rules import CriterionRule


@dataclass(frozen=True, slots=True)
class Said:
    """One clause with what it comes to.

    Attributes:
        clause: As it is read.
        place: Its path, with the names that criteria and calendars had before they were renamed.
        outcome: What of it can change an outcome; equal for what means the same.
        wording: The rest.
        criteria: The names of the criteria that it refers to.
    """

    clause: Clause
    place: str
    outcome: str
    wording: str
    criteria: frozenset[str]


def said(agreement: Agreement, renamed: Agreement | None = None) -> tuple[Said, ...]:
    """Return every clause of ``agreement`` in the order of the page.

    Args:
        agreement: Whose sentences are read.
        renamed: The same agreement under other names, by which clauses are compared.
    """
    essences = spoken(cast("Language", _Essence(renamed or agreement)))
    return tuple(_said(clause, essence) for clause, essence in zip(spoken(English(agreement)), essences, strict=True))


def _said(clause: Clause, essence: Clause) -> Said:
    outcome, wording = json.loads(essence.sentence)
    return Said(clause, essence.path, _text(outcome), _text(wording), frozenset(_references(outcome)))


def _references(tree: Tree) -> Iterator[str]:
    """Yield the names of the criteria to which the rules in a canonical tree refer."""
    match tree:
        case ["CriterionRule", {"name": str(name)}]:
            yield name
        case ["NurturePlan", {"missing": str(name), **rest}]:
            yield name
            yield from _references(rest)
        case list():
            for each in tree:
                yield from _references(each)
        case dict():
            for each in tree.values():
                yield from _references(each)


def _text(tree: Tree) -> str:
    return json.dumps(tree, sort_keys=True, ensure_ascii=False)


class _Essence:
    """A ``Language`` whose sentences are the pair of outcome and wording, as JSON.

    A clause of which nothing is said here comes to all that the plan holds of it, so that a new kind of clause is
    compared whole from its first day.
    """

    def __init__(self, agreement: Agreement) -> None:
        self.agreement = agreement

    def title(self, section: Section) -> str:
        return section.value

    def frame(self) -> str:
        return _pair([self.agreement.zone.key, self.agreement.currency], self.agreement.company)

    def criterion(self, criterion: Criterion) -> str:
        return _pair(canonical(criterion.rule), criterion.says)

    def calendar(self, calendar: Calendar) -> str:
        return _pair(calendar_tree(calendar), "")

    def handoff_at(self) -> str:
        return _pair(canonical(self.agreement.handoff.at), "")

    def fast_lane(self) -> str:
        return _pair(canonical(self.agreement.handoff.fast_lane), "")

    def hands_over(self) -> str:
        return _pair(sorted(self.agreement.handoff.marketing_hands_over), "")

    def decide_within(self) -> str:
        handoff = self.agreement.handoff
        return _pair([canonical(handoff.decide_within), canonical(handoff.calendar)], "")

    def if_undecided(self) -> str:
        return _pair(self.agreement.handoff.if_undecided, "")

    def sales_checks(self) -> str:
        fields_and_criteria = sorted(self.agreement.handoff.sales_checks)
        return _pair([name if "." in name else canonical(CriterionRule(name)) for name in fields_and_criteria], "")

    def __getattr__(self, name: str) -> Callable[..., str]:
        def whole(*parts: Any) -> str:  # noqa: ANN401  # whatever the plan is made of
            if not parts:
                return _pair(getattr(English(self.agreement), name)(), "")
            return _pair([canonical(part) for part in parts], [getattr(part, "label", "") for part in parts])

        return whole


def _pair(outcome: Tree, wording: Tree) -> str:
    return json.dumps([outcome, wording], ensure_ascii=False)
