"""``accord scoreboard``: the page's numbers in the terminal."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from click.testing import CliRunner, Result
from django.utils import timezone
from tests.server.conftest import MONDAY, World, cast, revision, world  # noqa: F401  # the fixtures of the server

from accord.cli.scoreboard import scoreboard
from accord.errors import AccordError
from accord.server.handoffs import decisions
from accord.server.pipeline.models import Lead


def run(*words: str) -> Result:
    return CliRunner().invoke(scoreboard, words, catch_exceptions=False, env={"COLUMNS": "120"})


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: MONDAY + timedelta(hours=2))
    monkeypatch.setattr("accord.cli.database.start_database", lambda: None)


@pytest.fixture
def won(world: World) -> Lead:  # noqa: F811  # a fixture is named where it is asked for
    """A lead won for 1,234.50, one that did not say where it came from, one whose source looks like markup."""
    lead = world.offered()
    world.lead(source="")
    world.lead(source="[red]fair[/nonsense]")
    decisions.accept(lead.pk, by=lead.owner, at=MONDAY + timedelta(minutes=5))
    decisions.start_deal(lead.pk, amount=Decimal("1234.50"), by=lead.owner, at=MONDAY + timedelta(minutes=6))
    decisions.win(lead.pk, by=lead.owner, at=MONDAY + timedelta(minutes=7))
    return lead


def test_it_prints_the_numbers_of_the_page(won: Lead) -> None:
    said = run().output
    assert "Who kept their word in March 2026" in said
    assert "1 of 20 (day 2 of 31: on pace)" in said
    assert "Leads that nobody is working: 0" in said
    assert "(not stated)" in said
    assert "[red]fair[/nonsense]" in said
    assert "€1,235" in said
    assert "median 0, nine of ten within 0, of 1 deal won" in said


def test_json_has_the_same_numbers(won: Lead) -> None:
    found = json.loads(run("--json", "--month", "2026-03").output)
    assert found["month"] == "2026-03"
    assert {row["source"]: row["won"] for row in found["win_rate_by_source"]} == {
        "referral": 1,
        "": 0,
        "[red]fair[/nonsense]": 0,
    }
    assert found["days_to_win"] == {"deals": 1, "median_days": 0, "p90_days": 0, "flagged": 0}
    assert found["promises"][0]["verdict"] == "on pace"
    assert [row["leads"] for row in found["funnel"]] == [3, 3, 1, 1, 1, 1, 1]


def test_days_narrow_the_wins(won: Lead) -> None:
    assert json.loads(run("--json", "--to", "2026-03-01").output)["win_rate_by_source"] == []
    assert (
        len(json.loads(run("--json", "--from", "2026-03-02", "--to", "2026-03-02").output)["win_rate_by_source"]) == 3
    )


def test_without_an_agreement_it_says_so(db: None) -> None:
    said = run().output
    assert "No agreement was in force." in said
    assert "no deal was won" in said


@pytest.mark.parametrize(
    "words",
    [
        ("--month", "2026-04"),
        ("--month", "March"),
        ("--from", "yesterday"),
        ("--from", "2026-02-02", "--to", "2026-02-01"),
    ],
)
def test_what_cannot_be_shown_is_refused(db: None, words: tuple[str, ...]) -> None:
    with pytest.raises(AccordError):
        run(*words)
