"""The portable subset of SQL: what a question may use, so that it means the same on every engine.

Engines differ in small things, and each rule here keeps out one of them: how nulls sort, what a division of two whole
numbers is, what ``FILTER`` is allowed on, which types are converted silently, what a function is called.
"""

import itertools
import re
from collections.abc import Iterator, Mapping

from sqlglot import exp, tokenize
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify

from accord.insight.query import DIALECT, Query, query, tables_of
from accord.insight.star import STAR, Table

FUNCTIONS = (
    exp.And,
    exp.Or,
    exp.Case,
    exp.If,
    exp.Cast,
    exp.Coalesce,
    exp.Count,
    exp.Lag,
    exp.Lead,
    exp.Max,
    exp.Min,
    exp.Nullif,
    exp.RowNumber,
    exp.Sum,
)
"""The functions that every engine has under some name and with one meaning."""

FORBIDDEN = {
    exp.Star: "SELECT * changes with the table",
    exp.Filter: "FILTER is not known everywhere; sum a CASE instead",
    exp.With: "a question has no WITH; give the part a file of its own",
    exp.Mod: "the sign of a remainder differs, and PostgreSQL's drivers take the per cent sign for a parameter",
    exp.Like: "patterns and their escapes differ",
    exp.Distinct: "what DISTINCT allows differs; group instead",
    exp.Order: "rows have no order; the caller sorts",
}
_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")
_ALIKE = (
    frozenset({exp.DataType.Type.INT, exp.DataType.Type.BIGINT}),
    frozenset({exp.DataType.Type.TEXT, exp.DataType.Type.VARCHAR}),
)
_COMPARED = (exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Add, exp.Sub)


def findings(question: Query, text: str = "", tables: Mapping[str, Table] = STAR) -> tuple[str, ...]:
    """Return what a question uses that is not portable, as sentences; nothing if it may stay.

    Args:
        question: The question.
        text: Its source, in which the order of nulls must be written out; the tree has lost whether it was.
        tables: What it may read beside other questions.
    """
    shape = tuple(_by_shape(question.tree)) + tuple(_null_order(question.tree, text))
    return shape or tuple(_by_type(question, tables))


def _by_shape(tree: exp.Expr) -> Iterator[str]:
    for node in tree.walk():
        yield from _forbidden(node)
        match node:
            case exp.Func() if not isinstance(node, FUNCTIONS):
                yield f"{node.sql(DIALECT)}: this function is not in the table of portable ones"
            case exp.Placeholder() if not isinstance(node.parent, exp.Cast):
                yield f"{node.sql(DIALECT)}: a parameter is cast, so that every engine knows its type"
            case exp.Identifier() if not _IDENTIFIER.fullmatch(node.name):
                yield f"{node.name}: names are lower case, since engines fold case differently"
            case exp.Column() if not node.table:
                yield f"{node.name}: say of which table"
            case exp.Join() if node.side and not _has_equality(node):
                yield f"{node.sql(DIALECT)}: an outer join needs an equality; BigQuery and ClickHouse refuse others"
            case exp.Div() if not _real(node.this) or not _or_null(node.expression):
                yield f"{node.sql(DIALECT)}: divide DOUBLE by NULLIF(DOUBLE, 0)"
            case exp.IntDiv() if not isinstance(node.parent, exp.Cast):
                yield f"{node.sql(DIALECT)}: cast a whole division; PostgreSQL gives NUMERIC"
            case exp.Sum() if not isinstance(_windowed(node).parent, exp.Cast | exp.Coalesce):
                yield f"{node.sql(DIALECT)}: cast a sum; its type differs"


def _windowed(node: exp.Expr) -> exp.Expr:
    """Return the window of which a function is, if it is of one."""
    parent = node.parent
    return parent if isinstance(parent, exp.Window) and parent.this is node else node


def _forbidden(node: exp.Expr) -> Iterator[str]:
    for kind, why in FORBIDDEN.items():
        counted = isinstance(node, exp.Star) and isinstance(node.parent, exp.Count)
        in_window = isinstance(node, exp.Order) and isinstance(node.parent, exp.Window)
        if isinstance(node, kind) and not counted and not in_window:
            yield f"{node.sql(DIALECT)}: {why}"


def _has_equality(join: exp.Join) -> bool:
    condition = join.args.get("on")
    parts = condition.flatten() if isinstance(condition, exp.And) else [condition]
    return any(isinstance(part, exp.EQ) and len(set(_tables_in(part))) > 1 for part in parts)


def _tables_in(node: exp.Expr) -> Iterator[str]:
    return (column.table for column in node.find_all(exp.Column))


def _real(node: exp.Expr) -> bool:
    return isinstance(node, exp.Cast) and node.is_type(exp.DataType.Type.DOUBLE)


def _or_null(node: exp.Expr) -> bool:
    return isinstance(node, exp.Nullif) and _real(node.this)


def _null_order(tree: exp.Expr, text: str) -> Iterator[str]:
    ordered = sum(1 for _ in tree.find_all(exp.Ordered))
    words = [token.text.upper() for token in tokenize(text, read=DIALECT)]
    written = sum(word == "NULLS" and after in {"FIRST", "LAST"} for word, after in itertools.pairwise(words))
    if text and written != ordered:
        yield f"{ordered - written} order without NULLS FIRST or NULLS LAST; engines differ"


def _by_type(question: Query, tables: Mapping[str, Table]) -> Iterator[str]:
    try:
        tree = _annotated(question, tables)
    except SqlglotError as error:
        yield str(error)
        return
    for node in tree.find_all(*_COMPARED):
        left, right = node.left.type, node.right.type
        if left and right and not _same(left, right):
            yield f"{node.sql(DIALECT)}: compares {left.sql(DIALECT)} with {right.sql(DIALECT)}"


def _same(left: exp.DataType, right: exp.DataType) -> bool:
    return left.this == right.this or any({left.this, right.this} <= alike for alike in _ALIKE)


def _annotated(question: Query, tables: Mapping[str, Table]) -> exp.Query:
    schema: dict[str, object] = {name: _columns(name, tables) for name in tables_of(question.tree)}
    return annotate_types(qualify(question.tree.copy(), schema=schema, dialect=DIALECT), schema=schema, dialect=DIALECT)


def _columns(name: str, tables: Mapping[str, Table]) -> dict[str, str]:
    """Return the columns and types of a table that a question reads."""
    if name in tables:
        return {column.name: column.type.value for column in tables[name].columns}
    tree = _annotated(query(name), tables)
    return {select.alias_or_name: select.type.sql(DIALECT) for select in tree.selects if select.type}
