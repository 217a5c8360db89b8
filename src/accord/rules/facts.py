"""What is known of one lead: its fields, its touchpoints and those of its colleagues, as the rules read them."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from operator import attrgetter

from accord.rules.instant import microseconds
from accord.rules.predicate_meaning import predicate_holds
from accord.rules.tree import PropertyTest
from accord.rules.value import Value, compared_property

_ORDER = attrgetter("microseconds", "id")
_INSTANT = attrgetter("microseconds")


@dataclass(frozen=True, slots=True)
class Touchpoint:
    """One thing that happened between a person and us.

    Attributes:
        id: Names the touchpoint in explanations; unique within a lead.
        event: What happened, such as ``page_viewed``, compared exactly.
        at: When, an aware instant.
        properties: What else is known of it; an absent name is a missing value.
        microseconds: ``at`` since 1970 in UTC, by which instants are compared.

    Raises:
        RulesError: ``at`` has no zone.
    """

    id: str
    event: str
    at: datetime
    properties: Mapping[str, Value] = field(default_factory=dict)
    microseconds: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "microseconds", microseconds(self.at))


_PLAIN = frozenset({str, int, bool, Decimal, date, type(None)})
_MOST = 4096
_answers: dict[int, tuple[PropertyTest, dict[tuple[type, Value | None], bool]]] = {}
"""What tests have answered, by identity and value: touchpoints repeat a few values a thousand times.

By identity and with the type of the value, since 1 equals True; what is kept cannot lose its identity.
"""


def passing(touchpoints: Iterable[Touchpoint], where: Iterable[PropertyTest]) -> tuple[Touchpoint, ...]:
    """Return those of ``touchpoints`` of whose properties all tests hold, in their order."""
    for test in where:
        touchpoints = _passing_one(touchpoints, test)
    return tuple(touchpoints)


def _passing_one(touchpoints: Iterable[Touchpoint], test: PropertyTest) -> list[Touchpoint]:
    name, answers = test.name, _answers_of(test)
    kept = []
    for touchpoint in touchpoints:
        value = touchpoint.properties.get(name)
        key = value.__class__, value
        held = answers.get(key) if key[0] in _PLAIN else None
        if held is None:
            held = predicate_holds(test.predicate, value, compared_property)
            if key[0] in _PLAIN and len(answers) < _MOST:
                answers[key] = held
        if held:
            kept.append(touchpoint)
    return kept


def _answers_of(test: PropertyTest) -> dict[tuple[type, Value | None], bool]:
    known = _answers.get(id(test))
    if known is None or len(known[1]) >= _MOST:
        if len(_answers) >= _MOST:
            _answers.clear()
        known = _answers[id(test)] = (test, {})
    return known[1]


@dataclass(frozen=True, slots=True)
class Timeline:
    """The touchpoints of one person; asked twice for the same, it remembers.

    Attributes:
        touchpoints: In any order; what is returned is in the order of time, and of ids at the same instant.
    """

    touchpoints: tuple[Touchpoint, ...] = ()
    _by_event: dict[str, list[Touchpoint]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _asked: dict[object, tuple[object, tuple[Touchpoint, ...]]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def matching(self, events: tuple[str, ...], where: tuple[PropertyTest, ...]) -> tuple[Touchpoint, ...]:
        """Return the touchpoints of these events (of any, if none is named) that pass all of ``where``."""
        # By identity, since equal tests may ask different things: 1 equals True. What is kept cannot lose its identity.
        key = (events, id(where))
        known = self._asked.get(key)
        if known is None:
            found = self._of(events)
            kept = passing(found, where)
            known = self._asked[key] = (where, kept)
        return known[1]

    def until(self, at: datetime) -> "Timeline":
        """Return it without what came after ``at``; itself, if that is nothing."""
        limit = microseconds(at)
        if all(each.microseconds <= limit for each in self.touchpoints):
            return self
        return Timeline(tuple(each for each in self.touchpoints if each.microseconds <= limit))

    def since(self, at: datetime) -> "Timeline":
        """Return what came after ``at``."""
        limit = microseconds(at)
        return Timeline(tuple(each for each in self.touchpoints if each.microseconds > limit))

    def _of(self, events: tuple[str, ...]) -> Iterable[Touchpoint]:
        if not self._by_event and self.touchpoints:
            by_event = defaultdict(list)
            for touchpoint in sorted(self.touchpoints, key=_ORDER):
                by_event[touchpoint.event].append(touchpoint)
            self._by_event.update(by_event)
        match events:
            case (event,):
                return self._by_event.get(event, ())
            case ():
                return sorted(self.touchpoints, key=_ORDER)
        several = (each for event in dict.fromkeys(events) for each in self._by_event.get(event, ()))
        return sorted(several, key=_ORDER)


@dataclass(frozen=True, slots=True)
class Facts:
    """The fields and touchpoints of one lead.

    Attributes:
        fields: By full name (``company.employees``, ``score.engagement``); an absent name is a missing value. Text is
            held as captured; the rules compare it by its key.
        touchpoints: Of the lead's person, in any order; the rules do not depend on it.
        colleagues: By any name that is unique: the other people of the lead's company. Only ``PeopleRule`` reads them.
        zone: Where calendar days begin and end: the agreement's zone.
        timeline: The touchpoints as a timeline; made by itself, and kept by ``replace`` while they stay the same.
    """

    fields: Mapping[str, Value] = field(default_factory=dict)
    touchpoints: tuple[Touchpoint, ...] = ()
    colleagues: Mapping[str, Timeline] = field(default_factory=dict)
    zone: tzinfo = UTC
    timeline: Timeline = field(default_factory=Timeline, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.timeline.touchpoints is not self.touchpoints:
            object.__setattr__(self, "timeline", Timeline(self.touchpoints))

    def until(self, at: datetime) -> "Facts":
        """Return them without the touchpoints, own and colleagues', that came after ``at``."""
        own = self.timeline.until(at)
        colleagues = {name: timeline.until(at) for name, timeline in self.colleagues.items()}
        return replace(self, touchpoints=own.touchpoints, colleagues=colleagues, timeline=own)

    def since(self, at: datetime) -> "Facts":
        """Return them with only those touchpoints, own and colleagues', that came after ``at``."""
        own = self.timeline.since(at)
        colleagues = {name: timeline.since(at) for name, timeline in self.colleagues.items()}
        return replace(self, touchpoints=own.touchpoints, colleagues=colleagues, timeline=own)


def between(touchpoints: tuple[Touchpoint, ...], after: int | None, until: int) -> tuple[Touchpoint, ...]:
    """Return those of ``touchpoints``, which are in the order of time, that lie in ``(after, until]`` microseconds."""
    first = 0 if after is None else bisect_right(touchpoints, after, key=_INSTANT)
    return touchpoints[first : bisect_right(touchpoints, until, key=_INSTANT)]
