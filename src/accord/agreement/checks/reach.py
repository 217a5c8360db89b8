"""Checks of what can never come into play: circles, criteria nobody uses, stages and grades nobody reaches."""

from accord.agreement.build import FAST_LANE, build_score
from accord.agreement.build_rules import build_rule
from accord.agreement.checks.inspection import Inspection, lead_rules, placed_parts, placed_rules
from accord.agreement.checks.size import named_criteria
from accord.agreement.document import GradeEntry
from accord.agreement.document_rules import CriterionNode
from accord.agreement.impossible import Reach, highest_scores, why_impossible
from accord.agreement.plan import Stage
from accord.rules import CriterionCycle, Rule, check_references

GATED = (Stage.LEAD, Stage.MQL, Stage.SQL)
"""The stages that a rule can bring a lead to."""

_REACHED_BY = {
    Stage.SUBSCRIBER: "everybody who is known begins there",
    Stage.SAL: "a lead gets there when sales accepts it",
    Stage.OPPORTUNITY: "a lead gets there when a deal is opened",
    Stage.CUSTOMER: "a lead gets there when a deal is won",
    Stage.RECYCLED: "a lead gets there when it is rejected for a reason that says so",
    Stage.DISQUALIFIED: "a lead gets there when it is rejected for a reason that says so",
}


def check_criteria(inspection: Inspection) -> None:
    """Check the criteria for circles, for names with another meaning, and for those that nobody uses or can meet."""
    criteria = {name: build_rule(entry) for name, entry in inspection.document.criteria.items()}
    if FAST_LANE in criteria:
        text = f"'{FAST_LANE}' already stands for the leads of the fast lane"
        inspection.error("agreement.reserved_name", f"criteria.{FAST_LANE}", text, "choose another name")
    for problem in check_references(criteria):
        if isinstance(problem, CriterionCycle):
            path = " → ".join((*problem.names, problem.names[0]))
            text = f"criteria refer to each other in a circle: {path}"
            hint = "say one of them without the others"
            inspection.error("agreement.circle", f"criteria.{problem.names[0]}", text, hint)
    if all(
        inspection.is_whole(part)
        for part in ("criteria", "score", "stages", "handoff", "sla", "routing", "recycling", "nurture")
    ):
        _check_used(inspection)
    sound = _sound_criteria(inspection)
    for name, rule in sound.items():
        reason = why_impossible(rule, Reach(sound), frozenset({name}))
        if reason is not None:
            text = f"no lead can ever meet '{name}': what it asks of '{reason}' excludes itself"
            inspection.warn("agreement.never_holds", f"criteria.{name}", text, "check its bounds and values")


def check_grades(inspection: Inspection) -> None:
    """Check that every grade can be reached, and that every lead gets one."""
    if not inspection.is_whole("score.grades") or not inspection.document.score.grades:
        return
    whole = inspection.is_whole("score")
    highest = highest_scores(build_score(inspection.document)) if whole else {}
    better: dict[str, GradeEntry] = {}
    for name, grade in inspection.document.score.grades.items():
        path = f"score.grades.{name}"
        shadow = next((other for other, entry in better.items() if _covers(entry, grade)), None)
        if shadow is not None:
            text = f"no lead can get the grade '{name}': whoever has its points already has '{shadow}'"
            inspection.warn("agreement.unreachable_grade", path, text, "put the best grade first")
        elif any(bound > highest.get(f"score.{kind}", bound) for kind, bound in _bounds(grade)):
            text = f"no lead can get the grade '{name}': the score cannot give so many points"
            inspection.warn("agreement.unreachable_grade", path, text, "lower its bounds or add points")
        better[name] = grade
    if not any(entry.fit <= 0 and entry.engagement <= 0 for entry in better.values()):
        text = "leads with few points get no grade at all"
        inspection.warn("agreement.no_lowest_grade", "score.grades", text, "add a last grade without bounds: 'D: {}'")


