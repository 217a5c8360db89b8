"""What an address of the pages of credit asks for; what cannot be understood is left out or said."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from accord.agreement import CreditTerms
from accord.insight.credit import Dimension, Measure, Scope, shown
from accord.insight.credit.months import month_number
from accord.insight.credit.wishes import By, Wish
from accord.server.accounts.access import STAFF
from accord.server.channels.asked import READERS as COST_READERS

READERS = STAFF
"""Who sees what was credited; what it cost is for ``COST_READERS``."""
__all__ = ["COST_READERS", "READERS", "Asked", "Span", "asked"]


class Span(StrEnum):
    """A stretch of whole months by its name."""

    MONTH = "month"
    QUARTER = "3"
    YEAR = "12"
    ALL = "all"
    OWN = "own"


SPAN_LABELS = {
    Span.MONTH: "This month",
    Span.QUARTER: "3 months",
    Span.YEAR: "12 months",
    Span.ALL: "All time",
    Span.OWN: "Own months",
}
SCOPE_LABELS = {Scope.COMPANY: "Everybody in the company", Scope.CONTACT: "The contact only"}
MEASURE_LABELS = {Measure.REVENUE: "Revenue", Measure.DEALS: "Deals", Measure.MARGIN: "Margin"}
BY_LABELS = {By.PERIOD: "Won in these months", By.COHORT: "Leads of these months"}
DIMENSION_LABELS = {
    Dimension.CHANNEL: "Channel",
    Dimension.SOURCE: "Source",
    Dimension.CAMPAIGN: "Campaign",
    Dimension.CONTENT: "Content",
    Dimension.LANDING: "Landing page",
    Dimension.DIRECTION: "Inbound or outbound",
    Dimension.PERSON: "Whose touch",
    Dimension.USER: "Made by",
    Dimension.AGENCY: "Agency",
}
EXACT = "exact"
"""The value of ``amounts`` that asks for all of them to the cent."""
_BACK = {Span.MONTH: 0, Span.QUARTER: 2, Span.YEAR: 11}
_EARLIEST, _LATEST = 1970 * 12, 2999 * 12
_LONGEST = 200
_MONTH = re.compile(r"(\d{4})-(\d{2})")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which numbers are wanted.

    Attributes:
        wish: Whose touches, what is shared out, of which deals and months.
        dimension: By what credit is added up.
        models: Those by which credit was given.
        model: The one that counts first on the page.
        agreed: That of the agreement.
        text: Every word must occur in the label.
        sort: The column, with ``-`` in front for the largest first.
        problem: What could not be understood, as a sentence.
        exact: Whether amounts are shown to the cent.
    """

    wish: Wish
    span: Span
    dimension: Dimension
    models: Sequence[str]
    model: str
    agreed: str
    text: str
    sort: str
    problem: str = ""
    exact: bool = False

    def holds(self, label: str) -> bool:
        """Return whether the text is found in a label."""
        return all(word in label.casefold() for word in self.text.casefold().split())


def asked(
    given: Mapping[str, str],
    terms: CreditTerms,
    today: date,
    models: Sequence[str],
    *,
    dimensions: Sequence[Dimension] = tuple(Dimension),
    sorts: Sequence[str] = (),
    sort: str = "",
) -> Asked:
    """Return what the parameters of an address ask for.

    Args:
        given: The parameters.
        terms: What counts where the address says nothing.
        today: The present day in the agreement's zone.
        models: Those by which credit was given, that of the terms among them.
        dimensions: By what the page can add up; the first is its usual one.
        sorts: By what it can sort.
        sort: How it does usually.
    """
    first, last, span, problem = _months(given, today)
    agreed = shown(terms.model)
    wish = Wish(
        scope=_of(Scope, given.get("scope", ""), Scope(terms.touches_of)),
        measure=_of(Measure, given.get("measure", ""), Measure.REVENUE),
        by=_of(By, given.get("of", ""), By.PERIOD),
        first=first,
        last=last,
    )
    dimension = _of(Dimension, given.get("by", ""), dimensions[0])
    wanted = given.get("sort", "")
    return Asked(
        wish=wish,
        span=span,
        dimension=dimension if dimension in dimensions else dimensions[0],
        models=models,
        model=given["model"] if given.get("model") in models else agreed,
        agreed=agreed,
        text=given.get("q", "").replace("\x00", "").strip()[:_LONGEST],
        sort=wanted if wanted.removeprefix("-") in sorts else sort,
        problem=problem,
        exact=given.get("amounts") == EXACT,
    )


E = TypeVar("E", bound=StrEnum)


def _of(kind: Callable[[str], E], text: str, usual: E) -> E:
    try:
        return kind(text)
    except ValueError:
        return usual


def _months(given: Mapping[str, str], today: date) -> tuple[int, int, Span, str]:
    """Return the first and the last month, the span they are, and what could not be understood."""
    present = month_number(today)
    typed = (given.get("from", "").strip(), given.get("to", "").strip())
    span = _of(Span, given.get("span", ""), Span.OWN if any(typed) else Span.YEAR)
    if span is Span.ALL:
        return _EARLIEST, _LATEST, span, ""
    if span is not Span.OWN:
        return present - _BACK[span], present, span, ""
    months = [_month(text) for text in typed]
    wrong = next((text for text, month in zip(typed, months, strict=True) if text and month is None), None)
    if wrong is not None:
        said = f"“{wrong[:20]}” is no month, so these are the last 12; write it as 2026-03."
        return present - 11, present, Span.YEAR, said
    first, last = (
        month if month is not None else usual for month, usual in zip(months, (present - 11, present), strict=True)
    )
    if first > last:
        return last, first, span, "The first month came after the last one, so they were exchanged."
    return first, last, span, ""


def _month(text: str) -> int | None:
    found = _MONTH.fullmatch(text)
    if not found or not 1 <= int(found[2]) <= 12:
        return None
    number = int(found[1]) * 12 + int(found[2]) - 1
    return number if _EARLIEST <= number <= _LATEST else None
