"""Engagement at many moments: what each touchpoint is worth at its age, added up clause by clause and capped.

What a touchpoint is worth comes from the same table by whole days of age as ``accord.scoring``, joined by age.
"""

from collections.abc import Iterator, Mapping, Sequence

from sqlglot import exp

from accord.insight.star import Column, Table, Type
from accord.insight.tree import FAR, as_table, column, named, select, table, together
from accord.rules.instant import DAY
from accord.scoring import EngagementClause, decay_table


def decay(name: str) -> Table:
    """Return the table that tells what a touchpoint of a clause is worth at an age."""
    return Table(
        name,
        (
            Column("clause", Type.BIGINT, "The place of the clause in the agreement"),
            Column("age", Type.BIGINT, "In whole days"),
            Column("points", Type.BIGINT, "In hundredths"),
        ),
    )


def decay_rows(clauses: Sequence[EngagementClause]) -> Iterator[tuple[int, int, int]]:
    """Yield the rows of ``decay`` of the clauses that fade."""
    for place, clause in enumerate(clauses):
        if clause.half_life is not None:
            yield from ((place, age, points) for age, points in enumerate(decay_table(clause.points, clause.half_life)))


def reach_us(clause: EngagementClause) -> int:
    """Return the age from which a touchpoint is worth nothing, in microseconds."""
    return FAR if clause.half_life is None else len(decay_table(clause.points, clause.half_life)) * DAY


def engagement(
    moments: str, key: Sequence[str], clauses: Sequence[EngagementClause], touches: Sequence[str], decay_name: str
) -> exp.Query:
    """Return the engagement at each moment: the key and ``engagement``; a moment without a touchpoint has no row.

    Args:
        moments: A table with ``person_id``, ``at_us`` and the columns of the key.
        key: What tells the moments apart.
        clauses: Those of the score, at least one.
        touches: The table of each clause that holds its touchpoints: ``person_id`` and ``at_us``.
        decay_name: The table that ``decay_rows`` fills.
    """
    lanes = together(
        select(
            "SELECT t.person_id, t.at_us, :place AS clause, :reach AS reach_us FROM touches AS t",
            {"touches": held},
            place=place,
            reach=exp.cast(exp.Literal.number(reach_us(clause)), "BIGINT"),
        )
        for place, (clause, held) in enumerate(zip(clauses, touches, strict=True))
    )
    keys = [column("m", name) for name in key]
    sums = [named(_sum(place, clause), f"clause {place}") for place, clause in enumerate(clauses)]
    each = (
        exp.select(*keys, *sums)
        .from_(table(moments, "m"), copy=False)
        .join(
            as_table(lanes, "l"),
            on=select(
                "SELECT l.person_id = m.person_id AND l.at_us <= m.at_us AND m.at_us - l.at_us < l.reach_us"
            ).selects[0],
            copy=False,
        )
    )
    if any(clause.half_life is not None for clause in clauses):
        on = select(
            "SELECT d.clause = l.clause AND d.age = CAST((m.at_us - l.at_us) // :day AS BIGINT)", day=DAY
        ).selects[0]
        each = each.join(table(decay_name, "d"), on=on, join_type="left", copy=False)
    each = each.group_by(*(key_column.copy() for key_column in keys), copy=False)
    total = added(capped(column("e", f"clause {place}"), clause) for place, clause in enumerate(clauses))
    return exp.select(*(column("e", name) for name in key), named(total, "engagement")).from_(
        as_table(each, "e"), copy=False
    )


def capped(total: exp.Expr, clause: EngagementClause) -> exp.Expr:
    """Return what is left of the sum of a clause."""
    if clause.at_most is None:
        return total
    most = exp.Literal.number(clause.at_most)
    return exp.Greatest(this=exp.Neg(this=most), expressions=[exp.Least(this=total, expressions=[most.copy()])])


def added(terms: Iterator[exp.Expr]) -> exp.Expr:
    """Return the sum of some terms; of none, 0."""
    total: exp.Expr = exp.cast(exp.Literal.number(0), "BIGINT")
    for term in terms:
        total = exp.Add(this=total, expression=term)
    return total


def _sum(place: int, clause: EngagementClause) -> exp.Expr:
    own = select("SELECT l.clause = :place", place=place).selects[0]
    if clause.half_life is None:
        count = exp.Count(this=exp.Case(ifs=[exp.If(this=own, true=exp.Literal.number(1))]))
        return exp.Mul(this=exp.cast(count, "BIGINT"), expression=exp.Literal.number(clause.points))
    worth = exp.Case(ifs=[exp.If(this=own, true=column("d", "points"))])
    return exp.cast(exp.Coalesce(this=exp.Sum(this=worth), expressions=[exp.Literal.number(0)]), "BIGINT")


def touches_of(clauses: Sequence[EngagementClause], held: Mapping[str, str]) -> list[str]:
    """Return the table of each clause's touchpoints, by the clause's name."""
    return [held[clause.name] for clause in clauses]
