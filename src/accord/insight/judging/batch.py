"""Judging all leads in one go, by the tables that the engine holds."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from sqlglot import exp

from accord.agreement import FUNNEL, Agreement, Stage
from accord.agreement.judgement import rank
from accord.insight.engines import Engine, Row
from accord.insight.judging.answer import BatchJudgement
from accord.insight.judging.formula import Moment, held
from accord.insight.judging.known import as_of, subjects_of
from accord.insight.judging.materials import Materials
from accord.insight.judging.model import Model
from accord.insight.judging.points import engagement
from accord.insight.tree import as_table, column, name_of, named, select, table
from accord.rules import FieldColumn, Rule
from accord.scoring import Grade

KEY = ("lead_id",)


def judge_leads(
    engine: Engine, agreement: Agreement, progress: Callable[[str], None] = lambda _: None
) -> Iterator[BatchJudgement]:
    """Yield what the agreement says of every lead in the engine's ``standings``, by ``lead_id``.

    Args:
        engine: Holds the tables of ``accord.insight.history.tables_for`` and ``STANDINGS``.
        agreement: By which to judge.
        progress: Called with a few words before each piece of work.
    """
    model = Model(agreement)
    for row in engine.rows(judged(Materials(engine, progress), model)):
        yield _judgement(model, row)


def judged(materials: Materials, model: Model) -> exp.Query:
    """Return the query whose rows ``judge_leads`` yields, having made what it reads."""
    asked = [*model.criteria.values(), *(rule for _, rule in model.gates), model.fast_lane]
    rules = [*asked, *(rule for _, rule in model.fit)]
    fields = model.columns(rules, model.required)
    moment = Moment("m", fields, rules)
    subjects = subjects_of(fields)
    tables = materials.facts(subjects)
    when = [materials.when(rule, model.agreement.zone) for rule in moment.timed.values()]
    engine = materials.engine

    facts, found = name_of("batch_facts", fields), name_of("batch_held", when)
    standing = select(
        """
        SELECT s.lead_id, s.person_id, s.at_us, s.stage, s.handed_over, s.held, p.company_id
        FROM standings AS s LEFT JOIN people AS p ON p.person_id = s.person_id
        """
    )
    engine.make(facts, as_of(standing, KEY, subjects, tables))
    engine.make(found, held("standings", KEY, when))
    scored = name_of("batch_engagement", model.engagement)
    if model.engagement:
        touches = [materials.touches(clause) for clause in model.engagement]
        decay_name = materials.decay(model.engagement)
        engine.make(scored, engagement("standings", KEY, model.engagement, touches, decay_name))
    base = _base(facts, found, scored if model.engagement else None, fields, len(when))
    with_fit = exp.select(exp.Column(this=exp.Star(), table=exp.to_identifier("m", quoted=True))).select(
        named(moment.fit(model.fit), "fit"), copy=False
    )
    return _answers(with_fit.from_(as_table(base, "m"), copy=False), model, moment)


def _base(facts: str, found: str, scored: str | None, fields: Mapping[str, FieldColumn], timed: int) -> exp.Select:
    """Return the standings with what was known, what held, and the engagement."""
    base = select(
        """
        SELECT s.lead_id, s.at_us, s.stage, s.handed_over, s.held
        FROM standings AS s JOIN facts AS f ON f.lead_id = s.lead_id JOIN found AS h ON h.lead_id = s.lead_id
        """,
        {"facts": facts, "found": found},
    ).select(
        *(column("f", field.name) for field in fields.values()),
        *(column("h", f"held {place}") for place in range(timed)),
        copy=False,
    )
    if scored is None:
        return base.select(named(exp.cast(exp.Literal.number(0), "BIGINT"), "engagement"), copy=False)
    points = select("SELECT COALESCE(e.engagement, 0) AS engagement").selects[0]
    source = table(scored, "e")
    return base.select(points, copy=False).join(
        source, on=select("SELECT e.lead_id = s.lead_id").selects[0], join_type="left", copy=False
    )


def _answers(leads: exp.Query, model: Model, moment: Moment) -> exp.Query:
    """Return the rows of the answer, over moments that have their scores."""
    gates = [_rank_reached(stage, rule, moment) for stage, rule in model.gates]
    before = select("SELECT NOT m.handed_over AND :rank < :sal AS b", rank=_rank_of_stage(), sal=rank(Stage.SAL))
    fast = exp.and_(before.selects[0].unalias(), moment.holds(model.fast_lane))
    missing = [
        exp.Paren(this=exp.Is(this=column("m", moment.fields[name].name), expression=exp.null()))
        for name in model.required
    ]
    first = (
        select("SELECT m.lead_id, m.at_us, m.fit, m.engagement, m.stage, m.held")
        .select(
            named(_grade(model.agreement.score.grades), "grade"),
            named(_rank_of_stage(), "stood"),
            named(_greatest([_rank_of_stage(), *gates]), "reached"),
            named(before.selects[0].unalias(), "before"),
            named(fast, "fast"),
            *(named(each, f"missing {place}") for place, each in enumerate(missing)),
            *(named(moment.holds(rule), f"criterion {place}") for place, rule in enumerate(model.criteria.values())),
            copy=False,
        )
        .from_(as_table(leads, "m"), copy=False)
    )
    at = rank(model.agreement.handoff.at)
    second = select(
        """
        SELECT j.*, CASE WHEN j.fast AND j.reached < :at THEN :at ELSE j.reached END AS stands,
            j.before AND (j.held OR (j.stood < :at AND (j.fast OR j.reached >= :at))) AS waiting
        """,
        at=at,
    ).from_(as_table(first, "j"), copy=False)
    lacks = exp.or_(exp.false(), *(column("j", f"missing {place}") for place in range(len(missing))))
    return (
        select(
            """
            SELECT j.lead_id, j.at_us, j.fit, j.engagement, j.grade,
                CASE WHEN j.stands = j.stood THEN j.stage ELSE :name END AS stage,
                j.fast, j.fast OR (j.waiting AND NOT :lacks) AS ready, j.waiting AND NOT j.fast AS shows
            """,
            name=_name_of_rank(),
            lacks=exp.Paren(this=lacks),
        )
        .select(
            *(column("j", f"missing {place}") for place in range(len(missing))),
            *(column("j", f"criterion {place}") for place in range(len(model.criteria))),
            copy=False,
        )
        .from_(as_table(second, "j"), copy=False)
        .order_by(exp.Ordered(this=column("j", "lead_id"), nulls_first=False), copy=False)
    )


def _rank_reached(stage: Stage, rule: Rule, moment: Moment) -> exp.Expr:
    """Return the rank of a gate's stage where the gate applies and holds, else -1."""
    holds = moment.holds(rule)
    if rank(stage) >= rank(Stage.SAL):
        accepted = exp.GTE(this=_rank_of_stage(), expression=exp.Literal.number(rank(Stage.SAL)))
        holds = exp.and_(accepted, holds)
    return exp.Case(ifs=[exp.If(this=holds, true=exp.Literal.number(rank(stage)))], default=exp.Literal.number(-1))


