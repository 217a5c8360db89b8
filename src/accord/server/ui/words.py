"""Numbers, money and time in the users' words.

Pure functions. ``static/accord/clock.js`` says the same of time in the browser, where it goes on.
"""

from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Literal

MISSING = "–"
Urgency = Literal["ok", "soon", "late"]
Number = int | float | Decimal

_SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥"}
_WITHOUT_CENTS = frozenset({"JPY", "KRW", "ISK", "HUF"})
_UNITS = ((86400, " day"), (3600, " h"), (60, " min"), (1, " s"))


def duration(value: timedelta | Number | None, parts: int = 2) -> str:
    """Return a length of time in at most ``parts`` units, cut and never rounded up.

    Args:
        value: A timedelta or seconds; None is shown as a dash.
        parts: How many units at most; they are neighbours, so 1 day and 5 minutes is "1 day".

    Examples:
        >>> duration(timedelta(hours=2, minutes=5)), duration(timedelta(days=3)), duration(45), duration(0)
        ('2 h 5 min', '3 days', '45 s', '0 s')
        >>> duration(timedelta(days=1, minutes=5)), duration(-90)
        ('1 day', '−1 min 30 s')
    """
    if value is None:
        return MISSING
    seconds = int(value.total_seconds() if isinstance(value, timedelta) else value)
    rest, wanted = abs(seconds), 0
    words: list[str] = []
    for size, unit in _UNITS:
        count, rest = divmod(rest, size)
        wanted += bool(count or words)
        if count and wanted <= parts:
            words.append(f"{count}{unit}{'s' if unit == ' day' and count > 1 else ''}")
        elif words:
            break
    return ("−" if seconds < 0 else "") + (" ".join(words) or "0 s")


def urgency(due: datetime, now: datetime, soon: timedelta) -> Urgency:
    """Return whether an instant has passed, is at most ``soon`` away, or is further."""
    if due <= now:
        return "late"
    return "soon" if due - now <= soon else "ok"


def due_in(due: datetime, now: datetime) -> str:
    """Return how long is left, in words for a clock.

    Beyond 20 hours the wall clock in the zone of ``due`` says more than a count of hours.

    Examples:
        >>> from datetime import UTC
        >>> noon = datetime(2026, 1, 5, 12, tzinfo=UTC)
        >>> [due_in(noon, noon - timedelta(minutes=m)) for m in (12, 0, -130)]
        ['due in 12 min', 'due now', 'overdue by 2 h 10 min']
        >>> due_in(noon, noon - timedelta(days=3)), due_in(noon, noon + timedelta(days=3, hours=5))
        ('due Mon 5 Jan, 12:00', 'overdue by 3 days')
    """
    left = due - now
    if abs(left) < timedelta(seconds=1):
        return "due now"
    if left > timedelta(hours=20):
        return f"due {due:%a} {due.day} {due:%b, %H:%M}"
    parts = 2 if timedelta(hours=1) <= abs(left) < timedelta(hours=10) else 1
    return f"due in {duration(left, parts)}" if left > timedelta() else f"overdue by {duration(-left, parts)}"


def relative(at: datetime, now: datetime) -> str:
    """Return when something was or will be, seen from now; beyond a week its date.

    Examples:
        >>> from datetime import UTC
        >>> noon = datetime(2026, 1, 5, 12, tzinfo=UTC)
        >>> [relative(noon, noon + timedelta(minutes=m)) for m in (0, 12, 200, 60 * 50)]
        ['just now', '12 min ago', '3 h ago', '2 days ago']
        >>> relative(noon, noon - timedelta(hours=2)), relative(noon, noon + timedelta(days=30))
        ('in 2 h', '5 Jan')
        >>> relative(noon, noon + timedelta(days=400))
        '5 Jan 2026'
    """
    gone = now - at
    if abs(gone) < timedelta(seconds=45):
        return "just now"
    if abs(gone) >= timedelta(days=7):
        year = "" if at.year == now.year else f" {at.year}"
        return f"{at.day} {at:%b}{year}"
    words = duration(max(abs(gone), timedelta(minutes=1)), 1)
    return f"{words} ago" if gone > timedelta() else f"in {words}"


