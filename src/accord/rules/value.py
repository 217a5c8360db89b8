"""Values and how they compare: which kinds there are, what is refused, and what a column holds of them.

Four kinds: text (compared by its key), number (whole or fixed decimal), yes/no, and calendar day. Values of different
kinds are never equal and never ordered. A text whose key is empty is a missing value. Floats are refused: engines
round them differently.

A *field* is declared, so its column has one type. A *property* is not, so it has two columns, for text and for numbers,
and ``property_columns`` says for every engine, and for the reference, which of them a value goes to.
"""

import math
import re
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Context, Decimal, Inexact, InvalidOperation
from enum import Enum

from accord.rules.errors import RulesError
from accord.rules.text import text_key

Value = str | int | Decimal | bool | date
"""What a field or property may hold: text, whole number, fixed decimal (four places), yes/no, calendar day."""

Number = int | Decimal | date
"""What can be ordered. Days order with days, numbers with numbers; text is never ordered, engines disagree on it."""

PLACES = 4
"""Decimal places of a fixed decimal."""

PRECISION = 20
"""Digits of a fixed decimal in all; its column is ``DECIMAL(20, 4)``, and whole numbers keep to the same range."""

_LIMIT = 10 ** (PRECISION - PLACES)
_STEP = Decimal(1).scaleb(-PLACES)
_EXACT = Context(prec=PRECISION, traps=[Inexact, InvalidOperation])
_ROUNDED = Context(prec=PRECISION, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation])
_PLAIN_DECIMAL = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")


