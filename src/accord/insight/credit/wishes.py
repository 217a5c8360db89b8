"""What is wished for of the tables of credit: whose touches, which measure, which months; and how these are asked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any, Protocol, TypeVar

from accord.insight.credit.tables import Dimension, Measure, Scope


class By(StrEnum):
    """Of which deals a span of months holds: those that were won in it, or those whose leads began in it."""

    PERIOD = "period"
    COHORT = "cohort"


LABELS: Mapping[Dimension, str] = {
    Dimension.CHANNEL: "c.channel",
    Dimension.SOURCE: "c.source",
    Dimension.CAMPAIGN: "c.campaign",
    Dimension.CONTENT: "c.content",
    Dimension.LANDING: "c.landing",
    Dimension.DIRECTION: "CASE c.inbound WHEN 1 THEN 'inbound' WHEN 0 THEN 'outbound' ELSE '' END",
    Dimension.PERSON: "CAST(c.person_id AS VARCHAR)",
    Dimension.USER: "COALESCE(CAST(c.user_id AS VARCHAR), '')",
    Dimension.AGENCY: "CASE c.agency WHEN 1 THEN 'agency' ELSE '' END",
}
SPENT_ON = frozenset({Dimension.CHANNEL, Dimension.SOURCE, Dimension.CAMPAIGN, Dimension.DIRECTION})
"""By what costs can be told apart."""
ENTERED_BY = SPENT_ON | {Dimension.CONTENT, Dimension.LANDING}
"""By what leads can be told apart, by how their person first came."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for.

    Attributes:
        first: The first month, by its number.
        last: The last one, which is part of it.
    """

    scope: Scope
    measure: Measure
    by: By
    first: int
    last: int

    @property
    def given(self) -> dict[str, Any]:
        """Return its parameters."""
        return {"scope": self.scope.value, "measure": self.measure.value, "first": self.first, "last": self.last}

    def month(self, alias: str) -> str:
        """Return the column that says of which month a deal is."""
        return f"{alias}.{'won_month' if self.by is By.PERIOD else 'lead_month'}"


class Asked(Protocol):
    """Holds the tables of an edition."""

    def ask(self, text: str, given: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""


@dataclass(frozen=True, slots=True)
class OfLabel:
    """Asks the tables of one label alone; whatever is asked has a column ``label``.

    The engine leaves out other labels before it groups by them.
    """

    tables: Asked
    label: str

    def ask(self, text: str, given: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """Return those rows of a query that are the label's."""
        alone = f"SELECT * FROM (\n{text}\n) AS found WHERE found.label = $label"  # noqa: S608  # our own queries
        return self.tables.ask(alone, {**given, "label": self.label})


class Streamed(Protocol):
    """Holds the same, and answers in parts."""

    def parts(self, text: str, given: Mapping[str, Any]) -> Iterator[list[tuple[Any, ...]]]:
        """Yield the rows of a query, some at a time."""


@cache
def text_of(name: str) -> str:
    """Return a query of ``sql``."""
    return (files("accord.insight.credit") / "sql" / f"{name}.sql").read_text(encoding="utf-8")


A = TypeVar("A")


def answers(answer: type[A], rows: Sequence[tuple[Any, ...]]) -> list[A]:
    """Return rows as answers of a kind, whose attributes are the columns in their order."""
    return [answer(*row) for row in rows]
