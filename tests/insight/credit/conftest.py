"""A star in DuckDB, of rows that a test names, which answers as a version of the warehouse does."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from tests.insight.conftest import DAY, DuckDB, rows_of

from accord.agreement import CreditTerms
from accord.agreement.exchange import StatedRate, rates_into
from accord.insight.credit.crediting import credit
from accord.insight.credit.ground import Ground
from accord.insight.query import Query
from accord.insight.star import STAR

Rows = Sequence[Mapping[str, Any]]
Made = dict[str, list[dict[str, Any]]]


class Held(DuckDB):
    """Rows by table."""

    def hold(self, star: Mapping[str, Rows]) -> None:
        for name in STAR:
            if name == "stages":
                continue
            self.connection.execute(f'DELETE FROM "{name}"')  # noqa: S608  # the names stand in the star
            for row in rows_of(star, name):
                marks = ", ".join("?" * len(row))
                self.connection.execute(f'INSERT INTO "{name}" VALUES ({marks})', row)  # noqa: S608  # likewise

    def arrow(self, question: Query, given: Mapping[str, Any]) -> pa.Table:
        found = self.connection.sql(question.render("duckdb"), params=dict(given) or None)
        return found.to_arrow_table()


@pytest.fixture(scope="session")
def held() -> Iterator[Held]:
    engine = Held()
    yield engine
    engine.connection.close()


Credit = Callable[..., Made]


def ground(terms: CreditTerms = CreditTerms(), *stated: StatedRate) -> Ground:  # noqa: B008  # frozen
    return Ground(terms, rates_into("EUR", stated), ZoneInfo("Europe/Berlin"))


@pytest.fixture
def credited(held: Held) -> Credit:
    """Give credit for a star, and return the rows of each table."""

    def give(star: Mapping[str, Rows], on: Ground | None = None) -> Made:
        held.hold(star)
        found = credit(held, on or ground())
        return {name: table.to_pylist() for name, table in found.items()}

    return give


def visit(key: int, at: int, channel: str, person: int = 1, **more: object) -> dict[str, object]:
    """A visit of the browser that bears a person's number."""
    told = {"visit_id": key, "visitor_id": person, "started_us": at, "channel": channel, "agent": "human"}
    return {**told, "inbound": True, **more}


def company(**star: Rows) -> dict[str, Rows]:
    """Company 9 with two people, 1 and 2, and a person alone, 3; each has a lead and a browser of the same number."""
    return {
        "people": [{"person_id": 1, "company_id": 9}, {"person_id": 2, "company_id": 9}, {"person_id": 3}],
        "leads": [
            {"lead_id": key, "person_id": key, "cycle": 1, "opened_us": 100 * DAY, "stage": "customer"}
            for key in (1, 2, 3)
        ],
        "visitors": [{"visitor_id": key, "person_id": key} for key in (1, 2, 3)],
        **star,
    }


def won(key: int, at: int, cents: int | None, lead: int = 1, **more: object) -> dict[str, object]:
    """A deal that is won."""
    told = {"deal_id": key, "lead_id": lead, "outcome": "won", "amount_cents": cents, "currency": "EUR"}
    return {**told, "opened_us": at - 10 * DAY, "closed_us": at, **more}


def unwon(key: int, at: int, outcome: str, lead: int = 1, **more: object) -> dict[str, object]:
    """A deal that is open since an instant, or was lost at it."""
    told = {"deal_id": key, "lead_id": lead, "outcome": outcome, "amount_cents": 500, "currency": "EUR"}
    ends = {"opened_us": at, "closed_us": None} if outcome == "open" else {"opened_us": at - DAY, "closed_us": at}
    return {**told, **ends, **more}
