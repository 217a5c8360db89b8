"""``accord doctor`` finds each thing that can be wrong with an installation, and says what to do."""

import json
import os
import subprocess
import sys
from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.db import connection

from accord.cli import main
from accord.server import health


def execute(query):
    with connection.cursor() as cursor:
        cursor.execute(query)


@pytest.fixture
def alive(db):
    """A worker that was heard of just now."""
    execute("INSERT INTO procrastinate_workers DEFAULT VALUES")


@pytest.mark.django_db
@pytest.mark.parametrize("check", [*health.WITHOUT_DATABASE, *health.ON_DATABASE[:3]], ids=lambda check: check.__name__)
def test_a_sound_installation_passes(check):
    found = check()
    assert found.ok, found


def test_an_old_python_is_named(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 10, 1))
    assert health.python_version() == health.Finding("Python", False, "3.10.1", "install Python 3.11 or newer")


def test_a_missing_package_is_named(monkeypatch):
    monkeypatch.setattr(
        health.importlib.metadata, "requires", lambda _: ["nothing-of-the-kind>=1", "click>=99", "x; extra == 'dev'"]
    )
    found = health.packages()
    assert not found.ok
    assert found.detail.startswith("nothing-of-the-kind is missing; click is ")


def test_a_full_disk_is_named(monkeypatch):
    monkeypatch.setattr(health, "LEAST_FREE_BYTES", 1 << 60)
    assert "make room" in health.data_folder().remedy
    assert not health.data_folder().ok


def test_a_weak_key_is_wrong_in_production_only(settings):
    settings.SECRET_KEY = "short"
    assert health.secret_key().ok
    settings.PRODUCTION = True
    assert not health.secret_key().ok
    settings.SECRET_KEY = "x7" * 30
    assert health.secret_key().ok


def test_uncollected_static_files_are_wrong_in_production(settings, tmp_path):
    settings.PRODUCTION, settings.STATIC_ROOT = True, tmp_path
    assert not health.static_files().ok
    (tmp_path / "staticfiles.json").touch()
    assert health.static_files().ok


def test_a_worker_is_needed_and_must_have_been_heard_of_lately(alive):
    assert health.worker().detail == "1 alive"
    execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '2 minutes'")
    assert not health.worker().ok


def test_failed_stalled_and_late_jobs_are_counted(alive):
    assert health.jobs().ok
    execute(
        "INSERT INTO procrastinate_jobs (task_name, queue_name, args, status, scheduled_at) VALUES"
        " ('a', 'q', '{}', 'failed', NULL), ('b', 'q', '{}', 'doing', NULL), ('c', 'q', '{}', 'doing', NULL),"
        " ('d', 'q', '{}', 'todo', now() - interval '1 hour'), ('e', 'q', '{}', 'todo', now() + interval '1 hour')"
    )
    assert health.jobs().detail == "1 failed, 2 stalled, 1 late"
    assert not health.jobs().ok


@pytest.mark.django_db
def test_a_missing_migration_is_named():
    execute("DELETE FROM django_migrations WHERE app = 'contenttypes' AND name LIKE '0002%'")
    assert not health.migrations().ok
    assert health.migrations().remedy == "accord migrate"


@pytest.mark.django_db
def test_clocks_that_disagree_are_wrong(monkeypatch):
    assert health.clock().ok
    monkeypatch.setattr(health, "MOST_CLOCK_SKEW", timedelta(0))
    assert not health.clock().ok


def test_a_check_that_raises_is_a_finding_and_hides_no_other():
    def broken():
        raise LookupError("not there\nat all")

    found = list(health.examine([broken, health.python_version]))
    assert [finding.ok for finding in found] == [False, True]
    assert found[0].detail == "LookupError: not there"


def an_apps_check():
    return health.Finding("the moon", False, "is full", "wait")


@pytest.mark.django_db
def test_the_checks_of_the_apps_are_made_too(settings, alive, monkeypatch):
    monkeypatch.setitem(sys.modules, "an_app", sys.modules[__name__])
    settings.ACCORD_HEALTH_CHECKS = ["an_app.an_apps_check"]
    ended = CliRunner().invoke(main, ["doctor"])
    assert "✗ the moon: is full → wait" in ended.output
    assert ended.exit_code == 1


@pytest.mark.django_db
def test_it_ends_well_only_if_all_is_well(settings, alive):
    settings.ACCORD_HEALTH_CHECKS = []
    ended = CliRunner().invoke(main, ["doctor"])
    assert "✗" not in ended.output
    assert ended.exit_code == 0
    execute("DELETE FROM procrastinate_workers")
    assert CliRunner().invoke(main, ["doctor"]).exit_code == 1


@pytest.mark.django_db
def test_a_machine_can_read_it(alive):
    found = json.loads(CliRunner().invoke(main, ["doctor", "--json"]).output)
    assert {"name": "Python", "ok": True, "detail": ".".join(map(str, sys.version_info[:3])), "remedy": ""} in found


def doctor(**environment):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ACCORD_", "DATABASE_"))}
    return subprocess.run(
        [sys.executable, "-m", "accord", "doctor"], env={**kept, **environment}, capture_output=True, text=True
    )


def test_settings_that_cannot_be_read_are_a_finding(tmp_path):
    ended = doctor(ACCORD_ENV="production", ACCORD_HOME=str(tmp_path), DATABASE_URL="postgres:///nothing")
    assert ended.stdout.startswith("✗ settings: ACCORD_SECRET_KEY")
    assert ended.returncode == 1


def test_a_database_of_another_make_is_a_finding(tmp_path):
    ended = doctor(ACCORD_HOME=str(tmp_path), DATABASE_URL="carrier-pigeon://coop/3")
    assert ended.stdout.startswith("✗ settings: DATABASE_URL is not postgres://…")
    assert ended.returncode == 1


def test_a_database_that_does_not_answer_is_a_finding(tmp_path):
    ended = doctor(ACCORD_HOME=str(tmp_path), DATABASE_URL="postgres://nobody@127.0.0.1:1/nothing")
    assert "✗ database: the database does not answer" in ended.stdout
    assert ended.stdout.rstrip().endswith("check DATABASE_URL")
    assert ended.returncode == 1
