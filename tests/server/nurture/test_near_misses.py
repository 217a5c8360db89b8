"""Which leads are near misses, and that what stands on their rows is what judging them now would say."""

import random
from datetime import datetime, timedelta

import pytest
from tests.server.conftest import MONDAY, Cast, World

from accord.agreement import Stage
from accord.agreement.judgement import rank
from accord.agreement.near_miss import NearMisses
from accord.scoring import score
from accord.server.accounts.access import AccessError
from accord.server.agreements.services import in_force
from accord.server.handoffs.offers import offer_ready
from accord.server.nurture.near_misses import Wanted, near_miss_page, standing
from accord.server.pipeline.facts import facts_of
from accord.server.pipeline.judging import judge_due, review_open_leads
from accord.server.pipeline.models import Lead

GATE = "mql: {when: {all: [right_company, {score: engagement, at_least: 10}]}}"
WINDOWS = (
    "mql: {when: {all: [right_company, {any: [wants_to_talk, {event: page_viewed, at_least: 3 times, within: 2 days}]},"
    " {none: [{event: call_missed, within: 1 days}]}, {score: engagement, at_least: 10}]}}"
)


def lacks_now(lead: Lead, at: datetime) -> tuple[str, ...]:
    """Return what judging a lead now would find, by the reference and without the row."""
    law = in_force().agreement
    facts = facts_of([lead], law, at)[lead.pk]
    misses = NearMisses(law)
    if lead.handed_over_at or lead.ended_at or rank(Stage(lead.stage)) >= rank(law.handoff.at):
        return ()
    return misses.of(facts, score(law.score, facts, at, misses.criteria), at).lacks


def test_a_lead_that_lacks_one_thing_is_a_near_miss_by_it_and_others_are_none(world: World, cast: Cast) -> None:
    small = world.mql(employees=49)
    idle = world.lead()
    both = world.lead(employees=10)
    over = world.offered()
    judge_due(MONDAY)
    found = standing(cast.mara, in_force())
    assert [(each.name, each.says, each.count) for each in found.statements] == [
        ("right_company", "50 or more staff", 1),
        ("mql[1]", "The engagement score is at least 10", 1),
    ]
    assert found.leads == 2
    rows = near_miss_page(cast.mara, in_force(), Wanted(), MONDAY).object_list
    assert [row.lead_id for row in rows] == [idle.pk, small.pk]
    assert [row.missing for row in rows] == ["10", ""]
    assert {both.pk, over.pk}.isdisjoint(row.lead_id for row in rows)


def test_what_would_close_it_is_said_and_what_would_then_be_missing(world: World, cast: Cast) -> None:
    world.mql(employees=49, phone="")
    row = near_miss_page(cast.mara, in_force(), Wanted(), MONDAY).object_list[0]
    assert [(each.statement, each.ways) for each in row.closings] == [
        ("right_company", ("company employees is at least 50 (now 49, 1 short)",))
    ]
    assert row.then == "person phone"


def test_the_closest_come_first_then_the_better_fit_then_the_fresher(world: World, cast: Cast) -> None:
    """Two page views of three days ago are 10 * 2 ** -0.3 = 8.12 points of 10; one of today is 5."""
    fit = "    - {when: right_company, points: 40}\n"
    world.agree((fit, fit + "    - {when: big_company, points: 10}\n"), at=MONDAY - timedelta(days=9))
    days = timedelta(days=1)
    old, far, fit_and_far, half, near = (
        world.lead(at=MONDAY - 2 * days),
        world.lead(),
        world.lead(at=MONDAY - 2 * days, employees=2000),
        world.lead(),
        world.lead(),
    )
    no_points = world.mql(employees=49)
    world.happens(half, "page_viewed")
    for _ in range(2):
        world.happens(near, "page_viewed", MONDAY - 3 * days)
    judge_due(MONDAY)
    law = in_force()

    def found(**asked: object) -> list[tuple[int, str]]:
        rows = near_miss_page(cast.mara, law, Wanted(**asked), MONDAY).object_list  # type: ignore[arg-type]
        return [(row.lead_id, row.missing) for row in rows]

    nearest = [
        (near.pk, "1.88"),
        (half.pk, "5"),
        (fit_and_far.pk, "10"),
        (far.pk, "10"),
        (old.pk, "10"),
        (no_points.pk, ""),
    ]
    assert found() == nearest
    assert found(sort="-near")[-1] == (no_points.pk, "")
    assert found(closest=True) == [(near.pk, "1.88")]
    assert (standing(cast.mara, law).closest, standing(cast.mara, law).leads) == (1, 6)