def _rank_of_stage() -> exp.Expr:
    ranks = [
        exp.If(
            this=exp.EQ(this=column("m", "stage"), expression=exp.Literal.string(stage.value)),
            true=exp.Literal.number(place),
        )
        for place, stage in enumerate(FUNNEL)
    ]
    return exp.Case(ifs=ranks, default=exp.Literal.number(-1))


def _name_of_rank() -> exp.Expr:
    names = [
        exp.If(
            this=exp.EQ(this=column("j", "stands"), expression=exp.Literal.number(place)),
            true=exp.Literal.string(stage.value),
        )
        for place, stage in enumerate(FUNNEL)
    ]
    return exp.Case(ifs=names, default=column("j", "stage"))


def _grade(grades: Sequence[Grade]) -> exp.Expr:
    """Return the place of the first grade whose bounds are met, or that after the last."""
    met = [
        exp.If(
            this=select(
                "SELECT m.fit >= :fit AND m.engagement >= :engagement", fit=grade.fit, engagement=grade.engagement
            ).selects[0],
            true=exp.Literal.number(place),
        )
        for place, grade in enumerate(grades)
    ]
    none = exp.Literal.number(len(grades))
    return exp.Case(ifs=met, default=none) if met else none


def _greatest(ranks: list[exp.Expr]) -> exp.Expr:
    first, *rest = ranks
    return exp.Greatest(this=first, expressions=rest) if rest else first


def _judgement(model: Model, row: Row) -> BatchJudgement:
    lead, at_us, fit, engagement_, grade, stage, fast, ready, shows, *rest = row
    missing, held_criteria = rest[: len(model.required)], rest[len(model.required) :]
    grades = model.agreement.score.grades
    return BatchJudgement(
        lead_id=lead,
        at_us=at_us,
        fit=fit,
        engagement=engagement_,
        grade=grades[grade].name if grade < len(grades) else None,
        stage=Stage(stage),
        fast_lane=fast,
        ready=ready,
        held_for=tuple(name for name, lacks in zip(model.required, missing, strict=True) if shows and lacks),
        criteria=dict(zip(model.criteria, held_criteria, strict=True)),
    )
