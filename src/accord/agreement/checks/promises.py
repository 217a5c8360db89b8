"""Checks of the working calendars, of what both sides promise, and of what follows a breach."""

from datetime import UTC, datetime
from itertools import pairwise

from accord.agreement.build import FAST_LANE, build_calendar, calendar_used, percent_of
from accord.agreement.checks.inspection import Inspection
from accord.agreement.checks.reach import GATED
from accord.agreement.document_sla import CalendarEntry, MarketingPromiseEntry, SalesPromiseEntry
from accord.agreement.quantity import WEEKDAYS
from accord.agreement.salvage import Entry
from accord.agreement.stage import FUNNEL, Stage
from accord.clock import Budget, CalendarError, Hours, due

SAMPLE = datetime(2026, 1, 5, tzinfo=UTC)
"""A Monday from which promises are tried out: whether one can be kept at all must not depend on today."""

MOST_PERCENT = 1000


def check_calendars(inspection: Inspection) -> None:
    """Check that there are working hours, and that they do not overlap."""
    calendars = inspection.document.sla.calendars
    if not calendars and inspection.is_whole("sla.calendars") and inspection.is_whole("sla"):
        hint = "add one, such as 'field_sales: {hours: {mon-fri: [\"09:00-17:00\"]}}'"
        inspection.error("agreement.no_calendar", "sla.calendars", "no working hours are defined", hint)
    for name, entry in calendars.items():
        path = f"sla.calendars.{name}.hours"
        _check_days(inspection, path, entry)
        if inspection.is_whole(path) and not any(entry.hours.values()):
            inspection.error("agreement.no_hours", path, f"'{name}' never opens", 'write mon-fri: ["09:00-17:00"]')


def check_promises(inspection: Inspection) -> None:
    """Check what sales and marketing promise."""
    everybody: str | None = None
    for entry in inspection.document.sla.sales:
        if everybody is not None:
            text = f"this promise never applies, since line {everybody} already holds for every lead"
            inspection.warn("agreement.never_applies", entry.path, text, "put the promise without 'for' last")
        _check_sales_promise(inspection, entry)
        if entry.for_ is None and f"{entry.path}.for" not in inspection.broken and everybody is None:
            everybody = str(inspection.source.line(entry.path))
    if everybody is None and inspection.is_whole("sla.sales") and inspection.is_whole("sla"):
        _say_that_leads_are_left_out(inspection)
    for promise in inspection.document.sla.marketing:
        if isinstance(promise, MarketingPromiseEntry):
            path = f"{promise.path}.stage"
            check_promised_stage(inspection, path, promise.stage, "marketing cannot promise", "marketing promises")


def check_breach_steps(inspection: Inspection) -> None:
    """Check that each step says when, and what, and that it comes before the lead has gone to somebody else."""
    steps = inspection.document.sla.on_breach
    gone_at = min((percent_of(entry) for entry in steps if entry.reassign), default=MOST_PERCENT)
    for entry in steps:
        if not inspection.is_whole(entry.path):
            continue
        check_one_of(inspection, entry, ("after", "at"), "'after: 80 %' or 'at: breach'")
        check_one_of(
            inspection,
            entry,
            ("remind", "tell", "reassign", "take_offline"),
            "'remind: owner', 'tell: manager', 'reassign: true' or 'take_offline: 3'",
        )
        percent = percent_of(entry)
        if not 1 <= percent <= MOST_PERCENT:
            text = f"{percent} % is out of range"
            inspection.error("agreement.out_of_range", f"{entry.path}.after", text, "write 1 % to 1000 %")
        elif entry.reassign and percent < 100:
            text = "this takes the lead away before its time has passed"
            inspection.warn("agreement.reassigned_early", entry.path, text, "write 100 % or more")
        elif entry.take_offline is not None and percent > gone_at:
            text = f"this counts nothing: the lead has gone to somebody else at {gone_at} %"
            inspection.warn("agreement.offline_late", entry.path, text, f"write {gone_at} % or less")


def check_promised_stage(inspection: Inspection, path: str, stage: Stage, cannot: str, who: str) -> None:
    """Check that leads can reach a stage that somebody promises or wants.

    Args:
        inspection: Of the document.
        path: Where the stage stands.
        stage: Which.
        cannot: How the sentence begins where leads at that stage are no success.
        who: How it begins where no rule brings a lead there.
    """
    if stage not in FUNNEL:
        text = f"{cannot} '{stage}' leads: they left the funnel"
        inspection.error("agreement.stage_not_in_funnel", path, text, "write a stage such as mql")
    elif stage in GATED and stage not in (inspection.defined("stages") or ()) and inspection.is_whole("stages"):
        text = f"{who} '{stage}' leads, but no rule brings a lead there"
        inspection.error("agreement.promise_without_gate", path, text, f"add '{stage}' to 'stages'")


