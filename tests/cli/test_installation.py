"""What a machine may have against Accord is said in one red line, and nothing is changed."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.db import connection

from accord.cli import main
from accord.server import health
from accord.server.embedded import DatabaseError, prepare_home
from accord.server.supervisor import ServeError, listen


@pytest.fixture
def newer(db: None) -> None:
    """A version that is yet to come has changed the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('handoffs', '0999_to_come', now()),"
            " ('left_behind', '0001_initial', now())"
        )


def test_a_database_that_a_newer_version_has_changed_is_left_alone(newer: None) -> None:
    ended = CliRunner().invoke(main, ["migrate"])
    assert ended.exit_code == 5
    assert ended.output.startswith("error: a newer Accord has changed this database (handoffs.0999_to_come); install")
    assert len(ended.output.splitlines()) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["RENAME COLUMN zone TO zone_of_old", "RENAME TO user_of_old"])
def test_a_database_that_an_older_version_has_left_is_one_line(change: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accord.cli.database.start_database", lambda: None)
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE accounts_user {change}")
    ended = CliRunner().invoke(main, ["user", "list"])
    assert ended.exit_code == 5
    assert ended.output.startswith("error: the database lacks what this version needs (")
    assert "accord migrate" in ended.output
    assert len(ended.output.splitlines()) == 1


def test_the_doctor_names_what_a_newer_version_has_changed(newer: None) -> None:
    found = health.migrations()
    assert (found.ok, found.detail) == (False, "a newer Accord has changed this database: handoffs.0999_to_come")


@pytest.mark.django_db
def test_what_an_app_that_is_gone_has_left_behind_is_nothing_new() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('left_behind', '0001_initial', now())"
        )
    assert health.migrations().ok


def test_a_data_folder_that_cannot_be_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("ACCORD_HOME", str(tmp_path / "file"))
    with pytest.raises(DatabaseError) as error:
        prepare_home()
    assert error.value.code == "database.folder"
    assert str(error.value).startswith(f"the data folder {tmp_path / 'file'} cannot be used: Not a directory; set ACC")


@pytest.mark.parametrize("arguments", [["serve", "--port", "0"], ["user", "list"], ["web", "--port", "0"]])
def test_a_command_without_a_data_folder_ends_with_one_line(arguments: list[str], tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    ended = subprocess.run(
        [sys.executable, "-m", "accord", *arguments],
        env={**os.environ, "ACCORD_HOME": str(tmp_path / "file"), "DATABASE_URL": ""},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode == 5
    assert ended.stderr.startswith("error: the data folder ")
    assert len(ended.stderr.splitlines()) == 1


def test_a_port_in_use_and_an_address_of_another_machine_are_told_apart() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(ServeError) as busy:
        listen("127.0.0.1", taken.getsockname()[1])
    assert busy.value.code == "serve.port_busy"
    with pytest.raises(ServeError) as foreign:
        listen("192.0.2.1", 0)  # set aside for documentation: nobody has it (RFC 5737)
    assert foreign.value.code == "serve.host"
    assert str(foreign.value).startswith("192.0.2.1 cannot be listened on: Cannot assign requested address")
