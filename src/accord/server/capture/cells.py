"""One cell of text in, a value as it is staged out. Pure: no database, no clock of its own.

A converter takes the raw text of a cell and returns what is staged, None where nothing is left of it, or raises
``CellError`` with the reason in plain words. Converters are made once for each column, so that going through a million
rows costs little more than the conversion itself.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from zoneinfo import ZoneInfo

from email_validator import EmailNotValidError

from accord.agreement import FieldType, Stage
from accord.agreement.currency import CURRENCIES
from accord.agreement.quantity import shown
from accord.agreement.suggestion import hint_for
from accord.rules import RulesError, decimal_value, text_key
from accord.server.capture.targets import Cell, Target
from accord.server.people.addresses import email_key, website_domain

Staged = str | int | Decimal | bool | None
Converter = Callable[[str], Staged]

EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
OUTCOMES = ("open", "won", "lost")
MEMO = 100_000
"""Values of a column that are remembered; most columns have few, and each is converted once."""

_WHOLE = re.compile(r"[+-]?[0-9]{1,16}(?:[.,]0*)?\Z")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]{1,2})?\Z")
_YES_NO = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


class CellError(Exception):
    """A cell that cannot be taken as it is."""

    def __init__(self, code: str, message: str, hint: str | None = None) -> None:
        super().__init__(code, message, hint)
        self.code, self.message, self.hint = code, message, hint


@dataclass(frozen=True, slots=True)
class Manner:
    """How the cells of one column are written.

    Attributes:
        column: Its name, for messages.
        zone: Where times without an offset were.
        decimal: What stands before the decimals.
        format: How days and times are written, as strptime has it; None: ISO 8601.
        now: Nothing that has been can lie after it; a day of grace covers a wrong zone.
    """

    column: str
    zone: ZoneInfo
    decimal: str
    format: str | None
    now: datetime


class Memo(dict[str, Staged]):
    """A converter that remembers; looking up what it knows costs no Python call."""

    def __init__(self, convert: Converter) -> None:
        super().__init__()
        self.convert = convert

    def __missing__(self, cell: str) -> Staged:
        value = self.convert(cell)
        if len(self) >= MEMO:
            self.clear()
        self[cell] = value
        return value


def clean(cell: str, column: str) -> str:
    """Return the text of a cell as it is kept: NFC, without blanks around it.

    Raises:
        CellError: It has a NUL or half of a surrogate pair, which no database holds.
    """
    if "\0" in cell:
        raise CellError("import.unprintable", f"'{column}' holds a NUL character", "delete it")
    if cell.isascii():
        return cell.strip()
    try:
        cell.encode()
    except UnicodeEncodeError:
        raise CellError("import.unprintable", f"'{column}' holds half of a character (a lone surrogate)") from None
    return unicodedata.normalize("NFC", cell).strip()


def converter(target: Target, manner: Manner) -> Converter:
    """Return what reads the cells of a column that becomes ``target``."""
    kind = _field if target.cell in {Cell.FIELD, Cell.PROPERTY} else _BY_CELL[target.cell]
    read = kind(target, manner)

    def convert(cell: str) -> Staged:
        text = clean(cell, manner.column)
        if text:
            return read(text)
        if target.needed:
            raise CellError("import.missing", f"'{manner.column}' is empty", f"every row needs {target.name}")
        return None

    # Ids and instants hardly repeat: remembering them would cost memory for nothing.
    return convert if target.staged == "id" or target.cell is Cell.INSTANT else Memo(convert).__getitem__


def _text(target: Target, manner: Manner) -> Converter:
    if target.type is FieldType.CHOICE:
        return _choice(target, manner)
    longest = target.longest

    def read(text: str) -> Staged:
        if len(text) > longest:
            raise CellError(
                "import.too_long", f"'{manner.column}' has {len(text):,} characters, {target.name} takes {longest:,}"
            )
        return text

    return read


def _choice(target: Target, manner: Manner) -> Converter:
    by_key = {text_key(choice): choice for choice in target.choices}

    def read(text: str) -> Staged:
        found = by_key.get(text_key(text))
        if found is None:
            raise CellError(
                "import.not_a_choice",
                f"'{manner.column}' holds {shown(text)}, which the agreement does not know for {target.name}",
                hint_for(text, target.choices),
            )
        return found

    return read


def _field(target: Target, manner: Manner) -> Converter:
    match target.type:
        case FieldType.INTEGER:
            return lambda text: _whole(text, manner)
        case FieldType.DECIMAL:
            return lambda text: _decimal(text, manner)
        case FieldType.BOOLEAN:
            return lambda text: _yes_no(text, manner)
        case FieldType.DATE:
            return lambda text: _day(text, manner).isoformat()
    return _text(target, manner)


def _whole(text: str, manner: Manner) -> int:
    if not _WHOLE.match(text):
        raise CellError(
            "import.not_a_number",
            f"'{manner.column}' holds {shown(text)}, which is not a whole number",
            "write digits only, such as 1234",
        )
    return int(re.split("[.,]", text)[0])


def _decimal(text: str, manner: Manner) -> Decimal:
    plain = text.replace(",", ".") if manner.decimal == "," and "." not in text else text
    if not _NUMBER.match(plain):
        raise CellError(
            "import.not_a_number",
            f"'{manner.column}' holds {shown(text)}, which is not a number",
            f"write digits with '{manner.decimal}' before the decimals and nothing between thousands, "
            f"such as 1234{manner.decimal}5; 'file: {{decimal: …}}' in the mapping says which",
        )
    try:
        return decimal_value(f"{Decimal(plain):f}")
    except (RulesError, InvalidOperation) as error:
        raise CellError("import.not_a_number", f"'{manner.column}': {error}") from None


def _yes_no(text: str, manner: Manner) -> bool:
    found = _YES_NO.get(text.casefold())
    if found is None:
        hint = "write true or false, or translate your words with 'values' in the mapping"
        raise CellError("import.not_yes_no", f"'{manner.column}' holds {shown(text)}, neither yes nor no", hint)
    return found


def _moment(text: str, manner: Manner) -> datetime:
    try:
        if manner.format is not None:
            return datetime.strptime(text, manner.format)  # noqa: DTZ007  # the zone follows in _instant
        return datetime.fromisoformat(text)
    except ValueError:
        how = f"written as {manner.format}" if manner.format else "such as 2026-03-02 or 2026-03-02T09:30:00+01:00"
        raise CellError(
            "import.not_a_day",
            f"'{manner.column}' holds {shown(text)}, which is not a day or time {how}",
            "say how they are written with 'format' in the mapping, such as '%d/%m/%Y'",
        ) from None


def _day(text: str, manner: Manner) -> date:
    return _moment(text, manner).date()


def _past_day(_target: Target, manner: Manner) -> Converter:
    first, latest = EARLIEST.date(), (manner.now.astimezone(manner.zone) + timedelta(days=1)).date()

    def read(text: str) -> Staged:
        day = _day(text, manner)
        if not first <= day <= latest:
            what = "lies in the future" if day > latest else "lies before 1900"
            raise CellError("import.impossible_day", f"'{manner.column}' holds {shown(text)}, which {what}")
        return day.isoformat()

    return read


def _count(_target: Target, manner: Manner) -> Converter:
    def read(text: str) -> Staged:
        count = _whole(text, manner)
        if count < 0:
            raise CellError("import.bad_count", f"'{manner.column}' cannot be {shown(text)}", "a count is 0 or more")
        return count

    return read


def _instant(target: Target, manner: Manner) -> Converter:
    latest = manner.now + timedelta(days=1)

    def read(text: str) -> Staged:
        at = _moment(text, manner)
        try:
            at = utc(at, manner.zone)
        except OverflowError:
            at = EARLIEST.replace(year=1)
        if not EARLIEST <= at <= latest:
            what = "lies in the future" if at > latest else "lies before 1900"
            raise CellError("import.impossible_day", f"'{manner.column}' holds {shown(text)}, which {what}")
        return at.isoformat()

    return read


def utc(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant of a moment; without an offset it was in ``zone``.

    An hour that the zone's clocks went through twice counts as the first one. One that they skipped is read with the
    offset from before, as RFC 5545 has it: where midnight is skipped, the day begins at one o'clock.

    Examples:
        >>> utc(datetime(2018, 11, 4), ZoneInfo("America/Sao_Paulo")).isoformat()
        '2018-11-04T03:00:00+00:00'
    """
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


