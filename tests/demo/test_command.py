"""``accord demo`` as people run it: made once, found again, made anew, and never over somebody's own data."""

import io

import psycopg
import pytest
from click.testing import CliRunner
from django.db import connection
from rich.console import Console
from tests.demo.conftest import END

from accord.cli import main
from accord.cli.demo import _logins
from accord.demo import cast, making, state
from accord.server.accounts.models import Role, User
from accord.server.agreements.models import Revision
from accord.server.handoffs.models import Attempt, Offer
from accord.server.people.models import Person
from accord.server.pipeline.models import Lead

SMALL = ("--no-serve", "--leads", "20", "--days", "20")
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore::DeprecationWarning:pandas"),
]


@pytest.fixture(autouse=True)
def no_other_database(monkeypatch):
    pytest.importorskip("leadforge")
    monkeypatch.setattr("accord.cli.database.start_database", lambda: None)


def run(*more):
    return CliRunner().invoke(main, ["demo", *SMALL, *more], env={"COLUMNS": "160"})


def test_it_is_made_once_and_found_again():
    first = run()
    assert first.exit_code == 0, first.output
    people = list(Person.objects.values_list("pk", "name"))
    assert len([name for _, name in people if name]) >= 20
    again = run()
    assert "the demo is there already" in again.stdout
    assert list(Person.objects.values_list("pk", "name")) == people
    for player in cast.CAST:
        assert player.email in again.stdout
        assert User.objects.get(email=player.email).check_password(cast.PASSWORD)
    assert Revision.objects.filter(status=Revision.Status.IN_FORCE).count() == 1


def test_an_address_can_be_copied_whole_from_a_narrow_terminal():
    for player in cast.CAST:
        User.objects.create_user(player.email, player.name, player.role)
    said = io.StringIO()
    Console(file=said, width=50).print(_logins())
    assert all(f"{player.email} " in said.getvalue() for player in cast.CAST)


def test_reset_makes_it_anew():
    run()
    User.objects.create_user("new@northwind.example", "New", Role.SALES)
    assert run("--reset").exit_code == 0
    assert not User.objects.filter(email="new@northwind.example").exists()
    assert Lead.objects.exclude(person__company=None).filter(cycle=1).count() == 20


def test_one_that_was_cut_off_is_made_anew(monkeypatch):
    def break_off(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("accord.demo.replay.Replay.run", break_off)
        assert run().exit_code == 130
    assert state.state() is state.State.UNFINISHED
    assert "the last demo was not finished" in run().stdout
    assert state.state() is state.State.DEMO


def test_the_same_seed_and_present_make_the_same_demo():
    def made():
        making.make(making.Wish(END, seed=3, leads=20, days=20))
        leads = Lead.objects.order_by("pk").values_list("person__name", "stage", "stage_since", "owner__name", "grade")
        offers = Offer.objects.order_by("pk").values_list("lead__person__name", "owner__name", "decided_at", "status")
        attempts = Attempt.objects.order_by("pk").values_list("at", "outcome")
        found = list(leads), list(offers), list(attempts)
        state.clear()
        return found

    first = made()
    assert all(first)
    assert made() == first


@pytest.mark.parametrize("options", [(), ("--reset",)])
def test_a_database_with_anything_else_is_left_alone(options):
    User.objects.create_user("somebody@acme.example", "Somebody", Role.SALES)
    done = run(*options)
    assert done.exit_code == 1
    assert "holds something else than a demo" in done.stderr
    assert list(User.objects.values_list("email", flat=True)) == ["somebody@acme.example"]


def test_one_that_is_running_is_not_thrown_away(monkeypatch):
    run()
    monkeypatch.setattr(state, "PATIENCE", 0.0)
    known = connection.get_connection_params()
    with psycopg.connect(**{name: known[name] for name in ("dbname", "user", "host", "port") if name in known}):
        done = run("--reset")
    assert done.exit_code == 1
    assert "the demo is running already" in done.stderr
    assert Lead.objects.exclude(person__company=None).filter(cycle=1).count() == 20
