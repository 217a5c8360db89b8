"""What the scoreboard's templates ask for: the address of the rows behind a number, and the look of a verdict."""

from collections.abc import Mapping

from django import template
from django.utils.safestring import SafeString

from accord.insight import DaysToWin, ResponseTimes, Verdict
from accord.server.scoreboard.addresses import rows_behind
from accord.server.ui import words
from accord.server.ui.templatetags.accord_ui import pill

register = template.Library()

_LOOKS = {
    Verdict.KEPT: ("Kept", "ok", "check"),
    Verdict.ON_PACE: ("On pace", "ok", "check"),
    Verdict.AT_RISK: ("At risk", "soon", "alert-triangle"),
    Verdict.BROKEN: ("Broken", "late", "x"),
    Verdict.NO_DATA: ("No data yet", "neutral", "circle-dashed"),
}


@register.simple_tag
def behind(rows: tuple[str, Mapping[str, str]]) -> str:
    """Return the address of the rows of a line of the ledger."""
    question, parameters = rows
    return rows_behind(question, parameters)


@register.simple_tag
def rows_url(question: str, **parameters: object) -> str:
    """Return the address of the rows behind a number; ``from_`` and ``to`` say the period, None leaves one out."""
    given = {name.removesuffix("_"): str(value) for name, value in parameters.items() if value is not None}
    return rows_behind(question, given)


@register.simple_tag
def rows_url_of(question: str, parameters: Mapping[str, str]) -> str:
    """Return the address of the rows behind a number whose parameters are at hand."""
    return rows_behind(question, parameters)


@register.simple_tag
def verdict(value: Verdict) -> SafeString:
    """Show a verdict as a pill."""
    return SafeString(pill(*_LOOKS[value]))


@register.filter
def working_time(micros: int | None) -> str:
    """Show a working time in words; from a minute on without seconds."""
    if micros is None:
        return words.MISSING
    seconds = micros // 1_000_000
    return words.duration(seconds if seconds < 60 else seconds - seconds % 60)


@register.filter
def answered_note(times: ResponseTimes) -> str:
    """Say how many attempts the median is of."""
    if not times.answered:
        return "no first attempt yet"
    return f"of {times.answered:,} first attempt{'s' if times.answered > 1 else ''}"


@register.filter
def broken(times: ResponseTimes) -> str:
    """Show how many first attempts were not made in time."""
    return words.number(times.late + times.missed + times.overdue)


@register.filter
def broken_tone(times: ResponseTimes) -> str:
    """Return the tone of that number."""
    if times.late + times.missed + times.overdue:
        return "late"
    return "ok" if times.kept else ""


@register.filter
def broken_note(times: ResponseTimes) -> str:
    """Say how it is made up."""
    parts = ((times.late, "late"), (times.missed, "missed"), (times.overdue, "overdue now"))
    said = ", ".join(f"{count:,} {name}" for count, name in parts if count)
    return said or (f"all {times.kept:,} kept" if times.kept else "none due yet")


@register.filter
def days_or_dash(days: int | None) -> str:
    """Show a number of days."""
    return words.number(days)


@register.filter
def slowest_note(times: ResponseTimes) -> str:
    """Say what the 90th percentile means."""
    return "nine of ten were faster" if times.answered else ""


@register.filter
def days_note(days: DaysToWin, ever: DaysToWin) -> str:
    """Say how many deals it is of, the 90th percentile, what is odd, and both figures of all time."""
    parts = []
    if days.deals:
        parts.append(f"of {days.deals:,} deal{'s' if days.deals > 1 else ''}, nine of ten within {days.p90_days:,}")
    if days.flagged:
        parts.append(f"{days.flagged:,} won before first contact")
    if ever.deals:
        odd = f", {ever.flagged:,} won before first contact" if ever.flagged and not days.flagged else ""
        parts.append(
            f"all time {words.number(ever.median_days)}, nine of ten within {words.number(ever.p90_days)}{odd}"
        )
    return "; ".join(parts) or "no deal won yet"


@register.filter
def or_one(value: float) -> float:
    """Return what a bar is measured against, which is never nothing."""
    return value or 1.0
