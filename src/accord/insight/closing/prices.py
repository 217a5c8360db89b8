"""The questions behind discounts: won deals with their list prices, by the dimensions of the map."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache

from sqlglot import exp

from accord.insight.answer import RatioSum
from accord.insight.closing.questions import Dimension
from accord.insight.closing.ratios import RatioSums
from accord.insight.query import Query
from accord.insight.tree import column, select, together

FAR = 1_000_000
"""A hundred times the list price, in ten-thousandths: ratios above it are not squared by an engine.

Nine million deals of one group, each below it, have squares that a BIGINT holds in sum; a single deal may be far above.
"""


@cache
def priced(dimension: Dimension) -> Query:
    """Return the deals behind one dimension, each with the value of its lead, empty if not known."""
    tree = select(_PRICED, value=column("f", dimension.value))
    return Query(f"closing_priced_{dimension.value}", tree, tuple(tree.named_selects))


@cache
def ratio_spread(dimension: Dimension | None) -> Query:
    """Return the middle ratios and the bands of the deals of each value of a dimension; None: of all deals, as ""."""
    behind = select(_ALL) if dimension is None else priced(dimension).tree.copy()
    tree = select(_SPREAD, {"p": behind})
    name = f"closing_ratio_spread_{dimension.value}" if dimension else "closing_ratio_spread"
    return Query(name, tree, tuple(tree.named_selects))


@cache
def ratio_sums() -> Query:
    """Return how many deals each value of each dimension has, with the sums that tell their mean and variance.

    All dimensions are asked for at once, because a reader looks at all of them for the one that differs. Each deal is
    read once and then stands under each of them, so that no engine looks for the facts of its lead twelve times.
    """
    value = exp.Case()
    for each in Dimension:
        value = value.when(column("k", "dimension").eq(each.value), column("f", each.value), copy=False)
    dimensions = together(select("SELECT CAST(:name AS TEXT) AS dimension", name=each.value) for each in Dimension)
    tree = select(_SUMS, {"dimensions": dimensions}, value=value, far=FAR)
    return Query("closing_ratio_sums", tree, tuple(tree.named_selects))


def sums_of_groups(rows: Iterable[RatioSum]) -> Mapping[str, Mapping[str, RatioSums]]:
    """Return what ``ratio_sums`` found by dimension and value, ratios that are far off included."""
    found: dict[str, dict[str, RatioSums]] = defaultdict(dict)
    for row in rows:
        far = RatioSums(0, row.deals * row.far, row.deals * row.far**2)
        before = found[row.dimension].get(row.value, RatioSums())
        found[row.dimension][row.value] = before + far + RatioSums(row.deals, row.total, row.squares)
    return found


_PRICED = """
SELECT
    p.deal_id AS deal_id,
    p.lead_id AS lead_id,
    p.closed_us AS closed_us,
    p.amount_cents AS amount_cents,
    p.list_cents AS list_cents,
    p.ratio AS ratio,
    p.band AS band,
    :value AS value
FROM closing_prices AS p
JOIN lead_facts AS f ON f.lead_id = p.lead_id
"""
_ALL = "SELECT p.ratio AS ratio, p.band AS band, CAST('' AS TEXT) AS value FROM closing_prices AS p"
_SPREAD = """
SELECT
    r.value AS value,
    MIN(CASE WHEN r.turn * 2 >= r.deals THEN r.ratio END) AS lower_middle,
    MIN(CASE WHEN r.turn * 2 > r.deals THEN r.ratio END) AS upper_middle,
    COUNT(CASE WHEN r.band = 0 THEN 1 END) AS list_price,
    COUNT(CASE WHEN r.band = 1 THEN 1 END) AS up_to_5,
    COUNT(CASE WHEN r.band = 2 THEN 1 END) AS up_to_10,
    COUNT(CASE WHEN r.band = 3 THEN 1 END) AS up_to_20,
    COUNT(CASE WHEN r.band = 4 THEN 1 END) AS more
FROM (
    SELECT
        p.value AS value,
        p.ratio AS ratio,
        p.band AS band,
        ROW_NUMBER() OVER (PARTITION BY p.value ORDER BY p.ratio ASC NULLS LAST) AS turn,
        COUNT(*) OVER (PARTITION BY p.value) AS deals
    FROM p AS p
) AS r
GROUP BY r.value
"""
_SUMS = """
SELECT
    e.dimension AS dimension,
    e.value AS value,
    e.far AS far,
    COUNT(*) AS deals,
    CAST(SUM(e.near) AS BIGINT) AS total,
    CAST(SUM(e.near * e.near) AS BIGINT) AS squares
FROM (
    SELECT
        k.dimension AS dimension,
        :value AS value,
        CASE WHEN p.ratio > :far THEN p.ratio ELSE CAST(0 AS BIGINT) END AS far,
        CASE WHEN p.ratio > :far THEN CAST(0 AS BIGINT) ELSE p.ratio END AS near
    FROM closing_prices AS p
    JOIN lead_facts AS f ON f.lead_id = p.lead_id
    CROSS JOIN dimensions AS k
) AS e
GROUP BY e.dimension, e.value, e.far
"""
