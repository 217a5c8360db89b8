"""The questions behind a map: two of the dimensions joined to the leads of a base, and counted."""

from enum import Enum
from functools import cache

from accord.insight.query import Query
from accord.insight.tree import select


class Dimension(Enum):
    """By what close rates are compared; the value is the end of the name of the question that tells it of each lead.

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

    Whatever is known of a lead is gathered by grouping, not by joins: no engine can guess how many rows each part has.
    A value that is not known is empty, and so is every value of a dimension that is None.
    """
    names = {"a": f"closing_{row.value}"} | ({"b": f"closing_{column.value}"} if column else {})
    tree = select(_GATHERED if column else _GATHERED_ALONE, names)
    name = f"closing_cells_{row.value}" + (f"_{column.value}" if column else "")
    return Query(name, tree, tuple(tree.named_selects))


@cache
def counts(row: Dimension, column: Dimension | None) -> Query:
    """Return how many leads each cell of a map has, and how many of them were won."""
    behind = cells(row, column)
    tree = select(_COUNTED, {"c": behind.tree.copy()})
    return Query(behind.name.replace("cells", "counts"), tree, tuple(tree.named_selects))


_LAST = """
SELECT
    t.lead_id AS lead_id,
    t.entered_us AS entered_us,
    t.won_us AS won_us,
    t.won AS won,
    t.waiting AS waiting,
    COALESCE(t.row_value, '') AS row_value,
    COALESCE(t.column_value, '') AS column_value
FROM (
    SELECT
        k.lead_id AS lead_id,
        MAX(k.entered_us) AS entered_us,
        MAX(k.won_us) AS won_us,
        MAX(k.won) AS won,
        MAX(k.waiting) AS waiting,
        MAX(k.row_value) AS row_value,
        MAX(k.column_value) AS column_value
    FROM (
        SELECT
            l.lead_id AS lead_id, l.entered_us AS entered_us, l.won_us AS won_us, l.won AS won, l.waiting AS waiting,
            CAST(NULL AS TEXT) AS row_value, CAST(NULL AS TEXT) AS column_value
        FROM closing_leads AS l
        UNION ALL
        SELECT
            a.lead_id AS lead_id, CAST(NULL AS BIGINT) AS entered_us, CAST(NULL AS BIGINT) AS won_us,
            CAST(NULL AS BIGINT) AS won, CAST(NULL AS BIGINT) AS waiting,
            a.value AS row_value, CAST(NULL AS TEXT) AS column_value
        FROM a AS a
        {second}
    ) AS k
    GROUP BY k.lead_id
) AS t
WHERE t.entered_us IS NOT NULL
"""
_GATHERED_ALONE = _LAST.format(second="")
_GATHERED = _LAST.format(
    second="""
        UNION ALL
        SELECT
            b.lead_id AS lead_id, CAST(NULL AS BIGINT) AS entered_us, CAST(NULL AS BIGINT) AS won_us,
            CAST(NULL AS BIGINT) AS won, CAST(NULL AS BIGINT) AS waiting,
            CAST(NULL AS TEXT) AS row_value, b.value AS column_value
        FROM b AS b
"""
)
_COUNTED = """
SELECT
    c.row_value AS row_value,
    c.column_value AS column_value,
    COUNT(*) AS leads,
    CAST(SUM(c.won) AS BIGINT) AS won
FROM c AS c
GROUP BY c.row_value, c.column_value
"""