def test_once_it_is_closed_it_is_no_near_miss_any_more(world: World, cast: Cast) -> None:
    lead = world.lead()
    judge_due(MONDAY)
    assert standing(cast.mara, in_force()).leads == 1
    world.happens(lead, "webinar_attended")
    judge_due(MONDAY)
    offer_ready(MONDAY)
    assert standing(cast.mara, in_force()).leads == 0


def test_a_window_that_passes_ends_a_near_miss_at_its_instant(world: World, cast: Cast) -> None:
    """Nothing happens and no night passes: the lead itself knew when to be judged again."""
    world.agree(
        (GATE, "mql: {when: {all: [right_company, wants_to_talk]}}"),
        ("fast_lane: wants_to_talk", "fast_lane: has_budget"),
    )
    lead = world.lead(employees=10)
    world.happens(lead, "form_submitted", MONDAY, form="demo")
    judge_due(MONDAY)
    lead.refresh_from_db()
    assert (lead.lacks, lead.review_at) == (["right_company"], MONDAY + timedelta(days=7))
    judge_due(MONDAY + timedelta(days=7) - timedelta(microseconds=1))
    lead.refresh_from_db()
    assert lead.lacks == ["right_company"]
    judge_due(MONDAY + timedelta(days=7))
    lead.refresh_from_db()
    assert (lead.lacks, lead.review_at) == ([], None)


@pytest.mark.parametrize("seed", range(3))
def test_rows_say_at_any_time_what_judging_would_say(world: World, cast: Cast, seed: int) -> None:
    world.agree((GATE, WINDOWS), ("fast_lane: wants_to_talk", "fast_lane: has_budget"))
    dice = random.Random(seed)  # noqa: S311  (no secret)
    leads = [world.lead(employees=dice.choice([None, 10, 60, 2000])) for _ in range(25)]
    now, found = MONDAY, 0
    for _ in range(12):
        for lead in dice.sample(leads, 6):
            event = dice.choice(["page_viewed", "page_viewed", "webinar_attended", "call_missed", "form_submitted"])
            world.happens(lead, event, now - timedelta(hours=dice.randint(0, 30)), form="demo")
        judge_due(now)
        now += timedelta(hours=dice.randint(1, 40), minutes=dice.randint(0, 59))
        judge_due(now)
        for lead in Lead.objects.select_related("person__company").filter(pk__in=[each.pk for each in leads]):
            assert tuple(lead.lacks) == lacks_now(lead, now), (lead.pk, now)
            found += bool(lead.lacks)
    assert found > 20


def test_leads_that_an_older_agreement_judged_are_counted_apart_until_they_are_judged_anew(
    world: World, cast: Cast
) -> None:
    world.mql(employees=49)
    later = MONDAY + timedelta(days=1)
    world.agree(("at_least: 50", "at_least: 60"), at=later)
    stale = standing(cast.mara, in_force())
    assert (stale.leads, stale.outdated) == (0, 1)
    review_open_leads(later)
    judge_due(later)
    fresh = standing(cast.mara, in_force())
    assert (fresh.leads, fresh.outdated) == (1, 0)


def test_only_who_may_reads_of_them(world: World, cast: Cast) -> None:
    for reader in (cast.mara, cast.olga, cast.xenia, cast.sven):
        assert standing(reader, in_force()).leads == 0
    for other in (cast.priya, cast.alma):
        with pytest.raises(AccessError):
            standing(other, in_force())
