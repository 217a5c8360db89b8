"""Checks of the hand-off, of the reasons for rejecting a lead, and of who gets it."""

from accord.agreement.build_care import recycling_role
from accord.agreement.checks.inspection import Inspection
from accord.agreement.checks.promises import check_budget
from accord.agreement.document import RejectReasonEntry, RoutingEntry
from accord.agreement.document_care import GateEntry, RecycleEntry
from accord.agreement.plan import FUNNEL, Stage
from accord.agreement.source import path_of_word


def check_handoff(inspection: Inspection) -> None:
    """Check where the hand-off stands in the funnel, what it brings, and how sales answers."""
    handoff = inspection.document.handoff
    _check_place(inspection, handoff.at)
    for place, name in enumerate(handoff.marketing_hands_over):
        inspection.refer("field", name, "fields", path_of_word(name, f"handoff.marketing_hands_over[{place}]"))
    if handoff.calendar is not None:
        inspection.refer("calendar", handoff.calendar, "sla.calendars", "handoff.calendar")
    check_budget(inspection, "handoff.decide_within", handoff.decide_within, handoff.calendar)
    if not handoff.reject_reasons and inspection.is_whole("handoff.reject_reasons"):
        hint = "add one, such as 'not_now: {label: Bad timing, then: recycle, back_after: 90 days}'"
        text = "sales has no reason with which to reject a lead"
        inspection.error("agreement.no_reject_reasons", "handoff.reject_reasons", text, hint)
    for name, reason in handoff.reject_reasons.items():
        _check_reason(inspection, f"handoff.reject_reasons.{name}", reason)


def check_routing(inspection: Inspection) -> None:
    """Check that every lead goes to some team, and that every line of the routing can apply."""
    routing = inspection.document.routing
    for entry in routing:
        _check_route(inspection, entry)
    if not routing and inspection.is_whole("routing"):
        inspection.error("agreement.no_routing", "routing", "no team gets the leads", "write '- {to: field_sales}'")
        return
    last = next((entry for entry in routing if entry.when is None), None)
    if last is None and inspection.is_whole("routing"):
        text = f"leads that fit no rule go to the first team, '{routing[0].to}'"
        hint = f"say it yourself with a last line: '- {{to: {routing[0].to}}}'"
        inspection.warn("agreement.no_catch_all", "routing", text, hint)
    for entry in routing[routing.index(last) + 1 :] if last is not None else []:
        text = f"this line never applies, since every lead goes to '{last.to if last else ''}' before"
        inspection.warn("agreement.never_applies", entry.path, text, "put the line without 'when' last")


def _check_route(inspection: Inspection, entry: RoutingEntry) -> None:
    for place, name in enumerate(entry.match or ()):
        inspection.refer("field", name, "fields", path_of_word(name, f"{entry.path}.match[{place}]"))
    if entry.queue is not None:
        for key in ("company_owner_first", "last_owner_first", "match", "at_most", "only_on_shift"):
            if getattr(entry, key):
                text = f"'{key}' has no meaning here, since the lead waits in a queue until somebody takes it"
                inspection.error("agreement.queue_or_person", f"{entry.path}.{key}", text, "remove it, or the 'queue'")


def _check_place(inspection: Inspection, at: Stage) -> None:
    if at not in FUNNEL or FUNNEL.index(at) >= FUNNEL.index(Stage.SAL):
        text = f"leads cannot be handed over at '{at}': sales accepts them after the hand-off"
        inspection.error("agreement.handoff_too_late", "handoff.at", text, "hand over at lead or mql")
        return
    if at not in (inspection.defined("stages") or ()) and inspection.is_whole("stages"):
        text = f"leads are handed over at '{at}', but no rule brings a lead there"
        inspection.error("agreement.handoff_without_gate", "handoff.at", text, f"add '{at}' to 'stages'")


def _check_reason(inspection: Inspection, path: str, reason: RejectReasonEntry) -> None:
    if reason.then == "disqualify":
        for key in ("back_after", "or_when", "to"):
            if getattr(reason, key) is not None:
                text = f"'{key}' has no meaning here, since a disqualified lead does not come back"
                inspection.error("agreement.no_way_back", f"{path}.{key}", text, "remove it, or write 'then: recycle'")
        return
    check_recycle(inspection, path, reason)


def check_recycle(inspection: Inspection, path: str, entry: RejectReasonEntry | GateEntry | RecycleEntry) -> None:
    """Check who looks after a recycled lead, and whether it comes back."""
    if entry.to is not None:
        inspection.refer("role", entry.to, "roles", f"{path}.to")
    elif recycling_role(inspection.document) is None and inspection.is_whole("roles"):
        text = "nobody looks after these leads: no role nurtures"
        inspection.error("agreement.nobody_nurtures", path, text, "add 'to: marketing', or 'does: [nurture]' to a role")
    if entry.to is None and entry.back_after is None and entry.or_when is None and inspection.is_whole(path):
        text = "these leads never come back"
        inspection.warn("agreement.never_comes_back", path, text, "add 'back_after: 90 days' or 'or_when'")
