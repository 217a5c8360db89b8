"""How names, values and instants are said in an explanation."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from accord.agreement import english_words
from accord.agreement.judgement import points_in_words
from accord.agreement.plan import Agreement
from accord.rules import Value, microseconds

SCORES = frozenset({"score.fit", "score.engagement"})
"""The fields that hold points, in hundredths."""

_UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"))
_SECOND = 1_000_000


def event_in_words(event: str) -> str:
    """Return the name of an event as people say it.

    Examples:
        >>> event_in_words("form_submitted")
        'Form submitted'
    """
    return event.replace("_", " ").strip().capitalize()


def field_in_words(name: str) -> str:
    """Return the name of a field as people say it.

    Examples:
        >>> field_in_words("company.employees"), field_in_words("lead.decision_date")
        ('Employees', 'Decision date')
    """
    return name.split(".", 1)[-1].replace("_", " ").capitalize()


def value_in_words(value: Value | None) -> str:
    """Return a value as people write it.

    Examples:
        >>> value_in_words(True), value_in_words(1200), value_in_words(Decimal("2.5000")), value_in_words(None)
        ('yes', '1,200', '2.5', '')
    """
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case int():
            return f"{value:,}"
        case Decimal():
            return f"{value:,f}".rstrip("0").rstrip(".")
        case date():
            return f"{value.day} {value:%B %Y}"
        case _:
            return value


def value_of_field(field: str, value: Value | None, agreement: Agreement) -> str:
    """Return the value of a field as people write it; a score in points, a choice as words."""
    if value is None:
        return "not known"
    declared = agreement.fields.get(field)
    if declared is not None and declared.choices and isinstance(value, str):
        return english_words.choice(value)
    if field in SCORES and isinstance(value, int):
        return points_in_words(value)
    return value_in_words(value)


def moment_in_words(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """Return an instant by the clock on the wall of ``zone``, cut to the minute; the year only if it is another one.

    Examples:
        >>> from datetime import timedelta
        >>> berlin, noon = ZoneInfo("Europe/Berlin"), datetime.fromisoformat("2026-03-02T12:00Z")
        >>> moment_in_words(noon, noon, berlin), moment_in_words(noon + timedelta(days=400), noon, berlin)
        ('Mon 2 March 13:00', 'Tue 6 April 2027 14:00')
    """
    local = at.astimezone(zone)
    if local.year != now.astimezone(zone).year:
        return whole_moment_in_words(at, zone)
    return f"{local:%a} {local.day} {local:%B %H:%M}"


def whole_moment_in_words(at: datetime, zone: ZoneInfo) -> str:
    """Return an instant by the clock on the wall of ``zone``, cut to the minute, with the year.

    Examples:
        >>> whole_moment_in_words(datetime.fromisoformat("2026-03-02T12:00Z"), ZoneInfo("Europe/Berlin"))
        'Mon 2 March 2026 13:00'
    """
    local = at.astimezone(zone)
    return f"{local:%a} {local.day} {local:%B %Y %H:%M}"


def ago_in_words(at: datetime, now: datetime) -> str:
    """Return how long ago something was, in its largest whole unit up to days.

    Examples:
        >>> from datetime import timedelta
        >>> noon = datetime.fromisoformat("2026-03-02T12:00Z")
        >>> [ago_in_words(noon - timedelta(minutes=minutes), noon) for minutes in (0, 12, 200, 1440 * 2)]
        ['just now', '12 minutes ago', '3 hours ago', '2 days ago']
    """
    seconds = (microseconds(now) - microseconds(at)) // _SECOND
    for size, unit in _UNITS:
        if seconds >= size:
            return f"{english_words.counted(seconds // size, unit, f'{unit}s')} ago"
    return "just now"


def capitalised(text: str) -> str:
    """Return text with a capital at its beginning.

    Examples:
        >>> capitalised("a page")
        'A page'
    """
    return text[:1].upper() + text[1:]