class Kind(Enum):
    """The kinds of values; values of different kinds never compare."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "yes/no"
    DAY = "day"


_KINDS: dict[type, Kind] = {
    str: Kind.TEXT,
    int: Kind.NUMBER,
    Decimal: Kind.NUMBER,
    bool: Kind.BOOLEAN,
    date: Kind.DAY,
}


def kind_of(value: object) -> Kind:
    """Return the kind of ``value``; a yes/no is not a number, an instant is not a day.

    Raises:
        RulesError: It has none: a float, an instant, a list.
    """
    return _KINDS.get(type(value)) or _kind_of_subclass(value)


def _kind_of_subclass(value: object) -> Kind:
    if isinstance(value, str):
        return Kind.TEXT
    if isinstance(value, (int, Decimal)):
        return Kind.NUMBER
    if isinstance(value, date) and not isinstance(value, datetime):
        return Kind.DAY
    hint = "use a whole number or a decimal" if isinstance(value, float) else None
    raise RulesError("rules.kind", f"{value!r} is not text, a number, yes/no or a day", hint=hint)


def decimal_value(text: str) -> Decimal:
    """Return the fixed decimal that ``text`` writes in plain digits, with four places.

    Raises:
        RulesError: It is not a plain decimal, has more than four places that count, or more than 16 digits before them.

    Examples:
        >>> decimal_value("12.5")
        Decimal('12.5000')
    """
    if not _PLAIN_DECIMAL.fullmatch(text):
        raise RulesError("rules.decimal", f"{text!r} is not a decimal", hint="write it like 12.5")
    return _fixed(Decimal(text))


def _fixed(number: Decimal) -> Decimal:
    if not number.is_finite():
        raise RulesError("rules.not_finite", f"{number} is not a number")
    try:
        fixed = number.quantize(_STEP, context=_EXACT)
    except (Inexact, InvalidOperation):
        digits = PRECISION - PLACES
        raise RulesError(
            "rules.decimal", f"{number} has more than {PLACES} decimal places or more than {digits} digits before them"
        ) from None
    return fixed or Decimal("0.0000")


def checked_number(number: int | Decimal) -> int | Decimal:
    """Return ``number`` in the form in which it is stored: whole, or decimal with four places.

    Raises:
        RulesError: ``DECIMAL(20, 4)`` cannot hold it exactly.
    """
    if isinstance(number, Decimal):
        return _fixed(number)
    if -_LIMIT < number < _LIMIT:
        return number
    raise RulesError("rules.range", f"{number} has more than 16 digits", hint="write an identifier as text, in quotes")


def checked_text(text: str) -> str:
    """Return ``text`` unchanged.

    Raises:
        RulesError: No engine can hold it: it has a NUL or half of a surrogate pair.
    """
    if "\0" in text:
        raise RulesError("rules.text", f"the text {text!r} holds a NUL character")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise RulesError("rules.text", f"the text {text!r} holds half of a surrogate pair") from None
    return text


def checked_value(value: Value) -> Value:
    """Return ``value`` as it is stored; it must be one that every engine holds, and no empty text.

    Raises:
        RulesError: It is not.
    """
    if isinstance(value, str):
        if text_key(checked_text(value)):
            return value
        raise RulesError("rules.empty_text", "an empty text is a missing value", hint="use is_missing")
    return _checked_scalar(value)


def _checked_scalar(value: int | Decimal | bool | date) -> int | Decimal | bool | date:
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        return checked_number(value)
    kind_of(value)
    return value


def checked_bound(bound: Number) -> Number:
    """Return ``bound`` as it is stored; it must be one by which values can be ordered.

    Raises:
        RulesError: It is text, yes/no, or a value that no engine holds exactly.
    """
    if kind_of(bound) not in (Kind.NUMBER, Kind.DAY):
        raise RulesError("rules.bound", f"nothing is more or less than {bound!r}", hint="use a number or a day")
    return _checked_scalar(bound)


def property_value(raw: object) -> Value | None:
    """Return a JSON scalar as the value that is kept of a touchpoint's property; None is a missing value.

    Done once, when the touchpoint is captured. Text stays as it came, and is missing where only blanks are left of it.
    A float becomes a fixed decimal, its shortest written form rounded half to even at four places. A number of more
    than 16 digits is an identifier and no quantity: it is kept as text.

    Raises:
        RulesError: Text with a NUL or a lone surrogate, NaN or infinity, or no scalar.

    Examples:
        >>> property_value(0.1), property_value("  "), property_value(12345678901234567890)
        (Decimal('0.1000'), None, '12345678901234567890')
    """
    match raw:
        case None:
            return None
        case str():
            return raw if text_key(checked_text(raw)) else None
        case bool():
            return raw
        case int():
            return raw if -_LIMIT < raw < _LIMIT else str(raw)
        case float():
            return _rounded(Decimal(repr(raw)) if math.isfinite(raw) else None, raw)
        case Decimal():
            return _rounded(raw if raw.is_finite() else None, raw)
    raise RulesError("rules.not_scalar", f"a property holds text, a number or yes/no, not {type(raw).__name__}")


def _rounded(number: Decimal | None, raw: object) -> Value:
    if number is None:
        raise RulesError("rules.not_finite", f"a property cannot be {raw!r}")
    try:
        return number.quantize(_STEP, context=_ROUNDED) or Decimal("0.0000")
    except InvalidOperation:
        return str(raw)


def property_columns(value: Value | None) -> tuple[str | None, int | Decimal | None]:
    """Return what the text column and the number column of a property hold of ``value``; at most one is filled.

    Text goes in by its key, yes/no as ``true`` and ``false``, a day as ``YYYY-MM-DD``: JSON and forms send them so.

    Raises:
        RulesError: ``value`` is no value, or a number that the column cannot hold.

    Examples:
        >>> property_columns(" Straße"), property_columns(True), property_columns(7), property_columns(None)
        (('strasse', None), ('true', None), (None, 7), (None, None))
    """
    match value:
        case None:
            return None, None
        case str():
            return text_key(value) or None, None
        case bool():
            return ("true" if value else "false"), None
        case int() | Decimal():
            return None, checked_number(value)
    kind_of(value)
    return value.isoformat(), None


def compared_property(value: Value | None) -> Value | None:
    """Return that by which a property is compared: what its one filled column holds."""
    text, number = property_columns(value)
    return number if text is None else text


def compared_field(value: Value | None) -> Value | None:
    """Return that by which a field is compared: text by its key, anything else as it is; None is missing."""
    match value:
        case None:
            return None
        case str():
            return text_key(value) or None
    return _checked_scalar(value)
