"""Checks of leads that stand still, drop out or are not ready yet, and of what marketing owes in time."""

from datetime import timedelta

from accord.agreement.build_care import recycling_role
from accord.agreement.checks.handoff import check_recycle
from accord.agreement.checks.inspection import Inspection
from accord.agreement.checks.promises import SAMPLE, check_budget, check_calendar, check_one_of
from accord.agreement.document_care import GateEntry, NurtureEntry
from accord.agreement.document_sla import DEADLINES, MarketingDeadlineEntry
from accord.agreement.stage import Stage
from accord.agreement.suggestion import hint_for

_ENDS = (Stage.CUSTOMER, Stage.RECYCLED, Stage.DISQUALIFIED)
"""The stages that a cycle ends at."""

_WAYS_BACK = ("back_after", "or_when", "to")
NURTURING = ("nurture", "call_qualify")
"""The duties of a role that can look after leads that are not ready."""


def check_stays(inspection: Inspection) -> None:
    """Check how long leads may stay at a stage, and what follows."""
    for stage, entry in inspection.document.stages.items():
        path = f"stages.{stage}"
        if entry.stay_at_most is not None:
            _check_stay(inspection, path, stage, entry)
        elif inspection.is_whole(path):
            for key in ("then", *_WAYS_BACK):
                if getattr(entry, key) is not None:
                    text = f"'{key}' says nothing without a longest stay"
                    inspection.error("agreement.half_a_stay", f"{path}.{key}", text, "add 'stay_at_most: 30 days'")
    _check_stay_leaves_time(inspection)


def check_recycling(inspection: Inspection) -> None:
    """Check what recycles a lead beside a rejection."""
    recycling = inspection.document.recycling
    if recycling is None:
        return
    if not recycling.model_fields_set and inspection.is_whole("recycling"):
        hint = "write 'lost_deal: {back_after: 180 days}', or remove it"
        inspection.error("agreement.empty_section", "recycling", "'recycling' says nothing", hint)
    for path, entry in (("lost_deal", recycling.lost_deal), ("never_reached", recycling.never_reached)):
        if entry is not None:
            check_recycle(inspection, f"recycling.{path}", entry)
    owed = [promise for promise in inspection.document.sla.sales if promise.attempts is not None]
    if recycling.never_reached is not None and not owed and inspection.is_whole("sla"):
        text = "this never applies, since sales owes no number of attempts"
        inspection.warn(
            "agreement.never_applies", "recycling.never_reached", text, "add 'attempts' and 'over' to 'sla.sales'"
        )


def check_deadlines(inspection: Inspection) -> None:
    """Check what marketing owes to one lead by a time."""
    seen: set[str] = set()
    for entry in inspection.document.sla.marketing:
        if not isinstance(entry, MarketingDeadlineEntry):
            continue
        if inspection.is_whole(entry.path):
            check_one_of(
                inspection, entry, DEADLINES, "'hand_over: 4 working hours' or 'answer_recycled: 2 working days'"
            )
        check_calendar(inspection, entry.path, entry.calendar)
        for key in DEADLINES:
            within = getattr(entry, key)
            if within is None:
                continue
            path = f"{entry.path}.{key}"
            check_budget(inspection, path, within, entry.calendar)
            if key in seen:
                text = f"this promise never applies, since '{key}' is promised already"
                inspection.warn("agreement.never_applies", path, text, "promise it once")
            seen.add(key)
            _check_owed(inspection, path, key)


def check_nurture(inspection: Inspection) -> None:
    """Check what is done for leads that lack a criterion."""
    everybody: dict[str, int] = {}
    for entry in inspection.document.nurture:
        path = entry.path
        known = inspection.refer("criterion", entry.for_, "criteria", f"{path}.for")
        _check_nurturer(inspection, entry)
        check_calendar(inspection, path, entry.calendar, needed=entry.within is not None)
        if entry.within is not None:
            due = check_budget(inspection, f"{path}.within", entry.within, entry.calendar)
            if due is not None and entry.stop_after is not None and due - SAMPLE >= entry.stop_after:
                text = "it stops before it has to begin"
                inspection.error("agreement.stops_early", f"{path}.stop_after", text, "make it longer than 'within'")
        if known and entry.when == entry.for_:
            text = f"this never applies: it is for leads that lack '{entry.for_}' and meet it"
            inspection.error("agreement.contradiction", f"{path}.when", text, "remove it, or name another criterion")
        if entry.for_ in everybody:
            line = everybody[entry.for_]
            text = f"this plan never applies, since line {line} is for every lead that lacks '{entry.for_}'"
            inspection.warn("agreement.never_applies", path, text, "put the plan without 'when' last")
        elif entry.when is None and f"{path}.when" not in inspection.broken:
            everybody[entry.for_] = inspection.source.line(path)


