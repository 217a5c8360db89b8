"""Batch = live: judging everybody again comes to the same, and where it does not, it is seen."""

from datetime import timedelta
from typing import Any

import pytest
from tests.server.conftest import AGREEMENT, MONDAY, World

from accord.server.agreements.services import propose, sign
from accord.server.backtests.models import Disagreement, Verification
from accord.server.backtests.verification import verify
from accord.server.handoffs.decisions import accept, fill_in
from accord.server.people.models import Person
from accord.server.pipeline.judging import judge_due
from accord.server.pipeline.models import DecidedBy, Lead, StageChange

pytestmark = pytest.mark.django_db(transaction=True)
"""A snapshot is taken through a connection of its own, which sees only what is committed."""

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def leads(world: World) -> dict[str, Lead]:
    """One lead of each kind: new, small, offered, taken, held, and through the fast lane."""
    made = {
        "new": world.lead(),
        "small": world.mql(employees=49),
        "held": world.mql(phone=""),
        "ready": world.mql(),
        "offered": world.offered(),
        "taken": world.offered(),
        "fast": world.demo_request(),
    }
    judge_due(MONDAY)
    taken = made["taken"]
    taken.refresh_from_db()
    assert taken.owner is not None
    accept(taken.pk, by=taken.owner, at=MONDAY + HOUR)
    fill_in(taken.pk, {"lead.budget": "approved"}, by=taken.owner, at=MONDAY + HOUR)
    world.happens(made["new"], "page_viewed", MONDAY + HOUR)
    judge_due(MONDAY + 2 * HOUR)
    return made


def run() -> Verification:
    return verify(by=None, at=MONDAY + 3 * HOUR)


def differences() -> list[tuple[str, str, str]]:
    return list(Disagreement.objects.values_list("about", "live", "batch"))


def test_judging_everybody_again_comes_to_the_same(leads: dict[str, Lead]) -> None:
    found = run()
    assert (found.compared, found.due, found.differing, differences()) == (7, 0, 0, [])
    assert found.revision.number == 1


@pytest.mark.parametrize(
    ("lead", "change", "about"),
    [
        ("new", {"engagement": 501}, "engagement"),
        ("small", {"fit": 4000}, "fit"),
        ("offered", {"grade": "A"}, "grade"),
        ("ready", {"stage": "lead"}, "history"),
        ("held", {"held_for": []}, "held_for"),
    ],
)
def test_a_row_that_was_corrupted_is_found(
    leads: dict[str, Lead], lead: str, change: dict[str, Any], about: str
) -> None:
    Lead.objects.filter(pk=leads[lead].pk).update(**change)
    found = run()
    assert found.differing == 1
    assert {each[0] for each in differences()} == {about}
    assert Disagreement.objects.get().lead_id == leads[lead].pk


def test_a_stage_that_was_not_deserved_is_found(leads: dict[str, Lead]) -> None:
    lead = leads["small"]
    lead.refresh_from_db()
    assert lead.scored_at is not None
    StageChange.objects.create(
        lead=lead, from_stage="lead", to_stage="mql", at=lead.scored_at, decided_by=DecidedBy.AGREEMENT
    )
    Lead.objects.filter(pk=lead.pk).update(stage="mql")
    run()
    assert differences() == [("stage", "mql", "lead")]


def test_a_change_behind_the_back_of_the_services_is_found(leads: dict[str, Lead]) -> None:
    person = Person.objects.get(pk=leads["offered"].person_id)
    person.touchpoints.all().delete()
    assert run().differing == 1
    assert ("engagement", "1500", "0") in differences()


def test_a_lead_that_is_due_is_judged_first_and_compared_then(leads: dict[str, Lead], world: World) -> None:
    world.happens(leads["new"], "webinar_attended", MONDAY + 2 * HOUR)
    found = run()
    assert (found.compared, found.due, found.differing) == (7, 0, 0)
    assert Lead.objects.get(pk=leads["new"].pk).engagement > 1500


def test_a_lead_that_cannot_be_judged_now_is_counted_apart(
    leads: dict[str, Lead], monkeypatch: pytest.MonkeyPatch
) -> None:
    Lead.objects.filter(pk=leads["new"].pk).update(review_at=MONDAY, fit=1)
    monkeypatch.setattr("accord.server.backtests.verification.judge_due", lambda at: None)
    found = run()
    assert (found.compared, found.due, found.differing) == (6, 1, 0)


def test_when_a_revision_comes_into_force_everybody_is_compared_by_that_one(
    leads: dict[str, Lead], world: World
) -> None:
    text = AGREEMENT.read_text(encoding="utf-8").replace("points: 40", "points: 39")
    at = MONDAY + 2 * HOUR
    second = propose(text, "agreement.yaml", reason="fewer points", by=world.cast.olga, at=at)
    for by in (world.cast.mara, world.cast.priya):
        sign(second.number, by=by, at=at)
    found = run()
    assert (found.revision.number, found.compared, found.due, found.differing) == (2, 7, 0, 0)
    assert Lead.objects.get(pk=leads["taken"].pk).fit == 3900


def test_what_was_corrupted_is_not_mended_before_it_is_compared(leads: dict[str, Lead]) -> None:
    Lead.objects.update(fit=1)
    assert run().differing == 7
