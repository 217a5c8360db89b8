"""Questions read from ``sql/*.sql``: parsed once, joined with what they refer to as trees, rendered for one engine.

A table named in a question is one of the star's or another question; the latter makes a number and the rows behind it
the same by construction: ``funnel`` counts what ``funnel_leads`` lists. Nothing is ever put together as text.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib.resources import files
from typing import Any

import sqlglot
from sqlglot import exp

from accord.insight.errors import InsightError
from accord.insight.star import STAR, Type, stages

DIALECT = "duckdb"
"""The dialect in which the files are written."""

DIALECTS = ("duckdb", "postgres", "spark", "databricks", "clickhouse", "trino", "bigquery", "snowflake")
"""The engines for which questions are rendered, as SQLGlot names them."""
OF_SPARK = frozenset({"spark", "databricks"})
"""Engines that plan as Spark does."""
POSITIONAL = frozenset({"trino", "snowflake"})
"""Engines whose parameters are told apart by their place: each is a ``?``."""
NULLS_FROM_OUTER_JOINS = exp.EQ(this=exp.column("join_use_nulls"), expression=exp.Literal.number(1))
"""Without this ClickHouse says 0, or an empty text, where a row of an outer join has no partner."""
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_MARK = re.compile("\0([0-9]+)\0")


@dataclass(frozen=True, slots=True)
class Query:
    """One question.

    Attributes:
        name: That of its file, or what else it is made of; two questions of one name are the same.
        tree: A select over tables of the star and other questions; not to be changed.
        columns: What it answers with, in order.
        held: The questions that whoever is asked holds the answers of, as tables of these names.
    """

    name: str
    tree: exp.Query = field(compare=False)
    columns: tuple[str, ...] = field(compare=False)
    held: frozenset[str] = frozenset()

    @property
    def parameters(self) -> tuple[str, ...]:
        """What must be given with it, the questions it refers to included, sorted."""
        return tuple(sorted({str(found.this) for found in self._placeholders()}))

    @property
    def types(self) -> Mapping[str, Type]:
        """The type of each parameter, which is that to which it is cast; sorted by name.

        Raises:
            InsightError: ``insight.untyped`` if one is cast to nothing that every engine has.
        """
        found = {str(each.this): _type_of(each) for each in self._placeholders()}
        return {name: found[name] for name in self.parameters}

    def bound(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return those of the values that are its parameters.

        Raises:
            InsightError: ``insight.missing_parameter`` if there is none for one of them.
        """
        if missing := [name for name in self.parameters if name not in given]:
            raise InsightError(
                "insight.missing_parameter",
                f"'{self.name}' needs {', '.join(missing)}",
                hint=f"give all of {', '.join(self.parameters)}",
            )
        return {name: given[name] for name in self.parameters}

    def render(
        self,
        dialect: str,
        star: Mapping[str, exp.Query] | None = None,
        given: Mapping[str, int | str] | None = None,
        *,
        pretty: bool = False,
    ) -> str:
        """Return the question as text for one engine, self-contained but for the star's tables and the parameters.

        Args:
            dialect: An engine that SQLGlot knows. Parameters come out as its drivers take them by name, or as ``?``
                (``positions`` says which is which); on PostgreSQL as ``%(name)s``, and any other per cent sign is then
                written twice.
            star: The star's tables as queries over what the engine holds, by name; without it (but for ``stages``,
                which is always put in) the engine has tables of these names.
            given: Parameters that are written out as their values.
            pretty: Whether it stands on many lines.
        """
        return _text(self._joined(star or {}), dialect, given or {}, pretty)[0]

    def over(self, held: Collection[str]) -> "Query":
        """Return the same question, to be asked of whoever holds the answers of some others as tables."""
        return replace(self, held=frozenset(held))

    def positions(self, dialect: str, given: Mapping[str, int | str] | None = None) -> tuple[str, ...]:
        """Return the parameters in the order in which they stand in what ``render`` gives, each as often as it does."""
        return _text(self._joined({}), dialect, given or {})[1]

    def _placeholders(self) -> Iterator[exp.Placeholder]:
        asked = (name for name in _in_order(self.tree, self.held) if name not in STAR)
        for tree in (self.tree, *(query(name).tree for name in asked)):
            yield from tree.find_all(exp.Placeholder)

    def _joined(self, star: Mapping[str, exp.Query]) -> exp.Query:
        """Return the tree with what it refers to in its WITH, before what it has there of its own."""
        tree = self.tree.copy()
        own = tree.args.get("with_")
        tree.set("with_", None)
        known = {"stages": stages(), **star}
        for name in _in_order(self.tree, self.held):
            source = known.get(name) if name in STAR else query(name).tree
            if source is not None:
                tree = tree.with_(exp.to_identifier(name, quoted=True), as_=source.copy(), copy=False)
        if own is not None:
            before = tree.ctes
            tree.set("with_", exp.With(expressions=[*before, *own.expressions], recursive=own.recursive))
        return tree

    def listing(
        self,
        equal: Mapping[str, Type] | None = None,
        at_least: Sequence[str] = (),
        order: str = "lead_id",
        descending: bool = True,
    ) -> "Query":
        """Return a page of this question's rows: parameters ``limit`` and ``skip``, and one named after each condition.

        A last column ``total`` says how many rows meet the conditions on all pages together.

        Args:
            equal: Columns that must equal the parameter of their name, with their types.
            at_least: BIGINT columns that must be at least the parameter of their name.
            order: The BIGINT column by which rows are ordered, nulls last; then by lead, deal and end.
            descending: Whether the largest stand first.

        Raises:
            InsightError: ``insight.unknown_column``.
        """
        same = dict(equal or {})
        unknown = {*same, *at_least, order, "lead_id"} - set(self.columns)
        if unknown:
            raise InsightError("insight.unknown_column", f"'{self.name}' has no column '{min(unknown)}'")
        column = {name: exp.column(name, table="found", quoted=True) for name in self.columns}
        total = exp.alias_(exp.Window(this=exp.Count(this=exp.Star())), "total", quoted=True)
        tree = exp.select(*(exp.alias_(each.copy(), name, quoted=True) for name, each in column.items()), total)
        tree = tree.from_(self.tree.copy().subquery(exp.to_identifier("found", quoted=True), copy=False))
        for name, type_ in same.items():
            tree = tree.where(exp.EQ(this=column[name].copy(), expression=_parameter(name, type_)))
        for name in at_least:
            tree = tree.where(exp.GTE(this=column[name].copy(), expression=_parameter(name, Type.BIGINT)))
        ties = ["lead_id", *(name for name in ("deal_id", "until_us") if name in self.columns and name != order)]
        tree = tree.order_by(
            exp.Ordered(this=column[order].copy(), desc=descending, nulls_first=False),
            *(exp.Ordered(this=column[name].copy(), desc=True, nulls_first=False) for name in ties),
        )
        tree = tree.limit(_parameter("limit", Type.BIGINT)).offset(_parameter("skip", Type.BIGINT))
        conditions = [*(f"{name}=" for name in same), *(f"{name}>=" for name in at_least)]
        name = f"{self.name} [{' '.join((*conditions, f'-{order}' if descending else order))}]"
        return Query(name, tree, (*self.columns, "total"), self.held)