def money(amount: Number | str | None, currency: str = "EUR", places: int | None = None) -> str:
    """Return an amount with its currency, thousands separated, to the cent unless ``places`` says otherwise.

    Examples:
        >>> money(Decimal("12400.5")), money(-3, "CHF"), money(1234567, "USD", 0), money(None)
        ('€12,400.50', '−CHF 3.00', '$1,234,567', '–')
    """
    exact = _decimal(amount)
    if exact is None:
        return MISSING
    digits = places if places is not None else (0 if currency in _WITHOUT_CENTS else 2)
    return _signed(_in_currency(f"{_rounded(abs(exact), digits):,}", currency), exact, digits)


def money_short(amount: Number | str | None, currency: str = "EUR") -> str:
    """Return an amount to three figures, for a KPI or an axis.

    Examples:
        >>> money_short(1_234_567), money_short(84_200), money_short(950), money_short(999_999)
        ('€1.23 M', '€84.2 k', '€950', '€1 M')
    """
    exact = _decimal(amount)
    if exact is None:
        return MISSING
    size = abs(exact)
    for unit, name in ((Decimal(10) ** 6, " M"), (Decimal(10) ** 3, " k")):
        digits = 2 if unit > 1000 else 1
        if _rounded(size / 1000, 1) * 1000 >= unit and size >= 1000:
            shown = f"{_rounded(size / unit, digits):f}".rstrip("0").rstrip(".")
            return _signed(_in_currency(shown, currency) + name, exact, 2)
    return money(exact, currency, 0)


def percent(share: Number | None, places: int = 1) -> str:
    """Return a share between 0 and 1 as a percentage; a share that does not exist (nothing to divide by) is a dash.

    Examples:
        >>> percent(0.1634), percent(1), percent(None), percent(Decimal("0.5"), 0), percent(-0.02)
        ('16.3 %', '100 %', '–', '50 %', '−2 %')
    """
    exact = _decimal(share)
    if exact is None:
        return MISSING
    shown = _rounded(abs(exact) * 100, places)
    digits = f"{shown:f}"
    return _signed((digits.rstrip("0").rstrip(".") if "." in digits else digits) + " %", exact * 100, places)


def rate(share: Number | None) -> str:
    """Return a share between 0 and 1 as a percentage with one decimal, so that a column of them lines up.

    Examples:
        >>> rate(0.0304), rate(0.118), rate(0), rate(None)
        ('3.0 %', '11.8 %', '0.0 %', '–')
    """
    exact = _decimal(share)
    return MISSING if exact is None else f"{_rounded(exact * 100, 1):.1f} %".replace("-", "−")


def number(value: Number | str | None, places: int = 0) -> str:
    """Return a number with thousands separated.

    Examples:
        >>> number(1234567), number(Decimal("2.345"), 1), number(None), number(-5)
        ('1,234,567', '2.3', '–', '−5')
    """
    exact = _decimal(value)
    return MISSING if exact is None else _signed(f"{_rounded(abs(exact), places):,}", exact, places)


def initials(name: str) -> str:
    """Return one or two letters for an avatar.

    Examples:
        >>> initials("Priya Nair"), initials("cher"), initials("Anna von der Leyen"), initials("")
        ('PN', 'C', 'AL', '?')
    """
    words = [word for word in name.replace("-", " ").split() if word[0].isalnum()]
    if not words:
        return "?"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


def _decimal(value: Number | str | None) -> Decimal | None:
    try:
        exact = Decimal(str(value)) if value not in (None, "") else None
    except InvalidOperation:
        return None
    return exact if exact is not None and exact.is_finite() else None


def _rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def _in_currency(digits: str, currency: str) -> str:
    symbol = _SYMBOLS.get(currency.upper())
    return f"{symbol}{digits}" if symbol else f"{currency.upper()} {digits}"


def _signed(text: str, exact: Decimal, places: int) -> str:
    return f"−{text}" if _rounded(exact, places) < 0 else text
