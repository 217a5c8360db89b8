"""The dry run is the run, lead by lead: of what is ready now, and of a month that is over."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from tests.server.conftest import MONDAY, World
from tests.server.teams.conftest import agreed

from accord.agreement import load
from accord.server.accounts.models import Leave, Membership, User
from accord.server.accounts.services import deactivate
from accord.server.handoffs.decisions import accept, reject
from accord.server.handoffs.giving import give
from accord.server.handoffs.models import Offer
from accord.server.handoffs.offers import offer_ready
from accord.server.handoffs.reoffering import reoffer_orphans
from accord.server.pipeline.models import Lead
from accord.server.teams.dry_run import count_past, try_past, try_ready

HOUR = timedelta(hours=1)
EVERYTHING = (
    "  - {to: field, company_owner_first: true, last_owner_first: true, match: [company.country], at_most: 150}"
)
Imported = Callable[..., list[Lead]]


def run() -> list[tuple[int, int | None]]:
    return list(Offer.objects.order_by("offered_at", "pk").values_list("lead", "owner"))


@pytest.mark.parametrize("line", ["  - {to: field}", EVERYTHING], ids=["by turns", "by every clause"])
def test_an_import_of_500_leads_goes_to_the_people_whom_the_dry_run_named(
    world: World, five: list[User], imported: Imported, line: str
) -> None:
    """Lesson 6."""
    agreed(world, line)
    Leave.objects.create(user=five[3], start=MONDAY - HOUR, end=MONDAY + HOUR)
    imported(7, MONDAY - HOUR)  # so that turns do not begin level
    offer_ready(MONDAY - HOUR)
    imported(500)
    before = Offer.objects.count()
    dry = try_ready(MONDAY)
    assert Offer.objects.count() == before
    assert offer_ready(MONDAY) == dry.turns
    ran = list(Offer.objects.filter(offered_at=MONDAY).order_by("pk").values_list("lead", "owner"))
    assert list(dry.by_lead) == ran
    assert len(ran) >= 500
    shares = {share.owner: share.would for share in dry.teams[0].shares}
    assert shares == {**dict.fromkeys(shares, 0), **Counter(owner for _, owner in ran)}
    assert shares[five[3].pk] == 0  # on leave
    assert Lead.objects.filter(owner=five[2]).count() == 60  # full


def a_month(world: World, five: list[User], imported: Imported) -> None:
    """Four days with decisions, leave, somebody who leaves the company, and a queue that is taken from."""
    Leave.objects.create(user=five[0], start=MONDAY + timedelta(days=1), end=MONDAY + timedelta(days=2))
    Membership.objects.filter(user=five[4]).update(capacity=5)
    for day in range(4):
        at = MONDAY + timedelta(days=day)
        imported(24, at)
        offer_ready(at)
        if day == 2:
            deactivate(five[1], by=world.cast.olga, at=at + HOUR)
        reoffer_orphans(at + 2 * HOUR)
        mine = Lead.objects.filter(ended_at=None).exclude(owner=None).order_by("pk")
        for number, lead in enumerate(mine.select_related("owner")[::3]):
            assert lead.owner is not None
            if number % 2:
                reject(lead.pk, reason="wrong_size", by=lead.owner, at=at + 3 * HOUR)


@pytest.mark.parametrize("line", ["  - {to: field}", EVERYTHING], ids=["by turns", "by every clause"])
def test_a_dry_run_of_a_past_month_under_the_same_agreement_is_what_happened(
    world: World, five: list[User], imported: Imported, line: str
) -> None:
    """Lesson 6: from its first day, and from the middle, where credits and open leads must be found again."""
    agreed(world, line)
    a_month(world, five, imported)
    whole = try_past(MONDAY, MONDAY + timedelta(days=9))
    assert list(whole.by_lead) == run()
    assert whole.same == whole.turns == Offer.objects.count()
    assert all(share.would == share.did for team in whole.teams for share in team.shares)
    middle = MONDAY + timedelta(days=2)
    second = try_past(middle, MONDAY + timedelta(days=9))
    assert list(second.by_lead) == run()[-second.turns :]
    assert 0 < second.turns == count_past(middle, MONDAY + timedelta(days=9)) < whole.turns


def test_what_a_manager_gave_by_hand_is_theirs_in_a_dry_run_too(
    world: World, five: list[User], imported: Imported
) -> None:
    """The turns after it are those of the run: it counts as somebody's lead, and is nobody's turn."""
    Membership.objects.filter(user=five[2]).update(capacity=3)
    imported(10)
    offer_ready(MONDAY)
    lead = Lead.objects.filter(owner=five[2]).order_by("pk")[0]
    give(lead.pk, to=five[3].pk, team="field", reason="knows them", by=world.cast.sven, at=MONDAY + HOUR)
    imported(10, MONDAY + 2 * HOUR)  # of which one goes to whoever has room again
    offer_ready(MONDAY + 2 * HOUR)
    assert list(try_past(MONDAY, MONDAY + timedelta(days=1)).by_lead) == run()
    assert list(try_past(MONDAY + HOUR, MONDAY + timedelta(days=1)).by_lead) == run()[10:]


def test_what_was_taken_from_a_queue_by_hand_counts_as_its_takers(
    world: World, five: list[User], imported: Imported
) -> None:
    agreed(world, "  - {to: field, at_most: 2}")
    Membership.objects.exclude(user__in=five[:2]).delete()
    imported(5)
    offer_ready(MONDAY)
    waiting = Lead.objects.get(owner=None, handed_over_at__isnull=False)
    ended = Lead.objects.filter(owner=five[1]).order_by("pk")
    reject(ended[0].pk, reason="wrong_size", by=five[1], at=MONDAY + HOUR)
    accept(waiting.pk, by=five[1], at=MONDAY + 2 * HOUR)  # full again
    imported(1, MONDAY + 3 * HOUR)
    offer_ready(MONDAY + 3 * HOUR)
    assert run()[-1][1] is None
    assert list(try_past(MONDAY, MONDAY + timedelta(days=1)).by_lead) == run()
    assert list(try_past(MONDAY + HOUR, MONDAY + timedelta(days=1)).by_lead) == run()[-1:]


def test_a_draft_says_who_would_have_got_them_and_how_evenly(
    world: World, five: list[User], imported: Imported
) -> None:
    """By turns with weights 3, 1, 1, 1, 1: 60 leads are 25.7 for Priya and 8.6 for each of the others."""
    text = agreed(world, "  - {to: field}")
    imported(60)
    offer_ready(MONDAY)
    draft = load(text.replace("  - {to: field}", "  - {to: field, match: [company.country]}"), "draft.yaml").agreement
    assert draft is not None
    found = try_past(MONDAY, MONDAY + HOUR, draft)
    (team,) = found.teams
    shares = {share.name: (share.would, share.did) for share in team.shares}
    assert {name: did for name, (_, did) in shares.items()} == {
        "Ana": 9, "Ben": 8, "Cy": 8, "Priya": 26, "Tom": 9, "Queue": 0
    }  # fmt: skip
    # Of 60 leads of five countries, 12 each: German ones go to Priya and Tom by 3 to 1, Austrian ones to her, French
    # ones to him; the other 24 by turns, of which both have theirs as before: 24 * 3/7 and 24 * 1/7.
    assert shares["Priya"][0] == pytest.approx(9 + 12 + 24 * 3 / 7, abs=1)
    assert shares["Tom"][0] == pytest.approx(3 + 12 + 24 / 7, abs=1)
    assert sum(would for would, _ in shares.values()) == 60
    assert team.was < 0.05 < team.fairness
    assert found.same < 60


def test_a_draft_that_sends_leads_elsewhere_shows_both_teams(
    world: World, five: list[User], imported: Imported
) -> None:
    text = agreed(world, "  - {to: field}")
    imported(6)
    offer_ready(MONDAY)
    draft = load(text.replace("  - {to: field}", "  - {to: enterprise}"), "draft.yaml").agreement
    found = try_past(MONDAY, MONDAY + HOUR, draft)
    assert {team.team: sum(share.would for share in team.shares) for team in found.teams} == {
        "enterprise": 6,
        "field": 0,
    }
    assert found.same == 0


def test_of_a_time_without_offers_there_is_nothing_to_try(world: World) -> None:
    found = try_past(MONDAY, MONDAY + HOUR)
    assert (found.turns, found.teams) == (0, ())
