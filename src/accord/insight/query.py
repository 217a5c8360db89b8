"""Questions read from ``sql/*.sql``: parsed once, joined with what they refer to as trees, rendered for one engine.

A table named in a question is one of the star's or another question; the latter makes a number and the rows behind it
the same by construction: ``funnel`` counts what ``funnel_leads`` lists. Nothing is ever put together as text.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files

import sqlglot
from sqlglot import exp

from accord.insight.errors import InsightError
from accord.insight.star import STAR, Type, stages

DIALECT = "duckdb"
"""The dialect in which the files are written."""

_NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Query:
    """One question.

    Attributes:
        name: That of its file, or what else it is made of; two questions of one name are the same.
        tree: A select over tables of the star and other questions; not to be changed.
        columns: What it answers with, in order.
    """

    name: str
    tree: exp.Query = field(compare=False)
    columns: tuple[str, ...] = field(compare=False)

    @property
    def parameters(self) -> tuple[str, ...]:
        """What must be given with it, the questions it refers to included, sorted."""
        trees = (self.tree, *(query(name).tree for name in _in_order(self.tree) if name not in STAR))
        return tuple(sorted({str(found.this) for tree in trees for found in tree.find_all(exp.Placeholder)}))

    def render(self, dialect: str, star: Mapping[str, exp.Query] | None = None) -> str:
        """Return the question as text for one engine, self-contained but for the star's tables and the parameters.

        Args:
            dialect: An engine that SQLGlot knows. Parameters come out as its drivers take them by name; on PostgreSQL
                as ``%(name)s``, and the text then holds no other per cent sign.
            star: The star's tables as queries over what the engine holds, by name; without it (but for ``stages``,
                which is always put in) the engine has tables of these names.
        """
        tree = self.tree.copy()
        held = {"stages": stages(), **(star or {})}
        for name in _in_order(tree):
            source = held.get(name) if name in STAR else query(name).tree
            if source is not None:
                tree = tree.with_(exp.to_identifier(name, quoted=True), as_=source.copy(), copy=False)
        return _typed(tree).sql(dialect=dialect, identify=True, comments=False)

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
            order: The BIGINT column by which rows are ordered, nulls last; then by lead.
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
        tree = tree.order_by(
            exp.Ordered(this=column[order].copy(), desc=descending, nulls_first=False),
            exp.Ordered(this=column["lead_id"].copy(), desc=True, nulls_first=False),
        )
        tree = tree.limit(_parameter("limit", Type.BIGINT)).offset(_parameter("skip", Type.BIGINT))
        conditions = [*(f"{name}=" for name in same), *(f"{name}>=" for name in at_least)]
        name = f"{self.name} [{' '.join((*conditions, f'-{order}' if descending else order))}]"
        return Query(name, tree, (*self.columns, "total"))


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


def tables_of(tree: exp.Expr) -> Iterator[str]:
    """Yield the names of the tables that a tree reads, in the order in which they stand there."""
    yield from dict.fromkeys(table.name for table in tree.find_all(exp.Table, bfs=False))


def _in_order(tree: exp.Expr, inside: tuple[str, ...] = ()) -> list[str]:
    """Return everything a tree refers to, directly or not, each after what it refers to itself."""
    found: dict[str, None] = {}
    for name in tables_of(tree):
        if name in inside:
            raise InsightError("insight.circular_question", f"'{name}' refers to itself")
        if name not in STAR:
            found |= dict.fromkeys(_in_order(query(name).tree, (*inside, name)))
        found[name] = None
    return list(found)


def _parameter(name: str, type_: Type) -> exp.Cast:
    return exp.cast(exp.Placeholder(this=name), type_.value)


def _typed(tree: exp.Query) -> exp.Query:
    """Tell each parameter its type, which ClickHouse wants to hear inside the parameter itself."""
    for parameter in tree.find_all(exp.Placeholder):
        if isinstance(parameter.parent, exp.Cast):
            parameter.set("kind", parameter.parent.to.copy())
    return tree
