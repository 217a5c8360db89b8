"""What each clause of a draft decides: the same draft without it, on the same people."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from accord.agreement import Agreement
from accord.insight.backtest.answer import ClauseWeight, Weights, Without
from accord.insight.backtest.handovers import handovers
from accord.insight.judging.materials import Materials
from accord.insight.period import Period
from accord.insight.tree import select
from accord.rules import All, AnyOf, CriterionRule, NoneOf, Rule, reached


def weights(materials: Materials, draft: Agreement, period: Period, most: int) -> Weights:
    """Return what each clause decides, looking at no more than about ``most`` people, evenly spread by their id."""
    ((total,),) = materials.engine.rows(
        select("SELECT COUNT(*) AS people FROM people AS p WHERE NOT p.known_us IS NULL")
    )
    every = max(1, -(-total // most))
    base = handovers(materials, draft, period.to_us, every)
    found = [
        _weight(materials, clause, how, base, handovers(materials, variant, period.to_us, every), period)
        for clause, how, variant in without_each(draft)
    ]
    found.sort(key=lambda weight: (-weight.decides, -weight.moved))
    return Weights(total // every, total, tuple(found))


def without_each(draft: Agreement) -> Iterator[tuple[str, Without, Agreement]]:
    """Yield the path of each clause that can decide about a hand-over, with the draft without it."""
    for name in _criteria_used(draft):
        without = Without.ALWAYS_TRUE if _only_required(name, draft) else Without.LEFT_OUT
        yield f"criteria.{name}", without, _without_criterion(name, draft)
    score = draft.score
    for place, clause in enumerate(score.fit):
        rest = (*score.fit[:place], *score.fit[place + 1 :])
        yield clause.name, Without.LEFT_OUT, replace(draft, score=replace(score, fit=rest))
    for place, points in enumerate(score.engagement):
        others = (*score.engagement[:place], *score.engagement[place + 1 :])
        yield points.name, Without.LEFT_OUT, replace(draft, score=replace(score, engagement=others))
    handoff = draft.handoff
    if handoff.fast_lane is not None:
        yield "handoff.fast_lane", Without.LEFT_OUT, replace(draft, handoff=replace(handoff, fast_lane=None))
    for place in range(len(handoff.marketing_hands_over)):
        fields = (*handoff.marketing_hands_over[:place], *handoff.marketing_hands_over[place + 1 :])
        variant = replace(draft, handoff=replace(handoff, marketing_hands_over=fields))
        yield f"handoff.marketing_hands_over[{place}]", Without.LEFT_OUT, variant


def without(rule: Rule, name: str, criteria: Mapping[str, Rule]) -> Rule | None:
    """Return a rule without what names a criterion; None if nothing is left of it.

    Out of a list a rule is taken; a list of which nothing is left is taken out of the next, and a criterion of which
    nothing is left is taken out as well, wherever it is named.
    """
    match rule:
        case CriterionRule(other):
            return None if other == name else without(criteria[other], name, criteria)
        case All(rules) | AnyOf(rules) | NoneOf(rules):
            left = tuple(part for part in (without(each, name, criteria) for each in rules) if part is not None)
            return type(rule)(left) if left or not rules else None
    return rule


def _without_criterion(name: str, draft: Agreement) -> Agreement:
    """Return the draft without a criterion; a gate, points or a fast lane of which nothing is left never apply."""
    criteria = {other: criterion.rule for other, criterion in draft.criteria.items()}

    def left(rule: Rule) -> Rule:
        found = without(rule, name, criteria)
        return AnyOf(()) if found is None else found

    handoff = draft.handoff
    fast_lane = None if handoff.fast_lane is None else without(handoff.fast_lane, name, criteria)
    return replace(
        draft,
        stages=tuple(replace(gate, when=left(gate.when)) for gate in draft.stages),
        score=replace(draft.score, fit=tuple(replace(clause, when=left(clause.when)) for clause in draft.score.fit)),
        handoff=replace(handoff, fast_lane=fast_lane),
    )


def _rules(draft: Agreement) -> Iterator[Rule]:
    yield from (gate.when for gate in draft.stages if gate.checked_by is None)
    yield from (clause.when for clause in draft.score.fit)
    if draft.handoff.fast_lane is not None:
        yield draft.handoff.fast_lane


def _criteria_used(draft: Agreement) -> list[str]:
    """Return the criteria on which a hand-over depends, in the order of the document."""
    criteria = {name: criterion.rule for name, criterion in draft.criteria.items()}
    used = {part.name for part in reached(_rules(draft), criteria) if isinstance(part, CriterionRule)}
    return [name for name in draft.criteria if name in used]


def _only_required(name: str, draft: Agreement) -> bool:
    """Return whether a criterion is only ever one of several that must all hold: without it, it is as if always met."""
    criteria = {other: criterion.rule for other, criterion in draft.criteria.items()}
    rules = list(reached(_rules(draft), criteria))
    required = sum(
        rule.rules.count(CriterionRule(name)) for rule in rules if isinstance(rule, All) and len(rule.rules) > 1
    )
    return required == rules.count(CriterionRule(name))


def _weight(materials: Materials, clause: str, how: Without, base: str, variant: str, period: Period) -> ClauseWeight:
    both = select(
        """
        SELECT COUNT(CASE WHEN b.person_id IS NULL THEN 1 END) AS gained,
            COUNT(CASE WHEN v.person_id IS NULL THEN 1 END) AS lost,
            COUNT(CASE WHEN b.at_us <> v.at_us THEN 1 END) AS moved
        FROM b FULL JOIN v ON v.person_id = b.person_id
        """,
        {
            alias: select(
                "SELECT h.person_id, h.at_us FROM found AS h WHERE h.at_us >= :begins AND h.at_us < :ends",
                {"found": table},
                begins=period.from_us,
                ends=period.to_us,
            )
            for alias, table in (("b", base), ("v", variant))
        },
    )
    ((gained, lost, moved),) = materials.engine.rows(both)
    return ClauseWeight(clause, how, gained, lost, moved)
