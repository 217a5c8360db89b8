"""``accord user`` as people run it."""

import json

import pytest
from click.testing import CliRunner
from django.utils import timezone

from accord.cli import main
from accord.server.accounts.models import AuditEntry, Leave, Membership, Role, Team, User

PASSWORD = "plumage-and-gauges"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_other_database(monkeypatch):
    monkeypatch.setattr("accord.cli.database.start_database", lambda: None)


def run(*arguments, stdin=None):
    return CliRunner().invoke(main, ["user", *arguments], input=stdin, env={"COLUMNS": "160"})


def add(email="ann@acme.example", *more, role="sales", password=PASSWORD):
    return run("add", email, "--name", "Ann Ahlers", "--role", role, "--password-stdin", *more, stdin=password + "\n")


@pytest.fixture
def olga():
    return User.objects.create_user("olga@acme.example", "Olga", Role.OPERATIONS)


def test_a_user_is_added_with_team_zone_and_password():
    done = add("ann@acme.example", "--zone", "Europe/Vienna", "--team", "field", "--weight", "2", "--capacity", "30")
    assert done.exit_code == 0, done.output
    ann = User.objects.get()
    assert (ann.name, ann.role, ann.zone) == ("Ann Ahlers", Role.SALES, "Europe/Vienna")
    assert ann.check_password(PASSWORD)
    assert list(Membership.objects.values_list("team__name", "weight", "capacity")) == [("field", 2, 30)]


def test_a_password_is_asked_for_twice():
    done = run("add", "ann@acme.example", "--name", "Ann", "--role", "sales", stdin=f"{PASSWORD}\n{PASSWORD}\n")
    assert done.exit_code == 0, done.output
    assert PASSWORD not in done.output
    assert User.objects.get().check_password(PASSWORD)


def test_a_weak_password_adds_nobody():
    done = add(password="12345678")
    assert done.exit_code == 1
    assert "too common" in done.stderr
    assert not User.objects.exists()


def test_an_unknown_zone_adds_nobody():
    assert "unknown time zone 'Berlin'" in add("ann@acme.example", "--zone", "Berlin").stderr
    assert not User.objects.exists()


def test_only_people_of_sales_are_in_a_team():
    done = add("ann@acme.example", "--team", "field", role="marketing")
    assert done.exit_code == 2
    assert "only people of sales are in a team" in done.stderr
    assert not User.objects.exists()


def test_an_address_is_added_once():
    add()
    done = add("Ann@acme.example")
    assert done.exit_code == 1
    assert "already a user" in done.stderr


def test_an_empty_list_says_what_to_do():
    assert "accord user add" in run("list").stdout


def test_the_list_shows_who_may_log_in(olga):
    add("ann@acme.example", "--team", "field")
    shown = run("list").stdout
    assert "Ann Ahlers" in shown
    assert "field" in shown


def test_the_list_for_machines_names_everything(olga):
    add("ann@acme.example", "--team", "field", "--capacity", "9")
    ann, _ = json.loads(run("list", "--json").stdout)
    assert ann == {
        "email": "ann@acme.example",
        "name": "Ann Ahlers",
        "role": "sales",
        "zone": "UTC",
        "active": True,
        "away_until": None,
        "teams": [{"name": "field", "weight": 1, "capacity": 9}],
        "manages": [],
    }


def test_somebody_who_is_deactivated_may_not_log_in(olga):
    add()
    done = run("deactivate", "ann@acme.example", "--by", "olga@acme.example")
    assert done.exit_code == 0, done.output
    assert not User.objects.get(email="ann@acme.example").is_active
    assert "deactivated" in run("list").stdout


def test_only_operations_deactivates_somebody(olga):
    add()
    done = run("deactivate", "olga@acme.example", "--by", "ann@acme.example")
    assert done.exit_code == 1
    assert "Your role does not allow you to deactivate users" in done.stderr
    assert User.objects.get(email="olga@acme.example").is_active


def test_a_leave_is_entered_in_the_zone_of_its_user():
    add("ann@acme.example", "--zone", "Europe/Berlin")
    done = run("leave", "ann@acme.example", "--from", "2026-07-06", "--to", "2026-07-20")
    assert done.exit_code == 0, done.output
    assert "away from Mon 06 Jul 2026, 00:00 to Mon 20 Jul 2026, 00:00 (Europe/Berlin)" in done.stdout
    assert Leave.objects.get().start.isoformat() == "2026-07-05T22:00:00+00:00"


def test_the_list_says_who_is_away(monkeypatch):
    add()
    run("leave", "ann@acme.example", "--from", "2026-07-06", "--to", "2026-07-20")
    monkeypatch.setattr(timezone, "now", lambda: Leave.objects.get().start)
    assert "away until 2026-07-20 00:00" in run("list").stdout


def test_a_leave_that_ends_before_it_starts_is_refused():
    add()
    done = run("leave", "ann@acme.example", "--from", "2026-07-20", "--to", "2026-07-06")
    assert done.exit_code == 1
    assert "a leave must end after it starts" in done.stderr


def test_nobody_is_found_by_an_unknown_address():
    done = run("leave", "ben@acme.example", "--from", "2026-07-06", "--to", "2026-07-20")
    assert done.exit_code == 1
    assert done.stderr == ("error: nobody here has the address ben@acme.example; accord user list shows everybody\n")


def test_somebody_of_sales_is_made_the_manager_of_a_team():
    add("ann@acme.example", "--team", "field")
    done = run("manage", "ANN@acme.example", "field")
    assert (done.exit_code, done.output) == (0, "Ann Ahlers manages field\n")
    assert Team.objects.get().manager == User.objects.get()
    assert "field, field (manager)" in run("list").output
    assert json.loads(run("list", "--json").output)[0]["manages"] == ["field"]


def test_who_works_no_leads_manages_no_team():
    add("mara@acme.example", role="marketing")
    done = run("manage", "mara@acme.example", "field")
    assert done.exit_code == 1
    assert done.stderr == (
        "error: Ann Ahlers cannot manage a team of sales; name somebody of sales or revenue operations\n"
    )
    assert not Team.objects.exists()


def test_only_revenue_operations_names_managers(olga):
    add("ann@acme.example", "--team", "field")
    refused = run("manage", "ann@acme.example", "field", "--by", "ann@acme.example")
    assert refused.exit_code == 1
    assert Team.objects.get().manager is None
    assert run("manage", "ann@acme.example", "field", "--by", olga.email).exit_code == 0
    assert AuditEntry.objects.get(action="team.manager_named").actor == olga


def test_an_address_is_never_cut_off_in_a_narrow_terminal():
    add("maximiliane.von-hohenstaufen@northwind-instruments.example")
    out = CliRunner().invoke(main, ["user", "list"], env={"COLUMNS": "60"}).output
    assert "…" not in out