@lru_cache(maxsize=MEMO)
def _email(target: Target, manner: Manner) -> Converter:
    as_key = target.cell is Cell.EMAIL_KEY

    def read(text: str) -> Staged:
        try:
            key = email_key(text)
        except EmailNotValidError as error:
            raise CellError(
                "import.not_an_address",
                f"'{manner.column}' holds {shown(text)}, which is not an e-mail address",
                str(error),
            ) from None
        return key if as_key else text

    return read


def _domain(_target: Target, manner: Manner) -> Converter:
    def read(text: str) -> Staged:
        try:
            return website_domain(text)
        except EmailNotValidError:
            what = f"'{manner.column}' holds {shown(text)}, which is not a domain"
            raise CellError("import.not_a_domain", what, "write it like example.com") from None

    return read


def _amount(_target: Target, manner: Manner) -> Converter:
    def read(text: str) -> Staged:
        amount = _decimal(text, manner)
        if not 0 <= amount < Decimal(10) ** 12 or amount != round(amount, 2):
            hint = "an amount lies between 0 and 999,999,999,999.99 and has at most two decimals"
            raise CellError("import.bad_amount", f"'{manner.column}' cannot be {shown(text)}", hint)
        return f"{amount:.2f}"

    return read


def _margin(_target: Target, manner: Manner) -> Converter:
    def read(text: str) -> Staged:
        margin = _decimal(text, manner)
        if not abs(margin) < Decimal(10) ** 12 or margin != round(margin, 2):
            hint = "a margin has at most twelve digits before the decimals and two after; it may be below 0"
            raise CellError("import.bad_amount", f"'{manner.column}' cannot be {shown(text)}", hint)
        return f"{margin:.2f}"

    return read


