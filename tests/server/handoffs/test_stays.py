"""Leads that stand still for longer than agreed."""

from datetime import timedelta
from decimal import Decimal

import pytest
from tests.server.conftest import MONDAY, World

from accord.server.handoffs import decisions, stays
from accord.server.handoffs.taking_back import take_back
from accord.server.notifications.models import Notification
from accord.server.pipeline.models import Deal, Lead

DAY = timedelta(days=1)
MQL = "mql: {when: {all: [right_company, {score: engagement, at_least: 10}]}"


def agree(world: World, *clauses: tuple[str, str]) -> None:
    Notification.objects.all().delete()
    world.agree(*clauses, at=MONDAY - DAY)


def told() -> list[tuple[str, str]]:
    return list(Notification.objects.filter(kind="lead.stays").order_by("pk").values_list("user__name", "text"))


def test_the_manager_is_told_once_of_a_lead_that_stands_still(world: World) -> None:
    agree(world, (MQL, MQL + ", stay_at_most: 30 days, then: tell_manager"))
    lead = world.offered()
    assert stays.watch(MONDAY + 30 * DAY - timedelta(seconds=1)) == 0
    assert stays.watch(MONDAY + 30 * DAY) == 1
    assert stays.watch(MONDAY + 40 * DAY) == 0
    assert told() == [("Sven", f"{lead.person} stands still: longer than 30 days as MQL")]


def test_of_a_lead_that_sales_does_not_have_yet_marketing_is_told(world: World) -> None:
    agree(world, (MQL, MQL + ", stay_at_most: 30 days, then: tell_manager"))
    world.mql(phone="")
    stays.watch(MONDAY + 31 * DAY)
    assert [name for name, _ in told()] == ["Mara"]


def test_the_owner_is_told_of_their_own_lead_and_again_when_it_came_there_anew(world: World) -> None:
    agree(world, ("  sql: {when", "  sal: {stay_at_most: 2 days, then: tell_owner}\n  sql: {when"))
    lead = world.offered()
    assert lead.owner is not None
    decisions.accept(lead.pk, by=lead.owner, at=MONDAY)
    stays.watch(MONDAY + 2 * DAY)
    assert told() == [(lead.owner.name, f"{lead.person} stands still: longer than 2 days as SAL")]
    decisions.recycle(lead.pk, reason="not_now", by=lead.owner, at=MONDAY + 3 * DAY)
    Lead.objects.filter(pk=lead.pk).update(ended_at=None, stage="sal", stage_since=MONDAY + 4 * DAY)
    stays.watch(MONDAY + 6 * DAY)
    assert len(told()) == 2


def test_a_lead_that_stays_too_long_is_recycled_as_agreed_and_comes_back_by_that_clause(world: World) -> None:
    stay = ", stay_at_most: 30 days, then: recycle, to: agency, back_after: 20 days, or_when: wants_to_talk"
    agree(world, (MQL, MQL + stay))
    lead = world.offered()
    assert stays.watch(MONDAY + 30 * DAY) == 1
    lead.refresh_from_db()
    assert (lead.stage, lead.caretaker, lead.returns_at) == ("recycled", "agency", MONDAY + 50 * DAY)
    assert (lead.end_clause, lead.end_reason) == ("stages.mql.stay_at_most", "stayed_too_long")
    change = lead.stage_changes.latest("pk")
    assert (change.decided_by, change.reason) == ("clock", "Stayed longer than 30 days as MQL")
    assert not lead.clocks.filter(stopped_at=None).exists()
    assert lead.offers.get().status == "withdrawn"


def test_a_lead_with_a_deal_that_stays_too_long_loses_it(world: World) -> None:
    agree(world, ("  sql: {when", "  opportunity: {stay_at_most: 90 days, then: disqualify}\n  sql: {when"))
    lead = world.offered()
    assert lead.owner is not None
    decisions.accept(lead.pk, by=lead.owner, at=MONDAY)
    decisions.start_deal(lead.pk, amount=Decimal(100), by=lead.owner, at=MONDAY)
    stays.watch(MONDAY + 90 * DAY)
    lead.refresh_from_db()
    assert (lead.stage, Deal.objects.get().outcome) == ("disqualified", "lost")


def test_what_is_not_agreed_is_not_watched(world: World) -> None:
    world.offered()
    assert stays.watch(MONDAY + 300 * DAY) == 0


def test_a_stay_counts_anew_after_a_rejection_was_taken_back(world: World) -> None:
    agree(world, (MQL, MQL + ", stay_at_most: 30 days, then: disqualify"))
    lead = world.offered()
    assert lead.owner is not None
    decisions.reject(lead.pk, reason="not_now", by=lead.owner, at=MONDAY + 29 * DAY)
    take_back(lead.pk, by=lead.owner, at=MONDAY + 29 * DAY)
    assert stays.watch(MONDAY + 31 * DAY) == 0
    assert stays.watch(MONDAY + 59 * DAY) == 1


def test_one_lead_that_fails_does_not_hold_up_the_others(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    agree(world, (MQL, MQL + ", stay_at_most: 30 days, then: disqualify"))
    bad, good = world.offered(), world.offered()
    let_go = stays.let_go

    def fails(lead: Lead, *rest: object, **more: object) -> None:
        if lead.pk == bad.pk:
            raise ZeroDivisionError
        let_go(lead, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(stays, "let_go", fails)
    assert stays.watch(MONDAY + 30 * DAY) == 1
    good.refresh_from_db()
    bad.refresh_from_db()
    assert (good.stage, bad.stage) == ("disqualified", "mql")
