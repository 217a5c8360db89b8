"""What close rates, discounts and the funnel are counted from: the facts of all leads, worked out for each version.

Its tables are questions like all others. Whoever has no edition of them asks the star, and gets the same numbers later;
whoever has one takes its tables for the questions of these names.
"""

import hashlib
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Protocol

from accord.insight.editions import Edition, Shelf
from accord.insight.query import DIALECT, Query, query

TABLES: Mapping[str, tuple[str, ...]] = {
    "lead_facts": ("lead_id",),
    "next_steps": ("first_place", "second_us"),
    "lead_stays": ("place", "until_us"),
    "won_prices": ("closed_us",),
}
"""The questions whose answers are kept, and by what these are sorted, so that whatever is far off is not read."""
SHELF = Shelf("facts", "1", Edition, tuple(TABLES))
HELD: Mapping[str, str] = {**{name: name for name in TABLES}, "lead_course": "lead_facts"}
"""The questions that need not be asked any more, and the table that holds the answer of each."""


class Asked(Protocol):
    """A version of the warehouse that answers with Arrow."""

    def arrow(self, question: Query, given: Mapping[str, Any]) -> Any:  # noqa: ANN401  # Arrow's types are not typed
        """Return the answer to a question as a ``pyarrow.Table``."""


def facts(warehouse: Asked, at_us: int) -> Iterator[tuple[str, Any]]:
    """Yield the name and the rows of each table.

    Args:
        warehouse: The version that is asked.
        at_us: The instant as of which it is: what was not over by then is not over.
    """
    for name, order in TABLES.items():
        yield name, warehouse.arrow(query(name), {"now_us": at_us}).sort_by([(column, "ascending") for column in order])


@cache
def counting() -> str:
    """Return what tells these definitions from any other."""
    texts = "\n".join(query(name).render(DIALECT) for name in TABLES)
    return hashlib.sha256(texts.encode()).hexdigest()[:16]