def _rate(_target: Target, manner: Manner) -> Converter:
    def read(text: str) -> Staged:
        if text.upper() == "N/A":  # as the European Central Bank writes that it states none
            return None
        plain = text.replace(",", ".") if manner.decimal == "," and "." not in text else text
        rate = Decimal(plain) if _NUMBER.match(plain) else Decimal(0)
        if not 0 < rate < Decimal(10) ** 10 or rate != round(rate, 10):
            hint = f"write how many units one of the base is worth, such as 1{manner.decimal}0845"
            raise CellError("import.bad_rate", f"'{manner.column}' holds {shown(text)}, which is no rate", hint)
        return f"{rate:f}"

    return read


def _one_of(words: tuple[str, ...], code: str, what: str, fold: Callable[[str], str], manner: Manner) -> Converter:
    def read(text: str) -> Staged:
        if (word := fold(text)) in words:
            return word
        raise CellError(code, f"'{manner.column}' holds {shown(text)}, which is no {what}", hint_for(fold(text), words))

    return read


def _stage(_target: Target, manner: Manner) -> Converter:
    return _one_of(tuple(stage.value for stage in Stage), "import.unknown_stage", "stage", str.lower, manner)


def _outcome(_target: Target, manner: Manner) -> Converter:
    hint = "outcome of a deal; translate your words with 'values' in the mapping"
    return _one_of(OUTCOMES, "import.unknown_outcome", hint, str.lower, manner)


def _currency(_target: Target, manner: Manner) -> Converter:
    return _one_of(tuple(sorted(CURRENCIES)), "import.unknown_currency", "currency", str.upper, manner)


_BY_CELL: dict[Cell, Callable[[Target, Manner], Converter]] = {
    Cell.TEXT: _text,
    Cell.EMAIL: _email,
    Cell.EMAIL_KEY: _email,
    Cell.DOMAIN: _domain,
    Cell.INSTANT: _instant,
    Cell.DAY: _past_day,
    Cell.COUNT: _count,
    Cell.AMOUNT: _amount,
    Cell.MARGIN: _margin,
    Cell.CURRENCY: _currency,
    Cell.RATE: _rate,
    Cell.STAGE: _stage,
    Cell.OUTCOME: _outcome,
}
