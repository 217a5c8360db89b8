"""What a case of a file means for one agreement: its names, its values by their types, its instants in its zone."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial

from accord.agreement.cases.case import Case
from accord.agreement.cases.document import CaseEntry, TouchpointEntry
from accord.agreement.cases.expecting import expectations
from accord.agreement.cases.notes import Notes
from accord.agreement.events import STANDARD_EVENTS
from accord.agreement.judgement import Standing
from accord.agreement.local_time import local_instant
from accord.agreement.plan import Agreement, Field, FieldType, Stage
from accord.agreement.quantity import LONGEST, QuantityError, shown
from accord.agreement.rules_of import events_of, reads_any_event
from accord.agreement.suggestion import hint_for, nearest
from accord.rules import Facts, RulesError, Timeline, Touchpoint, Value, instant, microseconds, property_value

_AGO = re.compile(r"\s*((?:[0-9]{1,6}\s+(?:second|minute|hour|day|week)s?\s+)+)ago\s*\Z")
_PART = re.compile(r"([0-9]{1,6})\s+(second|minute|hour|day|week)")
_UNITS = {
    "second": timedelta(seconds=1),
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
}
_KINDS: Mapping[FieldType, tuple[type | tuple[type, ...], str]] = {
    FieldType.TEXT: (str, "text; put it in quotes"),
    FieldType.CHOICE: (str, "text; put it in quotes"),
    FieldType.INTEGER: (int, "a whole number"),
    FieldType.DECIMAL: ((int, Decimal), "a number"),
    FieldType.BOOLEAN: (bool, "true or false"),
    FieldType.DATE: (date, "a day such as 2026-12-24"),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """Reads the cases of one file for one agreement."""

    agreement: Agreement
    notes: Notes

    def case(self, entry: CaseEntry) -> Case | None:
        """Return the case that ``entry`` writes, or None where its instant is faulty."""
        made = self.notes.made(f"{entry.path}.at", partial(local_instant, entry.at, self.agreement.zone))
        at = made or datetime(2000, 1, 1, tzinfo=self.agreement.zone)  # the rest is read all the same
        case = Case(
            name=entry.case,
            place=self.notes.source.at(entry.path),
            at=at,
            facts=Facts(
                dict(self.values(entry)),
                tuple(self.touchpoints(entry.touchpoints, at)),
                {name: Timeline(tuple(self.touchpoints(did, at))) for name, did in entry.colleagues.items()},
                self.agreement.zone,
            ),
            standing=Standing(
                Stage(entry.stood_at or Stage.SUBSCRIBER),
                entry.handed_over,
                self.agreement.handoff.marketing_hands_over if entry.held_back else (),
            ),
            expected=tuple(expectations(entry.expect, self.agreement, self.notes)),
        )
        return None if made is None else case

    def values(self, entry: CaseEntry) -> Iterator[tuple[str, Value]]:
        """Yield the known fields of the lead with their values."""
        for name, value in entry.lead.items():
            path = f"{entry.path}.lead.{name}"
            declared = self.agreement.fields.get(name)
            if declared is None:
                self.notes.error(
                    "agreement.unknown_field", path, f"unknown field '{name}'", hint_for(name, self.agreement.fields)
                )
            elif self._fits(declared, value, path):
                yield name, value

    def _fits(self, declared: Field, value: Value, path: str) -> bool:
        kinds, how = _KINDS[declared.type]
        if not isinstance(value, kinds) or (isinstance(value, bool) and declared.type is not FieldType.BOOLEAN):
            self.notes.error("cases.wrong_type", path, f"'{declared.name}' is {how}, but here it is {shown(value)}")
            return False
        if declared.choices and value not in declared.choices:
            hint = hint_for(str(value), declared.choices)
            self.notes.error("cases.unknown_choice", path, f"{shown(value)} is no value of '{declared.name}'", hint)
            return False
        return True

    def touchpoints(self, entries: list[TouchpointEntry], at: datetime) -> Iterator[Touchpoint]:
        """Yield what happened, named by its place in the file."""
        for place, entry in enumerate(entries):
            self._check_event(entry)
            when = self.notes.made(f"{entry.path}.at", partial(self.moment, entry.at, at))
            properties = dict(self._properties(entry))
            if when is not None:
                yield Touchpoint(str(place + 1), entry.event, when, properties)

    def moment(self, written: str, now: datetime) -> datetime:
        """Return the instant of ``2 days ago``, ``now``, or of an instant; a day ago is 24 hours ago, as in windows.

        Raises:
            QuantityError: It is none of these.
        """
        if written.strip() == "now":
            return now
        found = _AGO.match(written)
        if found is None:
            if "ago" in written.split():
                raise QuantityError(
                    f"{shown(written)} is no time ago; write it like '2 days ago' or '6 days 23 hours ago'"
                )
            return local_instant(written, self.agreement.zone)
        ago = sum((int(count) * _UNITS[unit] for count, unit in _PART.findall(found[1])), timedelta())
        if ago > LONGEST:
            raise QuantityError(f"{shown(written)} is longer than ten years ago")
        return instant(microseconds(now) - ago // timedelta(microseconds=1)).astimezone(self.agreement.zone)

    def _properties(self, entry: TouchpointEntry) -> Iterator[tuple[str, Value]]:
        for name, raw in entry.with_.items():
            plain = raw.isoformat() if isinstance(raw, date) else raw
            try:
                value = property_value(plain)
            except RulesError as error:
                self.notes.error("cases.wrong_value", f"{entry.path}.with.{name}", error.message, error.hint)
                continue
            if value is not None:
                yield name, value

    def _check_event(self, entry: TouchpointEntry) -> None:
        if reads_any_event(self.agreement):
            return
        read = events_of(self.agreement)
        if entry.event not in read and entry.event not in STANDARD_EVENTS and entry.event != "?":
            close = nearest(entry.event, [*read, *STANDARD_EVENTS])
            hint = f"did you mean '{close}'?" if close else "it changes nothing"
            text = f"no rule of the agreement asks for '{entry.event}'"
            self.notes.warn("cases.unknown_event", f"{entry.path}.event", text, hint)
