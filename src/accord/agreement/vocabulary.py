"""What may stand as a value in the document, and how a wrong one is refused in plain words."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from accord.agreement.currency import CURRENCIES
from accord.agreement.quantity import QuantityError, shown
from accord.agreement.suggestion import hint_for
from accord.clock import CalendarError
from accord.clock.public_holidays import check_region

REFUSED = "agreement.refused"
"""The pydantic type of every error made by ``refuse``; the issue's own code and text are in its context."""
ZONE_SCHEMA: dict[str, Any] = {"type": "string", "pattern": "^(UTC|[A-Za-z_]+(/[A-Za-z0-9_+-]+)+)$"}
"""The form of a zone's name; which ones there are differs from machine to machine, so the schema does not list them."""


@dataclass(frozen=True)
class Written:
    """Makes a type of the document out of a function that checks what people wrote.

    Attributes:
        check: Returns the value, or raises ``refuse(...)``.
        schema: What the JSON Schema says of it.
    """

    check: Callable[[Any], Any]
    schema: dict[str, Any]

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.check)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return dict(self.schema)

    __hash__ = object.__hash__


def refuse(code: str, message: str, hint: str | None = None) -> PydanticCustomError:
    """Return the error that becomes an issue with this code, text and hint."""
    return PydanticCustomError("agreement.refused", "refused", {"code": code, "text": message, "hint": hint})


def unknown_word(kind: str, value: object, valid: Iterable[str]) -> PydanticCustomError:
    """Return the error for a word that is none of ``valid``."""
    code = f"agreement.unknown_{kind.replace(' ', '_').replace('-', '_')}"
    if isinstance(value, str):
        return refuse(code, f"unknown {kind} {shown(value)}", hint_for(value, valid))
    article = "an" if kind[0] in "aeiou" else "a"
    return refuse(code, f"{shown(value)} is not {article} {kind}", hint_for("", valid))


def one_of(kind: str, words: Iterable[str], made: Callable[[str], Any] = str) -> Written:
    """Return the type of a word out of a list.

    Args:
        kind: What such a word is called in messages, such as ``stage``.
        words: The valid ones.
        made: Turns the word into the value that the document holds.
    """
    valid = tuple(words)

    def check(value: object) -> object:
        if isinstance(value, str) and value in valid:
            return made(value)
        raise unknown_word(kind, value, valid)

    return Written(check, {"enum": list(valid)})


def amount(parse: Callable[[Any], Any], schema: dict[str, Any]) -> Written:
    """Return the type of an amount, such as a percentage."""

    def check(value: object) -> object:
        try:
            return parse(value)
        except QuantityError as fault:
            text, _, how = str(fault).partition("; ")
            raise refuse("agreement.wrong_amount", text, how or None) from None

    return Written(check, schema)


def named(kind: str, pattern: str, how: str) -> Written:
    """Return the type of a name that the author chooses, such as that of a criterion."""
    form = re.compile(pattern)

    def check(value: object) -> object:
        if isinstance(value, str) and form.fullmatch(value):
            return value
        raise refuse("agreement.wrong_name", f"{shown(value)} is not a name for a {kind}", how)

    return Written(check, {"type": "string", "pattern": f"^(?:{pattern})$"})


def check_text(value: object) -> object:
    """Return text that says something, of at most 300 characters."""
    if not isinstance(value, str):
        how = "write some text" if value is None else "put it in quotes if it is meant as text"
        raise refuse("agreement.not_text", f"this must be text, but is {shown(value)}", how)
    if not value.strip():
        raise refuse("agreement.not_text", "this must be text, but is empty", "write some text")
    if len(value) > 300:
        raise refuse("agreement.too_long", "this is longer than 300 characters", "say it in fewer words")
    return value


def check_yes_no(value: object) -> object:
    """Return a truth value."""
    if isinstance(value, bool):
        return value
    raise refuse("agreement.not_yes_no", f"this must be true or false, but is {shown(value)}")


def check_whole(value: object) -> object:
    """Return a whole number of 1 to a million."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise refuse("agreement.not_a_number", f"this must be a whole number, but is {shown(value)}")
    if not 1 <= value <= 1_000_000:
        raise refuse("agreement.out_of_range", f"{shown(value)} is out of range", "write a number of 1 to 1000000")
    return value


@cache
def _zones() -> tuple[str, ...]:
    return tuple(sorted(zone for zone in available_timezones() if "/" in zone or zone == "UTC"))


def check_zone(value: object) -> object:
    """Return a time zone of the IANA database, by its name."""
    if isinstance(value, str) and value in _zones():
        return value
    if not isinstance(value, str):
        raise unknown_word("timezone", value, ("Europe/Berlin", "America/New_York"))
    city = value.rpartition("/")[2].casefold()
    suggested = [zone for zone in _zones() if not zone.startswith("Etc/")]  # their signs are the wrong way round
    same_city = [zone for zone in suggested if zone.rpartition("/")[2].casefold() == city]
    if same_city:
        raise refuse(
            "agreement.unknown_timezone", f"unknown timezone {shown(value)}", f"did you mean '{same_city[0]}'?"
        )
    hint = hint_for(value, suggested)
    example = "write it as in the IANA list, such as Europe/Berlin or America/New_York"
    how = hint if hint.startswith("did") else example
    raise refuse("agreement.unknown_timezone", f"unknown timezone {shown(value)}", how)


def check_currency(value: object) -> object:
    """Return a currency code of ISO 4217."""
    if isinstance(value, str) and value in CURRENCIES:
        return value
    hint = "write its three-letter code, such as EUR, GBP or USD"
    if isinstance(value, str) and value.strip().upper() in CURRENCIES:
        hint = f"did you mean '{value.strip().upper()}'?"
    raise refuse("agreement.unknown_currency", f"unknown currency {shown(value)}", hint)


def check_holidays(value: object) -> object:
    """Return a region whose public holidays are known: a country such as ``AT``, or a part of it such as ``DE-BY``."""
    if not isinstance(value, str):
        raise unknown_word("holiday region", value, ("AT", "DE-BY", "GB-ENG", "US"))
    try:
        check_region(value)
    except CalendarError as error:
        hint = error.hint or "write a country such as AT, or a part of one such as DE-BY"
        raise refuse("agreement.unknown_holiday_region", f"unknown holiday region {shown(value)}", hint) from None
    return value
