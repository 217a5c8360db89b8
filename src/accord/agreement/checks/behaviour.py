"""Checks of what is asked of touchpoints: known events, one question at a time, and none that is answered already."""

from collections.abc import Iterator
from datetime import timedelta

from accord.agreement.checks.inspection import Inspection
from accord.agreement.checks.predicates import check_predicates
from accord.agreement.document_behaviour import QUESTIONS
from accord.agreement.document_rules import EventNode, PropertyKeys, StepNode
from accord.agreement.english_words import span
from accord.agreement.events import STANDARD_EVENTS
from accord.agreement.source import path_of_word
from accord.agreement.suggestion import nearest


def check_behaviour(inspection: Inspection, path: str, node: EventNode) -> None:
    """Check one rule about behaviour."""
    steps: list[tuple[str, EventNode | StepNode]] = [(path, node)]
    if node.followed_by is not None:
        steps.append((f"{path}.followed_by", node.followed_by))
    for at, step in steps:
        for event in step.event:
            check_event(inspection, path_of_word(event, f"{at}.event"), event)
        check_properties(inspection, at, step.event, step.where)
    _check_one_question(inspection, path, node)
    _check_days(inspection, path, node)
    _check_sequence(inspection, path, node)
    if node.which is not None and not node.where and node.within is None and inspection.is_whole(path):
        text = f"this asks nothing of the {node.which} touchpoint"
        inspection.error("agreement.no_predicate", f"{path}.which", text, "add 'where' or 'within'")
    if node.people is not None and not any(name.startswith("company.") for name in inspection.defined("fields") or ()):
        text = "'people' counts people of one company, but no field of this agreement is about a company"
        hint = "define one under 'fields', such as company.domain, so that people are brought together by it"
        inspection.warn("agreement.people_without_company", f"{path}.people", text, hint)


def check_event(inspection: Inspection, path: str, event: str) -> None:
    """Say where an event is not one of the standard ones."""
    if event in STANDARD_EVENTS:
        return
    close = nearest(event, STANDARD_EVENTS)
    if close is not None:
        text = f"'{event}' is not one of the standard events"
        inspection.warn("agreement.event_resembles", path, text, f"did you mean '{close}'?")
        return
    text = f"'{event}' is not one of the standard events"
    hint = "it counts only if your own tracking or import sends events of this name"
    inspection.note("agreement.event_of_your_own", path, text, hint)


def check_properties(inspection: Inspection, path: str, events: tuple[str, ...], where: list[PropertyKeys]) -> None:
    """Check what is asked of the properties of ``events``; what other events carry is not known."""
    known = bool(events) and all(event in STANDARD_EVENTS for event in events)
    usual = [name for event in events for name in STANDARD_EVENTS[event]] if known else []
    for entry in where:
        check_predicates(inspection, entry.path or path, entry, entry.property, None)
        close = None if entry.property in usual else nearest(entry.property, usual)
        if close is not None:
            whose = f"'{events[0]}' usually has" if len(events) == 1 else "these events usually have"
            text = f"{whose} no property '{entry.property}'"
            hint = f"did you mean '{close}'?"
            inspection.warn("agreement.property_resembles", f"{entry.path}.property", text, hint)


def _check_one_question(inspection: Inspection, path: str, node: EventNode) -> None:
    asked = list(_questions(node))
    for other in asked[1:]:
        text = f"'{other}' does not go with '{asked[0]}': a rule about events asks one thing"
        hint = "put two rules into 'all', one for each"
        if (asked[0], other) == ("never", "followed_by"):
            hint = "to say that it was not followed, put the rule without 'never' into 'none'"
        inspection.error("agreement.several_questions", f"{path}.{other}", text, hint)


def _questions(node: EventNode) -> Iterator[str]:
    return (key for key in QUESTIONS if key in node.model_fields_set and getattr(node, key) is not None)


def _check_days(inspection: Inspection, path: str, node: EventNode) -> None:
    if node.on_days is None or node.within is None:
        return
    # A window that begins late on one day may end early on another, and a day in spring has only 23 hours.
    most = node.within // timedelta(days=1) + 2
    if node.on_days > most:
        text = f"{span(node.within)} cannot lie on {node.on_days} different days"
        hint = f"ask for at most {most} days, or make 'within' longer"
        inspection.error("agreement.too_many_days", f"{path}.on_days", text, hint)


def _check_sequence(inspection: Inspection, path: str, node: EventNode) -> None:
    if node.followed_by is None or node.followed_by.within is None or node.within is None:
        return
    if node.followed_by.within >= node.within:
        text = "this changes nothing: the whole sequence lies within an equal or shorter time"
        hint = "make it shorter than the other 'within', or leave it out"
        inspection.warn("agreement.idle_window", f"{path}.followed_by.within", text, hint)
