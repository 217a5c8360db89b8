"""Checks of every rule: what it refers to exists, and what it asks of a field fits the field."""

from accord.agreement.checks.behaviour import check_behaviour, check_event, check_properties
from accord.agreement.checks.inspection import Inspection, PlacedRule, placed_parts, placed_rules
from accord.agreement.checks.predicates import check_predicates
from accord.agreement.document_rules import (
    AllNode,
    AnyNode,
    CriterionNode,
    EventNode,
    FieldNode,
    GradeNode,
    NoneNode,
    RuleNode,
    ScoreNode,
)


def check_rules(inspection: Inspection) -> None:
    """Check every part of every rule."""
    for rule in placed_rules(inspection.document):
        for path, node in placed_parts(rule.path, rule.node):
            _check_node(inspection, rule, path, node)


def check_score(inspection: Inspection) -> None:
    """Check the events that give points."""
    for entry in inspection.document.score.engagement:
        check_event(inspection, f"{entry.path}.event", entry.event)
        check_properties(inspection, entry.path, (entry.event,), entry.where)


def _check_node(inspection: Inspection, rule: PlacedRule, path: str, node: RuleNode) -> None:
    match node:
        case str():
            inspection.refer("criterion", node, "criteria", path)
        case CriterionNode():
            inspection.refer("criterion", node.criterion, "criteria", f"{path}.criterion")
        case FieldNode():
            _check_field(inspection, path, node)
        case EventNode():
            check_behaviour(inspection, path, node)
        case ScoreNode() | GradeNode():
            _check_score_node(inspection, rule, path, node)
        case AllNode() | AnyNode() | NoneNode():
            kind = "all" if isinstance(node, AllNode) else "any" if isinstance(node, AnyNode) else "none"
            if not getattr(node, kind) and inspection.is_whole(f"{path}.{kind}"):
                inspection.error("agreement.empty_list", f"{path}.{kind}", f"'{kind}' is empty", "put a rule into it")


def _check_field(inspection: Inspection, path: str, node: FieldNode) -> None:
    if node.field.startswith("score."):
        hint = "write {score: fit, at_least: 15}, {score: engagement, …} or {grade: A}"
        inspection.error("agreement.score_as_field", f"{path}.field", f"'{node.field}' is not a field", hint)
    elif inspection.refer("field", node.field, "fields", f"{path}.field"):
        entry = inspection.document.fields.get(node.field)
        if entry is not None:
            check_predicates(inspection, path, node, node.field, entry)
            return
    check_predicates(inspection, path, node, node.field, None)


def _check_score_node(inspection: Inspection, rule: PlacedRule, path: str, node: ScoreNode | GradeNode) -> None:
    key = "score" if isinstance(node, ScoreNode) else "grade"
    if rule.use != "lead":
        place = "a criterion" if rule.use == "criterion" else "the rule of a fit score"
        text = f"{place} must not depend on the {key}, since the {key} is computed from it"
        inspection.error("agreement.circular_score", f"{path}.{key}", text, f"ask for the {key} in 'stages' or 'sla'")
    if isinstance(node, GradeNode):
        for grade in node.grade:
            inspection.refer("grade", grade, "score.grades", f"{path}.grade")
    elif not node.model_fields_set - {"score"} and inspection.is_whole(path):
        hint = "add one, such as 'at_least: 15'"
        inspection.error("agreement.no_predicate", path, "this says nothing about the score", hint)
