"""The syntax tree of the criteria language: rules about a lead.

A *rule* is a yes/no statement about one lead: about a field, about behaviour, a reference to a named criterion, or a
combination of rules. A rule about behaviour is a ``Selection``, which says which touchpoints are looked at, and one
question about them; each kind of question is a class of its own. All nodes are frozen and comparable, so two revisions
of an agreement can be compared by value. What is asked of one value stands in ``predicate.py``.

Everywhere a window is ``(at - within, at]`` and a touchpoint after ``at`` does not exist yet.
"""

from dataclasses import dataclass
from datetime import timedelta

from accord.rules.errors import RulesError
from accord.rules.predicate import (
    AtLeast,
    AtMost,
    DayPredicate,
    LessThan,
    MoreThan,
    Predicate,
    ValuePredicate,
)
from accord.rules.value import Kind, kind_of

LONGEST_WINDOW = timedelta(days=36525)
"""A hundred years; a longer window is every touchpoint, and its length would not fit the engines' integers."""


@dataclass(frozen=True, slots=True)
class FieldRule:
    """``predicate`` holds of the field ``field``, such as ``company.employees`` or ``score.engagement``."""

    field: str
    predicate: Predicate


@dataclass(frozen=True, slots=True)
class PropertyTest:
    """``predicate`` holds of the touchpoint's property ``name``, such as ``path``.

    Properties are not declared: they hold text, numbers and yes/no, which compares as the text ``true`` or ``false``. A
    day equals the text ``YYYY-MM-DD``, and cannot be a bound or compared with today.
    """

    name: str
    predicate: ValuePredicate

    def __post_init__(self) -> None:
        match self.predicate:
            case AtLeast(bound) | AtMost(bound) | MoreThan(bound) | LessThan(bound) if kind_of(bound) is Kind.DAY:
                raise _no_days(self.name, f"the day {bound}")
            case _ if isinstance(self.predicate, DayPredicate):
                raise _no_days(self.name, "today")


def _no_days(name: str, other: str) -> RulesError:
    return RulesError(
        "rules.day_of_property",
        f"the property {name!r} cannot be compared with {other}: properties hold text, numbers and yes/no",
        hint="use within, which counts from the touchpoint",
    )


@dataclass(frozen=True, slots=True)
class Selection:
    """Which touchpoints are looked at: those ``events`` that pass all of ``where`` and lie in the window.

    Attributes:
        events: Names of events, compared exactly; none: any event at all.
        where: What must hold of one touchpoint's properties, all of it.
        within: The length of the window; None: it reaches back to the beginning.
    """

    events: tuple[str, ...]
    where: tuple[PropertyTest, ...] = ()
    within: timedelta | None = None

    def __post_init__(self) -> None:
        if isinstance(self.events, str) or not all(self.events):
            raise RulesError("rules.events", "the events of a selection are a tuple of names")
        if self.within is not None and not timedelta(0) < self.within <= LONGEST_WINDOW:
            raise RulesError(
                "rules.within",
                f"a window of {self.within} is not possible",
                hint="use more than nothing, at most 100 years",
            )


@dataclass(frozen=True, slots=True)
class CountRule:
    """At least ``at_least`` touchpoints are among ``what``; ``at_least`` is 1 or more."""

    what: Selection
    at_least: int = 1

    def __post_init__(self) -> None:
        _check_least(self.at_least, "touchpoints")


@dataclass(frozen=True, slots=True)
class AbsenceRule:
    """No touchpoint is among ``what``; so it holds of a lead to whom nothing has happened yet."""

    what: Selection


@dataclass(frozen=True, slots=True)
class DaysRule:
    """The touchpoints among ``what`` lie on at least ``at_least`` different calendar days in the agreement's zone."""

    what: Selection
    at_least: int

    def __post_init__(self) -> None:
        _check_least(self.at_least, "days")


@dataclass(frozen=True, slots=True)
class PeopleRule:
    """At least ``at_least`` different people of the lead's company have a touchpoint among ``what``.

    The lead's own person is one of them. A lead without a company stands for its own person alone.
    """

    what: Selection
    at_least: int

    def __post_init__(self) -> None:
        _check_least(self.at_least, "people")


@dataclass(frozen=True, slots=True)
class FirstRule:
    """The very first touchpoint of the events of ``what`` is among ``what``.

    It is chosen first, whatever its properties and however long ago, and tested then. Touchpoints at the same instant
    are all the first: it is enough if one of them passes. So the answer depends on no order but that of time.
    """

    what: Selection


@dataclass(frozen=True, slots=True)
class LastRule:
    """The latest touchpoint of the events of ``what`` is among ``what``; chosen and tested as for ``FirstRule``."""

    what: Selection


@dataclass(frozen=True, slots=True)
class SequenceRule:
    """A touchpoint among ``what`` is followed, strictly later, by one among ``then``.

    The window of ``what`` reaches back from the instant of judgement and holds both. That of ``then`` reaches back from
    the second touchpoint: the first lies less than ``then.within`` before it.
    """

    what: Selection
    then: Selection


BehaviourRule = CountRule | AbsenceRule | DaysRule | PeopleRule | FirstRule | LastRule | SequenceRule
"""Rules that read touchpoints; each has a selection ``what``."""


@dataclass(frozen=True, slots=True)
class CriterionRule:
    """The named criterion holds."""

    name: str


@dataclass(frozen=True, slots=True)
class All:
    """Every rule holds; an empty list holds."""

    rules: tuple["Rule", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one rule holds; an empty list does not."""

    rules: tuple["Rule", ...]


@dataclass(frozen=True, slots=True)
class NoneOf:
    """No rule holds; an empty list holds."""

    rules: tuple["Rule", ...]


Rule = FieldRule | BehaviourRule | CriterionRule | All | AnyOf | NoneOf


def _check_least(least: int, things: str) -> None:
    if isinstance(least, bool) or not isinstance(least, int) or least < 1:
        raise RulesError("rules.at_least", f"at least {least} {things} always holds", hint="use 1 or more")