def names() -> tuple[str, ...]:
    """Return the name of every question, sorted."""
    found = (entry.name for entry in (files("accord.insight") / "sql").iterdir())
    return tuple(sorted(name.removesuffix(".sql") for name in found if name.endswith(".sql")))


@lru_cache
def query(name: str) -> Query:
    """Return the question of a name.

    Raises:
        InsightError: ``insight.unknown_question`` or ``insight.bad_question``.
    """
    file = files("accord.insight") / "sql" / f"{name}.sql"
    if not _NAME.fullmatch(name) or not file.is_file():
        raise InsightError("insight.unknown_question", f"there is no question '{name}'", hint=", ".join(names()))
    return parse(name, file.read_text(encoding="utf-8"))


def parse(name: str, text: str) -> Query:
    """Return the question that a text in DuckDB's dialect asks.

    Raises:
        InsightError: ``insight.bad_question`` if it is not one select with named columns.
    """
    try:
        tree = sqlglot.parse_one(text, read=DIALECT)
    except sqlglot.ParseError as error:
        raise InsightError("insight.bad_question", f"'{name}' is not SQL: {error}") from error
    if not isinstance(tree, exp.Query):
        raise InsightError("insight.bad_question", f"'{name}' is not one select")
    return Query(name, tree, tuple(tree.named_selects))


