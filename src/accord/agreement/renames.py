"""Criteria and calendars that two agreements share under different names.

What a criterion is called decides nothing, as long as everything that refers to it follows. So two agreements are
compared after the newer one has been given the names of the older.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, TypeVar, cast

from accord.agreement.fingerprint import Tree, calendar_tree, canonical
from accord.agreement.plan import Agreement, Criterion, Handoff
from accord.agreement.plan_care import NurturePlan
from accord.clock import Calendar
from accord.rules import CriterionRule

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Renames:
    """The older name of each criterion and calendar that was renamed, by its newer one."""

    criteria: Mapping[str, str]
    calendars: Mapping[str, str]

    def __bool__(self) -> bool:
        return bool(self.criteria or self.calendars)


def renames(before: Agreement, after: Agreement) -> Renames:
    """Return what was renamed between two agreements: what comes to the same and stands in only one under its name.

    Where several would do, the one with the same words goes first, then the first of the document.
    """
    calendars = _paired(before.calendars, after.calendars, _hours_only, lambda calendar: calendar.name)
    criteria: dict[str, str] = {}
    while True:  # a criterion may refer to another one that was renamed too
        known = Renames(criteria, calendars)
        found = _paired(
            before.criteria,
            under_older_names(after, known).criteria,
            lambda criterion: canonical(criterion.rule),
            lambda criterion: criterion.says,
        )
        if not found:
            return known
        criteria = {**criteria, **found}


def under_older_names(agreement: Agreement, names: Renames) -> Agreement:
    """Return the agreement as if nothing in it had been renamed; its fingerprints are those it had."""
    if not names:
        return agreement
    renamed = cast("Agreement", _renamed(agreement, names))
    return replace(
        renamed,
        criteria={criterion.name: criterion for criterion in renamed.criteria.values()},
        calendars={calendar.name: calendar for calendar in renamed.calendars.values()},
    )


def _paired(
    before: Mapping[str, T], after: Mapping[str, T], essence: Callable[[T], Tree], words: Callable[[T], str]
) -> dict[str, str]:
    gone = {name: value for name, value in before.items() if name not in after}
    pairs: dict[str, str] = {}
    for name in [name for name in after if name not in before]:
        same = [old for old, value in gone.items() if essence(value) == essence(after[name])]
        if same:
            pairs[name] = next((old for old in same if words(gone[old]) == words(after[name])), same[0])
            del gone[pairs[name]]
    return pairs


def _hours_only(calendar: Calendar) -> Tree:
    return {**calendar_tree(calendar), "name": ""}


def _renamed(value: Any, names: Renames) -> Any:  # noqa: ANN401  # any part of a plan
    match value:
        case CriterionRule(name):
            return CriterionRule(names.criteria.get(name, name))
        case Criterion(name, says, rule):
            return Criterion(names.criteria.get(name, name), says, _renamed(rule, names))
        case Calendar(name):
            return replace(value, name=names.calendars.get(name, name))
        case NurturePlan():
            value = replace(value, missing=names.criteria.get(value.missing, value.missing))
        case Handoff():
            value = replace(value, sales_checks=tuple(names.criteria.get(name, name) for name in value.sales_checks))
        case tuple():
            return tuple(_renamed(each, names) for each in value)
        case Mapping():
            return {key: _renamed(each, names) for key, each in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{each.name: _renamed(getattr(value, each.name), names) for each in fields(value)})
    return value