def check_calendar(inspection: Inspection, path: str, name: str | None, *, needed: bool = True) -> None:
    """Check that the calendar exists, and that it is named where there are several and one is needed."""
    if name is not None:
        inspection.refer("calendar", name, "sla.calendars", f"{path}.calendar")
    elif needed and len(names := inspection.defined("sla.calendars") or ()) > 1:
        text = f"'{path}' needs 'calendar', since there are several"
        inspection.error("agreement.missing_key", path, text, f"valid here: {', '.join(names)}")


def check_budget(inspection: Inspection, path: str, budget: Budget, named: str | None) -> datetime | None:
    """Check that ``budget`` ever passes on its calendar; return when it would, counted from a sample Monday."""
    name = calendar_used(inspection.document, named)
    entry = inspection.document.sla.calendars.get(name or "")
    if name is None or entry is None or not inspection.is_whole(f"sla.calendars.{name}"):
        return None
    if not any(entry.hours.values()) or path in inspection.broken:
        return None
    try:
        return due(SAMPLE, budget, build_calendar(name, entry, inspection.document.timezone))
    except CalendarError as error:
        if error.code != "calendar.bad_hours":  # said by ``check_calendars``
            text = f"this can never be due: {error.message}"
            inspection.error("agreement.never_due", path, text, "allow less time, or add working hours")
    return None


def _check_days(inspection: Inspection, path: str, entry: CalendarEntry) -> None:
    seen: dict[int, str] = {}
    for days, intervals in entry.hours.items():
        key = WEEKDAYS[days[0]] if len(days) == 1 else f"{WEEKDAYS[days[0]]}-{WEEKDAYS[days[-1]]}"
        for day in days:
            first = seen.setdefault(day, key)
            if first != key:
                text = f"'{WEEKDAYS[day]}' has its hours in '{first}' already"
                inspection.error("agreement.day_twice", f"{path}.{key}", text, "name each weekday once")
                break
        for one, other in pairwise(sorted(intervals, key=lambda hours: hours.opens)):
            if _overlap(one, other):
                text = f"the hours {one} and {other} overlap"
                inspection.error("agreement.overlapping_hours", f"{path}.{key}", text, "let one end before the next")


def _overlap(one: Hours, other: Hours) -> bool:
    return one.closes <= one.opens or other.opens < one.closes


def _check_sales_promise(inspection: Inspection, entry: SalesPromiseEntry) -> None:
    path = entry.path
    if entry.for_ == FAST_LANE and "fast_lane" not in (inspection.defined("handoff") or ("fast_lane",)):
        text = "there is no fast lane"
        inspection.error("agreement.no_fast_lane", f"{path}.for", text, "add 'fast_lane' to 'handoff'")
    check_calendar(inspection, path, entry.calendar)
    first = check_budget(inspection, f"{path}.first_attempt", entry.first_attempt, entry.calendar)
    if entry.over is None and entry.attempts is None:
        return
    if (entry.over is None or entry.attempts is None) and inspection.is_whole(path):
        given, wanted = ("attempts", "over: 10 working days") if entry.over is None else ("over", "attempts: 6")
        inspection.error("agreement.half_a_promise", path, f"'{given}' says nothing on its own", f"add '{wanted}'")
    elif entry.over is not None:
        last = check_budget(inspection, f"{path}.over", entry.over, entry.calendar)
        if first is not None and last is not None and last < first:
            text = "all attempts are owed before the first one is"
            inspection.error(
                "agreement.over_too_short", f"{path}.over", text, "make 'over' longer than 'first_attempt'"
            )


def _say_that_leads_are_left_out(inspection: Inspection) -> None:
    example = "'- {first_attempt: 1 working day}'"
    if not inspection.document.sla.sales:
        hint = f"add a promise, such as {example}"
        inspection.error("agreement.no_sales_promise", "sla.sales", "sales promises nothing", hint)
        return
    hint = f"add a last promise without 'for', such as {example}"
    text = "leads that none of these promises is for may wait for ever"
    inspection.warn("agreement.leads_left_out", "sla.sales", text, hint)


def check_one_of(inspection: Inspection, entry: Entry, keys: tuple[str, ...], example: str) -> None:
    """Check that exactly one of ``keys`` is written."""
    given = [key for key in keys if getattr(entry, key) is not None]
    if not given:
        inspection.error(
            "agreement.missing_key", entry.path, f"'{entry.path}' needs one of {', '.join(keys)}", f"write {example}"
        )
    elif len(given) > 1:
        text = f"{' and '.join(given)} cannot stand together"
        inspection.error("agreement.too_many_keys", entry.path, text, f"write one of {example}")
