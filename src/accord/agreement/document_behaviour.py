"""What may stand in a rule about behaviour: events, and the questions about them."""

from datetime import date
from typing import Annotated

from accord.agreement import quantity
from accord.agreement.quantity import shown
from accord.agreement.vocabulary import Written, check_text, refuse

ANYTHING = "anything"
"""Stands for every event."""

QUESTIONS = ("at_least", "never", "on_days", "people", "which", "followed_by")
"""The keys of which a rule about behaviour has one at most; without any it asks whether it ever happened."""

MOST_DAYS = 366
MOST_PEOPLE = 1000


def _check_events(value: object) -> object:
    if value == ANYTHING:
        return ()
    events = tuple(value) if isinstance(value, list) else (value,)
    if not events:
        raise refuse("agreement.empty_list", "this is an empty list", f"name at least one event, or write '{ANYTHING}'")
    for place, event in enumerate(events):
        if check_text(event) in events[:place]:
            raise refuse("agreement.twice", f"the event {shown(event)} stands here twice", "name it once")
    if ANYTHING in events:
        text = f"'{ANYTHING}' stands for every event, so nothing can stand beside it"
        raise refuse("agreement.anything_and_more", text, f"write 'event: {ANYTHING}', or name the events that count")
    return events


def _check_never(value: object) -> object:
    if value is True:
        return value
    text = f"this can only be true, not {shown(value)}"
    raise refuse("agreement.only_true", text, "write 'never: true', or leave it out to ask that it happened")


def _check_number(value: object, things: str, most: int) -> object:
    hint = f"write a number of {things} such as 3"
    if isinstance(value, bool) or not isinstance(value, int):
        raise refuse("agreement.not_a_number", f"this must be a number of {things}, but is {shown(value)}", hint)
    if not 1 <= value <= most:
        text = f"{shown(value)} is not between 1 and {most} different {things}"
        raise refuse("agreement.out_of_range", text, hint if value else f"{hint}, or 'never: true'")
    return value


def _check_which(value: object) -> object:
    if isinstance(value, str) and value in {"first", "last"}:
        return value
    text = f"this must be 'first' or 'last', but is {shown(value)}"
    raise refuse("agreement.neither_first_nor_last", text, "to count touchpoints, write 'at_least: 3 times'")


def _check_days_from_today(value: object) -> object:
    try:
        return quantity.whole_days(value).days
    except quantity.QuantityError:
        unit = str(value).split()[-1:]
        calendar = unit and unit[0].rstrip("s") in {"month", "year"}
        how = "months and years differ in length; write it in days" if calendar else "write a time in days or weeks"
        text = f"this must be a number of days, but is {shown(value)}"
        raise refuse("agreement.wrong_amount", text, f"{how}, such as '90 days', '2 weeks' or '365 days'") from None


def _refuse_day_of_property(value: object) -> object:
    shown_value = f"the day {shown(value)}" if isinstance(value, date) else "today"
    text = f"a property cannot be compared with {shown_value}: properties hold text, numbers and yes/no"
    raise refuse("agreement.day_of_property", text, "use 'within', which counts from the touchpoint")


_NAME = {"type": "string", "minLength": 1, "maxLength": 300}
Events = Annotated[
    tuple[str, ...],
    Written(_check_events, {"anyOf": [_NAME, {"type": "array", "items": _NAME, "minItems": 1, "uniqueItems": True}]}),
]
Never = Annotated[bool, Written(_check_never, {"const": True})]
OnDays = Annotated[
    int,
    Written(
        lambda value: _check_number(value, "days", MOST_DAYS), {"type": "integer", "minimum": 1, "maximum": MOST_DAYS}
    ),
]
People = Annotated[
    int,
    Written(
        lambda value: _check_number(value, "people", MOST_PEOPLE),
        {"type": "integer", "minimum": 1, "maximum": MOST_PEOPLE},
    ),
]
Which = Annotated[str, Written(_check_which, {"enum": ["first", "last"]})]
DaysFromToday = Annotated[int, Written(_check_days_from_today, {"type": "string", "pattern": "^[0-9]+ (day|week)s?$"})]
NoDay = Annotated[int, Written(_refuse_day_of_property, {"not": {}})]
