"""``accord routing``: dry runs in the terminal."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from django.utils import timezone
from tests.server.conftest import AGREEMENT, MONDAY, World, cast, revision, world  # noqa: F401  # the server's fixtures

from accord.cli.routing import routing
from accord.server.handoffs.models import Offer


def run(*words: str) -> Result:
    return CliRunner().invoke(routing, ["try", *words], catch_exceptions=False, env={"COLUMNS": "120"})


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: MONDAY + timedelta(hours=2))
    monkeypatch.setattr("accord.cli.database.start_database", lambda: None)


def test_it_says_who_would_get_what_is_ready_and_stores_nothing(world: World) -> None:  # noqa: F811
    for _ in range(3):
        world.mql()
    said = run()
    assert said.exit_code == 0
    rows = {line.split()[1]: line.split()[3:] for line in said.stdout.splitlines() if line.startswith("│")}
    assert rows == {"Priya": ["1", "│", "2", "│"], "Tom": ["1", "│", "1", "│"], "Queue": ["│", "0", "│"]}
    assert "field (Gini 0.17)" in said.stdout  # of 2 and 1: a mean difference of half, over twice the mean of 1.5
    assert not Offer.objects.exists()


def test_it_compares_a_past_time_with_what_happened_under_a_draft(world: World, tmp_path: Path) -> None:  # noqa: F811
    for _ in range(4):
        world.offered()
    draft = tmp_path / "draft.yaml"
    draft.write_text(AGREEMENT.read_text("utf-8").replace("  - {to: field}", "  - {to: field, at_most: 1}"))
    said = run("--from", "2026-03-01", "--to", "2026-03-03", "--agreement", str(draft), "--json")
    found = json.loads(said.stdout)
    (team,) = found["teams"]
    shares = {share["name"]: (share["would"], share["did"]) for share in team["shares"]}
    assert shares == {"Priya": (1, 2), "Tom": (1, 2), "Queue": (2, 0)}
    assert found["same"] == 2
    printed = run("--from", "2026-03-01", "--agreement", str(draft)).stdout
    assert "2 of 4 leads go to the same person or queue as they did." in printed
    assert "those of today" in printed


def test_a_time_without_offers_is_said_to_be_one(world: World) -> None:  # noqa: F811
    assert "No lead was offered in that time." in run("--from", "2025-03-01", "--to", "2025-04-01").stdout
    assert "No lead is ready to be offered." in run().stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--to", "2026-03-01"], "say --from as well"),
        (["--agreement", "x.yaml"], "say --from as well"),
        (["--from", "March"], "'March' is not a day; write it like 2026-09-01"),
        (["--from", "2026-03-02", "--to", "2026-03-02"], "exchange --from and --to"),
    ],
)
def test_what_cannot_be_tried_is_said_with_what_to_do(world: World, words: list[str], said: str) -> None:  # noqa: F811
    done = run(*words)
    assert done.exit_code == 2
    assert said in " ".join(done.stderr.split())


def test_a_draft_with_errors_or_none_is_not_tried(world: World, tmp_path: Path) -> None:  # noqa: F811
    draft = tmp_path / "draft.yaml"
    draft.write_text(AGREEMENT.read_text("utf-8").replace("to: field}", "to: field, at_most: none}"))
    assert run("--from", "2026-03-01", "--agreement", str(draft)).exit_code == 1
    assert run("--from", "2026-03-01", "--agreement", str(tmp_path / "no.yaml")).exit_code == 2
