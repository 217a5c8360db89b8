"""``accord warehouse``: how it stands, brought up to date, made anew; and what the doctor says of it."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result
from django.utils import timezone
from tests.server.conftest import World, cast, revision, world  # noqa: F401  # the fixtures of the server
from tests.server.warehouse.conftest import warehouse  # noqa: F401  # a fixture

from accord.cli import main
from accord.server.warehouse.health import warehouse_follows
from accord.server.warehouse.models import Keeping

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("warehouse")]


@pytest.fixture(autouse=True)
def started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accord.cli.database.start_database", lambda: None)


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["warehouse", *words])


def as_json(*words: str) -> Any:
    return json.loads(run(*words, "--json").stdout)


def test_without_one_it_says_how_to_make_it() -> None:
    said = run("status").stdout
    assert said.startswith("no warehouse in ")
    assert "accord warehouse sync makes one" in said
    assert as_json("status")["version"] is None
    assert warehouse_follows().ok


def test_it_says_what_there_is_and_what_waits(world: World) -> None:  # noqa: F811
    world.lead()
    assert "made anew (there is none yet)" in run("sync").stdout
    world.lead()
    found = as_json("status")
    assert (found["version"], found["waiting"]) == (1, 2)
    assert found["tables"]["leads"] == {"rows": 1, "files": 1, "delta_version": 1}
    assert found["seconds_old"] >= 0
    said = run("status").stdout
    assert "2 statements have changed something since" in said
    assert "leads" in said
    assert as_json("sync")["rows"] == {"leads": 1, "stage_changes": 1}
    assert "nothing waits for it" in run("status").stdout
    assert warehouse_follows().detail.startswith("version 2 of ")


def test_it_is_made_anew_when_asked(world: World) -> None:  # noqa: F811
    world.lead()
    run("sync")
    done = as_json("rebuild")
    assert (done["version"], done["rebuilt"]) == (2, "somebody asked for it")
    assert done["rows"]["leads"] == 1
    assert "made anew (somebody asked for it)" in run("rebuild").stdout


def test_one_that_is_kept_elsewhere_is_moved_only_when_asked() -> None:
    Keeping.objects.create(pk=1, token=uuid4(), place="elsewhere:/warehouse", synced_at=timezone.now())
    ended = run("sync")
    assert ended.exit_code == 5
    assert "is kept at elsewhere:/warehouse" in ended.stderr
    assert "the database knows of one at elsewhere:/warehouse" in run("status").stdout
    assert not warehouse_follows().ok
    assert run("rebuild").exit_code == 0
    assert warehouse_follows().ok


def test_a_folder_in_the_way_is_one_red_line(settings: Any, tmp_path: Path) -> None:
    settings.ACCORD_WAREHOUSE = tmp_path / "file" / "warehouse"
    (tmp_path / "file").write_text("")
    ended = run("sync")
    assert ended.exit_code == 5
    assert "cannot be written" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def test_the_doctor_finds_one_that_does_not_follow(world: World, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    run("sync")
    assert warehouse_follows().ok
    monkeypatch.setattr("accord.server.warehouse.health.LATE", timedelta(0))
    assert not warehouse_follows().ok
