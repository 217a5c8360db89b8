"""The questions behind a map: the leads of a base by two of their dimensions, listed and counted."""

from enum import Enum
from functools import cache

from sqlglot import exp

from accord.insight.query import Query
from accord.insight.tree import column as column_of
from accord.insight.tree import select


class Dimension(Enum):
    """By what close rates are compared; the value is the column of ``lead_facts`` that tells it of each lead.

    All but the last five are what was known when the lead began or was first offered, so that no rate looks into the
    future: the owner is who had it first, not who won it. The company's are as known now; the first attempt and the
    first call came after the hand-over.
    """

    SOURCE = "source"
    CAMPAIGN = "campaign"
    CHANNEL = "channel"
    OWNER = "owner"
    TEAM = "team"
    GRADE = "grade"
    REVISION = "revision"
    INDUSTRY = "industry"
    REGION = "region"
    SIZE = "size"
    FIRST_ATTEMPT = "first_attempt"
    CALL = "call"


@cache
def cells(row: Dimension, column: Dimension | None) -> Query:
    """Return the leads behind a map, one a row, with the values that say in which cell each stands.

    A value that is not known is empty, and so is every value of a dimension that is None.
    """
    empty = exp.cast(exp.Literal.string(""), "TEXT")
    tree = select(_PLACED, row=column_of("l", row.value), column=column_of("l", column.value) if column else empty)
    name = f"closing_cells_{row.value}" + (f"_{column.value}" if column else "")
    return Query(name, tree, tuple(tree.named_selects))


@cache
def counts(row: Dimension, column: Dimension | None) -> Query:
    """Return how many leads each cell of a map has, and how many of them were won."""
    behind = cells(row, column)
    tree = select(_COUNTED, {"c": behind.tree.copy()})
    return Query(behind.name.replace("cells", "counts"), tree, tuple(tree.named_selects))


_PLACED = """
SELECT
    l.lead_id AS lead_id,
    l.entered_us AS entered_us,
    l.won_us AS won_us,
    l.won AS won,
    l.waiting AS waiting,
    :row AS row_value,
    :column AS column_value
FROM closing_leads AS l
"""
_COUNTED = """
SELECT
    c.row_value AS row_value,
    c.column_value AS column_value,
    COUNT(*) AS leads,
    CAST(SUM(c.won) AS BIGINT) AS won
FROM c AS c
GROUP BY c.row_value, c.column_value
"""
