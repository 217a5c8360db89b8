"""English words and their grammar: lists, plurals, spans of time, days, quoting, and the verbs of events."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from accord.agreement.plan import Stage
from accord.clock import Budget, Hours, WorkingDays, WorkingTime
from accord.rules import Value
from accord.scoring import HUNDREDTHS

EVENTS = {
    "page_viewed": ("viewed", "views", "a page"),
    "form_submitted": ("submitted", "submits", "a form"),
    "email_sent": ("was sent", "is sent", "an e-mail"),
    "email_opened": ("opened", "opens", "an e-mail"),
    "email_clicked": ("clicked", "clicks", "a link in an e-mail"),
    "email_replied": ("answered", "answers", "an e-mail"),
    "email_bounced": ("was unreachable by", "is unreachable by", "an e-mail"),
    "email_unsubscribed": ("unsubscribed from", "unsubscribes from", "an e-mail"),
    "webinar_registered": ("registered for", "registers for", "a webinar"),
    "webinar_attended": ("attended", "attends", "a webinar"),
    "content_downloaded": ("downloaded", "downloads", "a document"),
    "video_watched": ("watched", "watches", "a video"),
    "ad_clicked": ("clicked", "clicks", "an advertisement"),
    "call_made": ("was sent", "is sent", "a call"),
    "call_received": ("made", "makes", "a call to us"),
    "call_answered": ("answered", "answers", "a call"),
    "call_missed": ("made", "makes", "a call that nobody took"),
    "chat_started": ("started", "starts", "a chat"),
    "demo_requested": ("requested", "requests", "a demo"),
    "meeting_booked": ("booked", "books", "a meeting"),
    "meeting_held": ("held", "holds", "a meeting with us"),
    "trade_fair_visited": ("visited", "visits", "our stand at a trade fair"),
    "trial_started": ("started", "starts", "a trial"),
    "quote_requested": ("requested", "requests", "a quote"),
}
"""By event: the verb in the past, the verb in the present, and what it is about."""

PROPERTIES = {"form": "name", "webinar": "name", "video": "name", "content": "name", "fair": "name"}
"""What a property is called after "whose"; others by their own name."""

DUTIES = {
    "attract": "attract visitors",
    "capture": "turn visitors into contacts",
    "nurture": "look after leads that are not ready",
    "qualify": "judge which leads are ready",
    "call_qualify": "qualify leads by phone",
    "accept": "accept or reject leads",
    "work": "work the accepted leads",
    "close": "close deals",
    "operate": "keep this agreement running",
}

STAGES = {
    Stage.SUBSCRIBER: "a subscriber",
    Stage.LEAD: "a lead",
    Stage.MQL: "marketing-qualified (MQL)",
    Stage.SAL: "sales-accepted (SAL)",
    Stage.SQL: "sales-qualified (SQL)",
    Stage.OPPORTUNITY: "an opportunity",
    Stage.CUSTOMER: "a customer",
    Stage.RECYCLED: "recycled",
    Stage.DISQUALIFIED: "disqualified",
}

STAGE_PLURALS = {
    Stage.SUBSCRIBER: ("subscriber", "subscribers"),
    Stage.LEAD: ("lead", "leads"),
    Stage.MQL: ("marketing-qualified lead (MQL)", "marketing-qualified leads (MQL)"),
    Stage.SAL: ("sales-accepted lead (SAL)", "sales-accepted leads (SAL)"),
    Stage.SQL: ("sales-qualified lead (SQL)", "sales-qualified leads (SQL)"),
    Stage.OPPORTUNITY: ("opportunity", "opportunities"),
    Stage.CUSTOMER: ("customer", "customers"),
}

ADDRESSEES = {"owner": "the owner of the lead", "manager": "the manager"}

_WITH_ARTICLE = frozenset({"agency", "call_center", "call_centre"})
_ABBREVIATIONS = re.compile(r"(?:ap|b2b|ceo|cfo|cio|cmo|coo|crm|cto|eu|erp|hr|it|sql|uk|us|usa|vp)\Z")

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_BARE = re.compile(r"[\w./+@&*-]+")


def deed(event: str) -> tuple[str, str, str]:
    """Return the verb of an event in the past and in the present, and what it is about.

    Examples:
        >>> deed("page_viewed"), deed("brochure_posted")
        (('viewed', 'views', 'a page'), ('did', 'does', '“brochure posted”'))
    """
    return EVENTS.get(event) or ("did", "does", quoted(label(event)))


ANYTHING = ("did", "does", "something")
"""The deed of a rule about any event at all."""


def perfect(past: str) -> str:
    """Return what stands after "has", from a verb in the past as ``deed`` gives it.

    Examples:
        >>> perfect("viewed"), perfect("was sent"), perfect("did")
        ('viewed', 'been sent', 'done')
    """
    if past == "did":
        return "done"
    return f"been {past.removeprefix('was ')}" if past.startswith("was ") else past


def times(count: int) -> str:
    """Return how often.

    Examples:
        >>> times(0), times(1), times(2)
        ('never', 'once', '2 times')
    """
    return "never" if not count else "once" if count == 1 else f"{count} times"


def listed(words: Iterable[str], conjunction: str) -> str:
    """Return words as a list.

    Examples:
        >>> listed(["DE", "AT", "CH"], "or")
        'DE, AT or CH'
    """
    items = list(words)
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {conjunction} {items[-1]}"


def counted(count: int | Decimal, one: str, many: str) -> str:
    """Return a number with its noun.

    Examples:
        >>> counted(1, "working day", "working days"), counted(2, "working day", "working days")
        ('1 working day', '2 working days')
    """
    return f"{number(count)} {one if abs(count) == 1 else many}"


def span(time: timedelta) -> str:
    """Return a length of time in its largest whole unit, up to days.

    Examples:
        >>> span(timedelta(weeks=2)), span(timedelta(hours=36)), span(timedelta(minutes=90))
        ('14 days', '36 hours', '90 minutes')
    """
    count, unit = _count_and_unit(time)
    return counted(count, unit, f"{unit}s")


def last_span(time: timedelta) -> str:
    """Return the window that reaches back from now by ``time``.

    Examples:
        >>> last_span(timedelta(days=14)), last_span(timedelta(days=1))
        ('within the last 14 days', 'within the last day')
    """
    count, unit = _count_and_unit(time)
    return f"within the last {unit}" if count == 1 else f"within the last {count} {unit}s"


def every_span(time: timedelta) -> str:
    """Return how often something comes round.

    Examples:
        >>> every_span(timedelta(days=1)), every_span(timedelta(days=30))
        ('every day', 'every 30 days')
    """
    count, unit = _count_and_unit(time)
    return f"every {unit}" if count == 1 else f"every {count} {unit}s"


def budget(budget: Budget) -> str:
    """Return a working time.

    Examples:
        >>> budget(WorkingDays(1)), budget(WorkingTime(timedelta(minutes=15))), budget(WorkingTime(timedelta(hours=30)))
        ('1 working day', '15 working minutes', '30 working hours')
    """
    match budget:
        case WorkingDays(days):
            return counted(days, "working day", "working days")
        case WorkingTime(time):
            if time % timedelta(hours=1):
                return counted(time // timedelta(minutes=1), "working minute", "working minutes")
            return counted(time // timedelta(hours=1), "working hour", "working hours")


def number(value: int | Decimal) -> str:
    """Return a number without idle zeros.

    Examples:
        >>> number(Decimal("2.50")), number(1000)
        ('2.5', '1000')
    """
    return str(value) if isinstance(value, int) else f"{value.normalize():f}"


def amount(value: Decimal) -> str:
    """Return an amount of money, with commas between the thousands.

    Examples:
        >>> amount(Decimal("400000")), amount(Decimal("4.5"))
        ('400,000', '4.50')
    """
    return f"{value:,.0f}" if value == value.to_integral_value() else f"{value:,.2f}"


def how_often(count: int) -> str:
    """Return how often something happens.

    Examples:
        >>> how_often(1), how_often(2), how_often(3)
        ('once', 'twice', '3 times')
    """
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def between(starts: date | None, ends: date | None) -> str:
    """Return from when to when something holds, to stand at the end of a sentence.

    Examples:
        >>> between(date(2026, 1, 1), None)
        ', from 1 January 2026'
    """
    first = "" if starts is None else f" from {day(starts)}"
    last = "" if ends is None else f" until {day(ends)}"
    return f",{first}{last}" if first or last else ""


def team(name: str) -> str:
    """Return a team in a sentence.

    Examples:
        >>> team("field_sales")
        'the team “field sales”'
    """
    return f"the team {quoted(label(name))}"


def points(hundredths: int) -> Decimal:
    """Return hundredths as points."""
    return Decimal(hundredths) / HUNDREDTHS


def day(value: date) -> str:
    """Return a day of the calendar.

    Examples:
        >>> day(date(2026, 12, 24))
        '24 December 2026'
    """
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def value(value: Value) -> str:
    """Return a value, quoted where it is more than one word.

    Examples:
        >>> value("DE"), value("New York"), value(True)
        ('DE', '“New York”', 'yes')
    """
    match value:
        case bool():
            return "yes" if value else "no"
        case str():
            return value if _BARE.fullmatch(value) else quoted(value)
        case date():
            return day(value)
    return number(value)


def quoted(text: str) -> str:
    """Return a text in quotation marks."""
    return f"“{text}”"


def label(name: str) -> str:
    """Return a name as words.

    Examples:
        >>> label("right_company"), label("company.employees")
        ('right company', 'company employees')
    """
    return name.replace("_", " ").replace(".", " ")


def choice(name: str) -> str:
    """Return a value of a choice as words.

    Examples:
        >>> choice("procurement_manager"), choice("vp_finance"), choice("c_suite")
        ('procurement manager', 'VP finance', 'C-suite')
    """
    spelled = [word.upper() if _ABBREVIATIONS.match(word) else word for word in name.split("_")]
    return "C-" + " ".join(spelled[1:]) if spelled[0] == "c" and len(spelled) > 1 else " ".join(spelled)


def party(role: str) -> str:
    """Return what a role is called in a sentence.

    Examples:
        >>> party("sales"), party("agency")
        ('sales', 'the agency')
    """
    return f"the {label(role)}" if role in _WITH_ARTICLE else label(role)


def joined(clauses: Iterable[str], conjunction: str) -> str:
    """Return whole clauses as a list, each set off by a comma, since they may hold lists of their own.

    Examples:
        >>> joined(["it rains", "it snows"], "or")
        'it rains, or it snows'
    """
    items = list(clauses)
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])}, {conjunction} {items[-1]}"


def sentence(text: str) -> str:
    """Return text as a sentence: with a capital, and one full stop.

    Examples:
        >>> sentence("every lead goes to the team “field sales”")
        'Every lead goes to the team “field sales”.'
    """
    text = " ".join(text.split())
    start = 1 if text[:1] == "“" else 0
    return f"{text[:start]}{text[start : start + 1].upper()}{text[start + 1 :]}".removesuffix(".") + "."


def hours(intervals: Sequence[Hours]) -> str:
    """Return the hours of a day.

    Examples:
        >>> from datetime import time
        >>> hours([Hours(time(9), time(12)), Hours(time(13), time(0))])
        '09:00–12:00 and 13:00–24:00'
    """
    return listed((str(interval).replace("-", "–") for interval in intervals), "and")


def weekdays(days: Sequence[int]) -> str:
    """Return a run of weekdays.

    Examples:
        >>> weekdays([0, 1, 2, 3]), weekdays([5, 6]), weekdays([4])
        ('Monday to Thursday', 'Saturday and Sunday', 'Friday')
    """
    if len(days) > 2:
        return f"{WEEKDAYS[days[0]]} to {WEEKDAYS[days[-1]]}"
    return listed((WEEKDAYS[each] for each in days), "and")


def _count_and_unit(time: timedelta) -> tuple[int, str]:
    for unit, length in (("day", timedelta(days=1)), ("hour", timedelta(hours=1))):
        if not time % length:
            return time // length, unit
    return time // timedelta(minutes=1), "minute"