def as_question(asked: "Question") -> Query:
    """Return what is asked as a question.

    Raises:
        InsightError: ``insight.bad_question`` if it is a text that is not one select.
    """
    match asked:
        case Query():
            return asked
        case str():
            return parse("what is asked", asked)
    return Query("what is asked", asked, tuple(asked.named_selects))


def tables_of(tree: exp.Expr) -> Iterator[str]:
    """Yield the names of the tables that a tree reads, in the order in which they stand there; but for its own WITH."""
    own = {found.alias for found in tree.find_all(exp.CTE)}
    names = (table.name for table in tree.find_all(exp.Table, bfs=False))
    yield from dict.fromkeys(name for name in names if name not in own)


def _in_order(tree: exp.Expr, held: Collection[str], inside: tuple[str, ...] = ()) -> list[str]:
    """Return everything a tree refers to, directly or not, each after what it refers to itself; not what is held."""
    found: dict[str, None] = {}
    for name in tables_of(tree):
        if name in inside:
            raise InsightError("insight.circular_question", f"'{name}' refers to itself")
        if name in held:
            continue
        if name not in STAR:
            found |= dict.fromkeys(_in_order(query(name).tree, held, (*inside, name)))
        found[name] = None
    return list(found)


def _parameter(name: str, type_: Type) -> exp.Cast:
    return exp.cast(exp.Placeholder(this=name), type_.value)


def _type_of(parameter: exp.Placeholder) -> Type:
    cast = parameter.parent
    for type_ in Type:
        if isinstance(cast, exp.Cast) and cast.to == exp.DataType.build(type_.value, dialect=DIALECT):
            return type_
    raise InsightError("insight.untyped", f"the parameter '{parameter.this}' is not cast", hint="CAST($name AS BIGINT)")


def _text(
    tree: exp.Query, dialect: str, given: Mapping[str, int | str], pretty: bool = False
) -> tuple[str, tuple[str, ...]]:
    """Return a tree, which is changed, as text, and the names of its parameters in the order of the text."""
    found = list(tree.find_all(exp.Placeholder))
    stay = any(str(each.this) not in given for each in found)
    # How each is written is known before it is known where it stands: until then there is a mark in its place.
    written = [_parameter_text(each, dialect, given) for each in found]
    for place, parameter in enumerate(found):
        parameter.replace(exp.var(f"\0{place}\0"))
    if dialect == "clickhouse":
        tree = _for_clickhouse(tree)
    if dialect in OF_SPARK:
        tree = _for_spark(tree)
    text = tree.sql(dialect=dialect, identify=True, comments=False, pretty=pretty)
    order = [int(place) for place in _MARK.findall(text)]
    if dialect == "postgres" and stay:
        text = text.replace("%", "%%")
        written = [each if each.startswith("%(") else each.replace("%", "%%") for each in written]
    left = tuple(str(found[place].this) for place in order if str(found[place].this) not in given)
    return _MARK.sub(lambda mark: written[int(mark[1])], text), left


def _for_clickhouse(tree: exp.Query) -> exp.Query:
    """Say what ClickHouse does not take for granted: NULL from outer joins, and which way a whole division rounds."""
    for whole in list(tree.find_all(exp.IntDiv)):
        whole.replace(exp.Trunc(this=exp.Div(this=whole.left.copy(), expression=whole.right.copy())))
    tree.set("settings", [NULLS_FROM_OUTER_JOINS.copy()])
    return tree


def _for_spark(tree: exp.Query) -> exp.Query:
    """Leave out names that columns bear anyway; to Spark each is another column.

    Where a window stands over a UNION it then has the two side by side, takes them for one again, and refuses its own
    plan (SPARK-53308, mended there for some queries only).
    """
    for alias in list(tree.find_all(exp.Alias)):
        if isinstance(alias.this, exp.Column) and alias.this.name == alias.alias:
            alias.replace(alias.this)
    return tree


def _parameter_text(parameter: exp.Placeholder, dialect: str, given: Mapping[str, int | str]) -> str:
    name = str(parameter.this)
    if name in given:
        return exp.convert(given[name]).sql(dialect=dialect)
    if dialect in POSITIONAL:
        return "?"
    if isinstance(parameter.parent, exp.Cast):
        parameter.set("kind", parameter.parent.to.copy())  # which ClickHouse wants to hear inside the parameter itself
    return parameter.sql(dialect=dialect)


Question = Query | exp.Query | str
"""What can be asked: a question, a tree over the star and the questions, or a text in DuckDB's dialect."""
