"""Queries put together from trees: a text in DuckDB's dialect with names of its own, into which parts are set."""

import hashlib
from collections.abc import Iterable, Mapping
from functools import lru_cache

import sqlglot
from sqlglot import exp

from accord.insight.query import DIALECT

FAR = 2**61
"""Beyond every instant, in microseconds; the difference of two such still fits a BIGINT."""


def select(
    text: str, tables: Mapping[str, str | exp.Query] | None = None, /, **parts: exp.Expr | int | str
) -> exp.Select:
    """Return the query that ``text`` says, with its identifiers quoted.

    Args:
        text: A select; ``:name`` stands for a part.
        tables: What stands for the tables that the text names: another table, or a query, which becomes part of this
            one; a table that is not here stands for itself.
        parts: Trees, whole numbers or texts, by name.
    """
    given = {name: _literal(part) for name, part in parts.items()}

    def placed(node: exp.Expr) -> exp.Expr:
        match node:
            case exp.Placeholder() if str(node.this) in given:
                return given[str(node.this)].copy()
            case exp.Table() if node.name in (tables or {}):
                stands = (tables or {})[node.name]
                if isinstance(stands, exp.Query):
                    return as_table(stands, node.alias or node.name)
                return table(stands, node.alias or node.name)
            case exp.Identifier():
                node.set("quoted", True)
        return node

    result = _parsed(text).transform(placed)
    if not isinstance(result, exp.Select):
        raise TypeError(text)
    return result


@lru_cache(maxsize=512)
def _parsed(text: str) -> exp.Expr:
    return sqlglot.parse_one(text, read=DIALECT)


def _literal(part: exp.Expr | int | str) -> exp.Expr:
    if isinstance(part, int):
        return exp.Literal.number(part)
    return exp.Literal.string(part) if isinstance(part, str) else part


def column(alias: str, name: str) -> exp.Column:
    """Return a column of a table by its alias, both quoted."""
    return exp.column(name, table=alias, quoted=True)


def table(name: str, alias: str) -> exp.Table:
    """Return a table that the engine holds, under an alias, both quoted."""
    return exp.Table(
        this=exp.to_identifier(name, quoted=True),
        alias=exp.TableAlias(this=exp.to_identifier(alias, quoted=True)),
    )


def named(expression: exp.Expr, name: str) -> exp.Expr:
    """Return an expression as a column of a select."""
    return exp.alias_(expression, name, quoted=True)


def whole(number: int) -> exp.Expr:
    """Return a whole number as a BIGINT."""
    return exp.cast(exp.Literal.number(number), "BIGINT")


def together(queries: Iterable[exp.Query]) -> exp.Query:
    """Return all rows of all ``queries``, of which there is at least one."""
    first, *rest = queries
    return exp.union(first, *rest, distinct=False, copy=False) if rest else first


def as_table(query: exp.Query, name: str) -> exp.Subquery:
    """Return a query as a table of another under ``name``; the query becomes part of it."""
    return query.subquery(exp.to_identifier(name, quoted=True), copy=False)


def name_of(kind: str, *made_of: object) -> str:
    """Return the name under which an engine holds what was made of these values; the same values, the same name."""
    return f"{kind}_{hashlib.sha256(repr(made_of).encode('utf-8', 'surrogatepass')).hexdigest()[:20]}"
