"""Every page that hands out a file does so in every format, with the same rows and headings."""

import re

import pytest
from tests.architecture.addresses import PAGES, address
from tests.architecture.test_access import client_of, lead  # noqa: F401  # fixture
from tests.server.conftest import Cast, World, cast, revision, world  # noqa: F401  # fixtures
from tests.server.files.reading import content, read_csv, read_parquet, read_xlsx

from accord.server.accounts.models import Role
from accord.server.pipeline.models import Lead

EXPORTS = sorted(name for name in PAGES if name.endswith("-export"))
THEMSELVES = ["hand-offs", "scoreboard-rows", "calls-report", "calls-report-rows"]
"""Pages that hand out what they show at their own address."""
BEFORE = (Role.OPERATIONS, Role.MARKETING)


def test_there_are_exports() -> None:
    assert len(EXPORTS) > 7


@pytest.mark.parametrize("page", [*EXPORTS, *THEMSELVES])
def test_an_export_is_the_same_in_every_format(page: str, lead: Lead, cast: Cast) -> None:  # noqa: F811
    client = client_of(next(role for role in BEFORE if role in PAGES[page]), lead, cast)
    path = address(page, lead)
    path += "&" if "?" in path else "?"
    rows = read_csv(content(client.get(f"{path}format=csv")))
    book = read_xlsx(content(client.get(f"{path}format=xlsx")))
    arrow = read_parquet(content(client.get(f"{path}format=parquet")))
    assert len(rows) == len(book) == arrow.num_rows
    names = [re.sub(r" \([A-Z][a-z]+(/\w+)+\)$", "", name) for name in (rows[0] if rows else {})]
    assert not rows or names == arrow.schema.names
    assert [list(row) for row in rows] == [list(row) for row in book]


@pytest.mark.parametrize("page", EXPORTS)
def test_a_format_that_nobody_knows_is_csv(page: str, lead: Lead, cast: Cast) -> None:  # noqa: F811
    client = client_of(next(role for role in BEFORE if role in PAGES[page]), lead, cast)
    assert client.get(address(page, lead), {"format": "exe"}).headers["Content-Type"] == "text/csv; charset=utf-8"