def _bounds(grade: GradeEntry) -> tuple[tuple[str, int], ...]:
    return ("fit", grade.fit), ("engagement", grade.engagement)


def check_stages(inspection: Inspection) -> None:
    """Check that the stages with a rule are reached by rules, and can be reached."""
    for stage, gate in inspection.document.stages.items():
        path = f"stages.{stage}"
        if stage in GATED and gate.when is None and inspection.is_whole(path):
            hint = "the rule that brings a lead there, such as 'when: right_company'"
            inspection.error("agreement.missing_key", path, f"'{path}' needs 'when'", hint)
        elif stage not in GATED and gate.stay_at_most is None and gate.when is None and inspection.is_whole(path):
            hint = "add 'stay_at_most: 30 days', or remove it"
            inspection.error("agreement.empty_section", path, f"'{path}' says nothing", hint)
        elif stage not in GATED and gate.when is not None:
            text = f"the stage '{stage}' cannot have a rule: {_REACHED_BY[stage]}"
            inspection.error("agreement.stage_without_rule", path, text, "rules can stand at: lead, mql, sql")
        if gate.checked_by is not None:
            inspection.refer("role", gate.checked_by, "roles", f"{path}.checked_by")
    if inspection.endless:
        return
    whole = inspection.is_whole("score")
    highest = highest_scores(build_score(inspection.document)) if whole else {}
    reach = Reach(_sound_criteria(inspection), highest)
    for rule in lead_rules(inspection.document):
        reason = why_impossible(build_rule(rule.node), reach) if inspection.is_whole(rule.path) else None
        if reason is not None and rule.path.startswith("stages."):
            text = f"no lead can ever reach '{rule.path.split('.')[1]}': what it asks of '{reason}' cannot be"
            hint = "check its bounds, and whether the score can give so many points"
            inspection.warn("agreement.unreachable_stage", rule.path, text, hint)
        elif reason is not None:
            text = f"this never applies: what it asks of '{reason}' cannot be"
            inspection.warn("agreement.never_holds", rule.path, text, "check its bounds and values")


def _sound_criteria(inspection: Inspection) -> dict[str, Rule]:
    """Return the rules of the criteria that are free of faults, and lead into no circle however far one follows."""
    if inspection.endless:
        return {}
    waiting = {
        name: build_rule(entry)
        for name, entry in inspection.document.criteria.items()
        if inspection.is_whole(f"criteria.{name}")
    }
    sound: dict[str, Rule] = {}
    while ready := [name for name, rule in waiting.items() if waiting.keys().isdisjoint(named_criteria(rule))]:
        sound.update((name, waiting.pop(name)) for name in ready)
    return {name: sound[name] for name in inspection.document.criteria if name in sound}


def _check_used(inspection: Inspection) -> None:
    uses: dict[str, set[str]] = {}
    roots: set[str] = set()
    for rule in placed_rules(inspection.document):
        named = set()
        for _, node in placed_parts(rule.path, rule.node):
            if isinstance(node, str | CriterionNode):
                named.add(node if isinstance(node, str) else node.criterion)
        if rule.use == "criterion":
            uses[rule.path.removeprefix("criteria.")] = named
        else:
            roots |= named
    roots |= set(inspection.document.handoff.sales_checks) | {plan.for_ for plan in inspection.document.nurture}
    waiting, used = list(roots), set()
    while waiting:
        name = waiting.pop()
        if name not in used:
            used.add(name)
            waiting.extend(uses.get(name, ()))
    for name in uses:
        if name not in used:
            text = f"nothing in this agreement depends on the criterion '{name}'"
            inspection.warn("agreement.dead_criterion", f"criteria.{name}", text, "use it or remove it")


def _covers(better: GradeEntry, worse: GradeEntry) -> bool:
    return better.fit <= worse.fit and better.engagement <= worse.engagement
