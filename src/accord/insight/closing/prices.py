"""The questions behind discounts: won deals with their list prices, by the dimensions of the map."""

from functools import cache

from accord.insight.closing.questions import Dimension
from accord.insight.query import Query
from accord.insight.tree import column, select, together


@cache
def priced(dimension: Dimension) -> Query:
    """Return the deals behind one dimension, each with the value of its lead, empty if not known."""
    tree = select(_PRICED, value=column("f", dimension.value))
    return Query(f"closing_priced_{dimension.value}", tree, tuple(tree.named_selects))


@cache
def ratio_counts() -> Query:
    """Return how many deals closed in which band and at which share of the list price, by dimension and value.

    All dimensions are asked for at once, because a reader looks at all of them for the one that differs.
    """
    parts = [select(_COUNTED, {"p": priced(each).tree.copy()}, dimension=each.value) for each in Dimension]
    tree = together(parts)
    return Query("closing_ratio_counts", tree, tuple(tree.named_selects))


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
_COUNTED = """
SELECT
    CAST(:dimension AS TEXT) AS dimension,
    p.value AS value,
    p.band AS band,
    p.ratio AS ratio,
    COUNT(*) AS deals
FROM p AS p
GROUP BY p.value, p.band, p.ratio
"""
