"""From the document to the plan: leads that stand still, drop out or are not ready, and what marketing owes in time."""

from collections.abc import Mapping
from typing import Literal

from accord.agreement.build_rules import build_rule
from accord.agreement.document import Document, RejectReasonEntry
from accord.agreement.document_care import GateEntry, NurtureEntry, RecycleEntry
from accord.agreement.document_rules import RuleNode
from accord.agreement.document_sla import MarketingDeadlineEntry
from accord.agreement.plan_care import (
    Disqualify,
    MarketingDeadline,
    NurturePlan,
    Recycle,
    Recycling,
    StageStay,
    Tell,
)
from accord.agreement.stage import FUNNEL
from accord.clock import Budget, Calendar
from accord.rules import Rule

Calendars = Mapping[str, Calendar]
"""The working calendars by name; the first is used where none is named."""


def recycling_role(document: Document) -> str | None:
    """Return the role that looks after recycled leads where nothing names one: the first that nurtures."""
    return next((name for name, role in document.roles.items() if "nurture" in role.does), None)


def build_recycle(document: Document, entry: RejectReasonEntry | GateEntry | RecycleEntry) -> Recycle:
    """Return how a lead goes back to marketing."""
    return Recycle(entry.back_after, optional_rule(entry.or_when), entry.to or recycling_role(document) or "")


def build_stays(document: Document) -> tuple[StageStay, ...]:
    """Return how long leads may stay where, in the order of the funnel."""
    stays = [
        StageStay(stage, entry.stay_at_most, _after_stay(document, entry))
        for stage, entry in document.stages.items()
        if entry.stay_at_most is not None
    ]
    return tuple(sorted(stays, key=lambda stay: FUNNEL.index(stay.stage)))


def build_recycling(document: Document) -> Recycling | None:
    """Return what recycles a lead beside a rejection."""
    entry = document.recycling
    if entry is None:
        return None

    def way_back(part: RecycleEntry | None) -> Recycle | None:
        return None if part is None else build_recycle(document, part)

    return Recycling(way_back(entry.lost_deal), way_back(entry.never_reached), entry.at_most)


def build_deadline(name: str, entry: MarketingDeadlineEntry, calendars: Calendars) -> MarketingDeadline:
    """Return what marketing owes to one lead by a time."""
    what, within = promised(entry)
    return MarketingDeadline(name, what, within, calendar_of(calendars, entry.calendar))


def promised(
    entry: MarketingDeadlineEntry,
) -> tuple[Literal["hand_over", "fill_in", "answer_recycled"], Budget]:
    """Return what the entry promises, and within which working time.

    Raises:
        ValueError: It promises nothing, which the checks refuse.
    """
    if entry.hand_over is not None:
        return "hand_over", entry.hand_over
    if entry.fill_in is not None:
        return "fill_in", entry.fill_in
    if entry.answer_recycled is not None:
        return "answer_recycled", entry.answer_recycled
    raise ValueError(entry.path)


def build_nurture(name: str, entry: NurtureEntry, calendars: Calendars) -> NurturePlan:
    """Return what is done for leads that lack a criterion."""
    return NurturePlan(
        name=name,
        missing=entry.for_,
        when=optional_rule(entry.when),
        by=entry.by,
        using=entry.with_,
        within=entry.within,
        calendar=calendar_of(calendars, entry.calendar),
        stop_after=entry.stop_after,
    )


def calendar_of(calendars: Calendars, name: str | None) -> Calendar:
    """Return the calendar of that name, or the first where none is named."""
    return calendars[name or next(iter(calendars))]


def optional_rule(node: RuleNode | None) -> Rule | None:
    """Return the rule that ``node`` says, if there is one."""
    return None if node is None else build_rule(node)


def _after_stay(document: Document, entry: GateEntry) -> Tell | Recycle | Disqualify:
    match entry.then:
        case "recycle":
            return build_recycle(document, entry)
        case "disqualify":
            return Disqualify()
        case "tell_owner":
            return Tell("owner")
    return Tell("manager")