def check_sales_checks(inspection: Inspection) -> None:
    """Check that what sales finds out is a field or a criterion."""
    fields, criteria = inspection.defined("fields"), inspection.defined("criteria")
    if fields is None or criteria is None:
        return
    seen: set[str] = set()
    for place, name in enumerate(inspection.document.handoff.sales_checks):
        path = getattr(name, "path", f"handoff.sales_checks[{place}]")
        if name not in fields and name not in criteria:
            kind = "field" if "." in name else "criterion"
            hint = hint_for(name, fields if "." in name else criteria)
            inspection.error(f"agreement.unknown_{kind}", path, f"unknown {kind} '{name}'", hint)
        elif name in seen:
            inspection.warn("agreement.said_twice", path, f"'{name}' stands in this list twice", "remove one of them")
        seen.add(name)


def _check_stay(inspection: Inspection, path: str, stage: Stage, entry: GateEntry) -> None:
    at = f"{path}.stay_at_most"
    if stage in _ENDS:
        text = f"no lead waits at '{stage}': its cycle ends there"
        inspection.error("agreement.stay_after_the_end", at, text, "remove it")
    if entry.then is None and inspection.is_whole(path):
        hint = "add 'then: tell_manager', 'then: recycle' or 'then: disqualify'"
        inspection.error("agreement.half_a_stay", at, "a longest stay needs 'then': what follows it", hint)
    if entry.then == "recycle":
        check_recycle(inspection, path, entry)
        return
    for key in _WAYS_BACK:
        if getattr(entry, key) is not None and entry.then is not None:
            text = f"'{key}' has no meaning here, since the lead is not recycled"
            inspection.error("agreement.no_way_back", f"{path}.{key}", text, "remove it, or write 'then: recycle'")


def _check_stay_leaves_time(inspection: Inspection) -> None:
    """Warn where a lead is taken off a stage before sales had the time that it was promised there."""
    document = inspection.document
    handoff = document.handoff
    offered = document.stages.get(handoff.at)
    if offered is not None and inspection.is_whole("handoff.decide_within"):
        due = _length_of(inspection, handoff.decide_within, handoff.calendar)
        _warn_too_short(inspection, handoff.at, offered, due, "sales may take longer than that to accept or reject it")
    accepted = document.stages.get(Stage.SAL)
    if accepted is not None:
        overs = [_length_of(inspection, each.over, each.calendar) for each in document.sla.sales if each.over]
        longest = max((over for over in overs if over is not None), default=None)
        _warn_too_short(inspection, Stage.SAL, accepted, longest, "sales may take longer than that for its attempts")


def _length_of(inspection: Inspection, budget: object, calendar: str | None) -> timedelta | None:
    """Return how long a working time takes from the sample Monday, or None where it cannot be told."""
    probe = Inspection(inspection.document, inspection.source, inspection.broken)
    due = check_budget(probe, "", budget, calendar)  # type: ignore[arg-type]  # the document's types say Any
    return None if due is None else due - SAMPLE


def _warn_too_short(inspection: Inspection, stage: Stage, entry: GateEntry, time: timedelta | None, why: str) -> None:
    leaves = entry.then in ("recycle", "disqualify")
    if leaves and time is not None and entry.stay_at_most is not None and entry.stay_at_most < time:
        text = f"a lead is taken off '{stage}' too early: {why}"
        inspection.warn("agreement.stay_too_short", f"stages.{stage}.stay_at_most", text, "allow a longer stay")


def _check_owed(inspection: Inspection, path: str, key: str) -> None:
    document = inspection.document
    if key == "fill_in" and not document.handoff.marketing_hands_over and inspection.is_whole("handoff"):
        text = "this never applies, since marketing has no fields to fill in"
        inspection.warn("agreement.never_applies", path, text, "add 'marketing_hands_over' to 'handoff'")
    elif key == "answer_recycled" and inspection.is_whole("handoff") and inspection.is_whole("stages"):
        reasons = any(reason.then == "recycle" for reason in document.handoff.reject_reasons.values())
        stays = any(gate.then == "recycle" for gate in document.stages.values())
        if not reasons and not stays and document.recycling is None:
            text = "this never applies, since no lead is ever recycled"
            inspection.warn("agreement.never_applies", path, text, "add a reason with 'then: recycle'")


def _check_nurturer(inspection: Inspection, entry: NurtureEntry) -> None:
    path = f"{entry.path}.by"
    if not inspection.refer("role", entry.by, "roles", path):
        return
    role = inspection.document.roles.get(entry.by)
    if role is not None and inspection.is_whole(f"roles.{entry.by}") and not set(NURTURING) & set(role.does):
        text = f"'{entry.by}' is not there to look after leads"
        nurturer = recycling_role(inspection.document)
        hint = f"did you mean '{nurturer}'?" if nurturer else f"add 'nurture' to what '{entry.by}' does"
        inspection.warn("agreement.not_its_duty", path, text, hint)
