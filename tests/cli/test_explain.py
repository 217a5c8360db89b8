"""``accord explain``: a lead as it stands, and as it stood, through the command line."""

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner, Result
from tests.server.conftest import MONDAY, World, cast, revision, world  # noqa: F401  # fixtures

from accord.cli.explain import explain
from accord.server.agreements.models import Revision
from accord.server.agreements.services import RevisionError
from accord.server.handoffs import decisions
from accord.server.people.models import Person
from accord.server.pipeline.models import Lead
from accord.server.pipeline.services import LeadError, reopen


def run(*arguments: object) -> Result:
    return CliRunner().invoke(explain, [str(argument) for argument in arguments])


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: MONDAY + timedelta(days=2))


@pytest.fixture
def lead(world: World) -> Lead:  # noqa: F811
    """A lead of 42 staff that attended a webinar on Monday; on Tuesday somebody found that there are 60."""
    lead = world.mql(employees=42)
    decisions.fill_in(lead.pk, {"company.employees": "60"}, by=world.cast.mara, at=MONDAY + timedelta(days=1))
    return lead


def test_a_lead_is_explained_as_it_stands(lead: Lead) -> None:
    done = run(lead.person.email)

    assert done.exit_code == 0, done.output
    lines = done.output.splitlines()
    assert lines[0] == f"Person 1 ({lead.person.email}), Company 1: lead {lead.pk}, cycle 1"
    assert lines[1] == "As of Wed 4 March 2026 10:00 (Europe/Berlin), by revision 1 (in force)"
    assert lines[2] == "Stage: a lead; grade B: fit 40, engagement 14.32"
    assert "  ✓ 50 or more staff: 60" in lines
    assert max(map(len, lines)) <= 80


def test_a_lead_is_explained_as_it_was_on_monday(lead: Lead) -> None:
    done = run(lead.person.email, "--at", "2026-03-02 11:00")

    lines = done.output.splitlines()
    assert lines[1] == "As of Mon 2 March 2026 11:00 (Europe/Berlin), by revision 1 (in force)"
    assert lines[2] == "Stage: a lead; grade C: fit 0, engagement 15"
    assert "  ✗ 50 or more staff: 42; 8 short" in lines
    assert "  It takes: company employees is at least 50 (now 42, 8 short)." in lines


def test_nothing_counts_that_happened_later(lead: Lead) -> None:
    assert "engagement 0" in run(lead.person.email, "--at", "2026-03-02 09:59").output


@pytest.mark.parametrize("name", ["id", "foreign id", "foreign id of the lead", "capitals"])
def test_a_person_may_be_named_in_several_ways(lead: Lead, name: str) -> None:
    Person.objects.filter(pk=lead.person_id).update(external_id="crm-7")
    Lead.objects.filter(pk=lead.pk).update(external_id="hubspot-9")
    named = {
        "id": str(lead.person_id),
        "foreign id": "crm-7",
        "foreign id of the lead": "hubspot-9",
        "capitals": lead.person.email.upper(),
    }[name]

    assert run(named).output.startswith("Person 1 (")


def test_a_name_of_several_people_lists_them(lead: Lead, world: World) -> None:  # noqa: F811
    other = world.lead()
    Person.objects.filter(pk=other.person_id).update(external_id=str(lead.person_id))

    done = run(lead.person_id)

    assert isinstance(done.exception, LeadError)
    assert done.exception.code == "lead.ambiguous"
    assert f"Person 1 ({lead.person.email}, id {lead.person_id})" in str(done.exception)
    assert f"foreign id {lead.person_id}" in str(done.exception)


@pytest.mark.parametrize("name", ["nobody@nowhere.example", "99999999999999999999", "", "0"])
def test_a_name_of_nobody_is_said(lead: Lead, name: str) -> None:
    done = run(name)

    assert isinstance(done.exception, LeadError)
    assert done.exception.code == "lead.unknown"


def test_the_cycle_that_ran_then_is_explained(world: World) -> None:  # noqa: F811
    first = world.offered()
    decisions.reject(
        first.pk,
        reason="not_now",
        by=world.cast.priya if first.owner == world.cast.priya else world.cast.tom,
        at=MONDAY,
    )
    first.refresh_from_db()
    second = reopen(first, at=MONDAY + timedelta(days=1), reason="Asked again")
    assert second is not None

    assert f"lead {second.pk}, cycle 2" in run(first.person.email).output
    before = run(first.person.email, "--at", "2026-03-02 12:00").output
    assert f"lead {first.pk}, cycle 1" in before
    assert "Stage: recycled" in before


def test_the_revision_that_was_in_force_then_explains(lead: Lead, revision: Revision) -> None:  # noqa: F811
    done = run(lead.person.email, "--at", "2024-01-01 10:00")
    assert isinstance(done.exception, RevisionError)
    assert "no agreement was in force" in str(done.exception)

    by_number = run(lead.person.email, "--at", "2024-01-01 10:00", "--revision", "1").output
    assert "! The lead was opened only on" in by_number
    assert isinstance(run(lead.person.email, "--revision", "7").exception, RevisionError)


def test_the_future_is_explained_as_if_nothing_happened(lead: Lead) -> None:
    said = run(lead.person.email, "--at", "2026-04-01T11:00+02:00").output

    assert "! This instant is still to come: it is explained as if nothing happened until" in said
    assert "engagement 7.5" in said  # thirty days after a webinar of 15 with a half-life of thirty


def test_an_instant_that_is_none_is_misuse(lead: Lead) -> None:
    done = run(lead.person.email, "--at", "Tuesday")

    assert done.exit_code == 2
    assert "'Tuesday' is not an instant" in done.output


def test_machines_get_all_of_it(lead: Lead) -> None:
    said = json.loads(run(lead.person.email, "--at", "2026-03-02 11:00", "--json").output)

    assert (said["revision"], said["stage"], said["grade"], said["at"]) == (
        1,
        "lead",
        "C",
        "2026-03-02T11:00:00+01:00",
    )
    criteria = {each["name"]: each for each in said["criteria"]}
    assert criteria["right_company"]["short"] == "8 short"
    assert said["next_stage"]["ways"] == [{"steps": ["company employees is at least 50 (now 42, 8 short)"], "at": None}]
    assert said["points"][1]["clauses"][0]["lines"][0]["points"] == "15"
    assert said["outlook"]["engagement"] == ["15", "14.66"]
