"""Who would stand differently now, counted with the live evaluator."""

from datetime import timedelta

import pytest
from tests.server.conftest import AGREEMENT, MONDAY, World

from accord.agreement import Agreement, Stage, load
from accord.server.agreements.services import in_force
from accord.server.backtests import affected as counting
from accord.server.backtests.affected import Affected, Effect, affected
from accord.server.pipeline.models import Lead

TEXT = AGREEMENT.read_text(encoding="utf-8")
HOUR = timedelta(hours=1)


def draft(*changes: tuple[str, str]) -> Agreement:
    text = TEXT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    loaded = load(text, "draft.yaml")
    assert loaded.agreement is not None, loaded.issues
    return loaded.agreement


def count(*changes: tuple[str, str]) -> Affected:
    return affected(draft(*changes), in_force().agreement, MONDAY + HOUR)


@pytest.fixture
def leads(world: World) -> dict[str, Lead]:
    made = {
        "with sales": world.offered(employees=60),
        "no staff known": world.mql(employees=None),
        "49": world.mql(employees=49),
        "200": world.mql(employees=200),
        "1000": world.mql(employees=1000),
    }
    world.happens(made["with sales"], "page_viewed", MONDAY)
    return made


def test_a_lower_bound_lets_more_be_handed_over(leads: dict[str, Lead]) -> None:
    found = count(("at_least: 50\n", "at_least: 40\n"))
    assert (found.looked_at, found.of) == (5, 5)
    assert [each.lead_id for each in found.with_effect(Effect.HANDED_OVER)] == [leads["49"].pk]
    (one,) = found.leads
    assert (one.stage_before, one.stage_after) == (Stage.SUBSCRIBER, Stage.MQL)
    assert (one.grade_before, one.grade_after) == ("C", "B")
    assert one.effects == (Effect.HANDED_OVER, Effect.STAGE, Effect.GRADE)


def test_a_higher_bound_is_seen_on_those_who_would_no_longer_come(leads: dict[str, Lead]) -> None:
    found = count(("at_least: 50\n", "at_least: 500\n"))
    assert [each.lead_id for each in found.with_effect(Effect.NOT_HANDED_OVER)] == [leads["200"].pk]
    with_sales = next(each for each in found.leads if each.lead_id == leads["with sales"].pk)
    assert with_sales.effects == (Effect.GRADE,)
    assert with_sales.stage_before == with_sales.stage_after == Stage.MQL


def test_each_changed_clause_names_those_of_whom_it_says_something_else(leads: dict[str, Lead]) -> None:
    found = count(
        ("at_least: 50\n", "at_least: 40\n"), ("webinar_attended, points: 15", "webinar_attended, points: 16")
    )
    by_path = {change.clause.path: place for place, change in enumerate(found.changes)}
    staff, webinar = by_path["criteria.right_company"], by_path["score.engagement[1]"]
    assert found.touched[staff] == 1
    assert found.touched[webinar] == 5
    assert [each.lead_id for each in found.by_clause(staff)] == [leads["49"].pk]


def test_a_promise_says_nothing_of_a_lead(leads: dict[str, Lead]) -> None:
    found = count(("first_attempt: 15 minutes", "first_attempt: 20 minutes"))
    assert found.leads == ()
    assert found.touched == (None,)


def test_the_same_agreement_changes_nothing(leads: dict[str, Lead]) -> None:
    found = count()
    assert (found.leads, found.changes) == ((), ())


def test_what_happens_between_two_counts_is_counted(leads: dict[str, Lead], world: World) -> None:
    assert len(count(("at_least: 50\n", "at_least: 40\n")).leads) == 1
    world.mql(employees=45)
    assert len(count(("at_least: 50\n", "at_least: 40\n")).leads) == 2


def test_of_very_many_leads_an_even_sample_is_judged(leads: dict[str, Lead], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "MOST", 2)
    counting._kept.clear()
    found = count()
    assert (found.looked_at, found.of) == (2, 5)
