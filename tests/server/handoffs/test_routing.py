"""Each clause of the routing, carried out: who comes first, who waits, and that nobody falls into nothing."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.server.conftest import AGREEMENT, MONDAY, Cast, World

from accord.server.accounts.models import Leave, Membership, Team, User
from accord.server.accounts.services import join_team
from accord.server.agreements.services import propose, sign
from accord.server.handoffs.decisions import accept, pass_on, reject
from accord.server.handoffs.models import Clock, Offer
from accord.server.handoffs.offers import offer_ready
from accord.server.handoffs.reoffering import reoffer_orphans
from accord.server.handoffs.responsible import answers_for
from accord.server.handoffs.timeline import Kind, stream
from accord.server.notifications.models import Notification
from accord.server.people.models import Company
from accord.server.pipeline.judging import judge_due
from accord.server.pipeline.models import Lead
from accord.server.pipeline.services import open_lead

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
LAST_LINE = "  - {to: field}"
Routed = Callable[[str], None]


@pytest.fixture
def routed(world: World) -> Routed:
    """Puts another last line of the routing in force."""

    def replace(line: str) -> None:
        text = AGREEMENT.read_text(encoding="utf-8")
        assert LAST_LINE in text
        language = "  person.language: {type: text, owner: marketing}\n"
        text = text.replace("  company.country:", f"{language}  company.country:")
        text = text.replace(LAST_LINE, line)
        at = MONDAY - timedelta(days=30)
        proposed = propose(text, "agreement.yaml", reason="routing", by=world.cast.olga, at=at)
        sign(proposed.number, by=world.cast.mara, at=at)
        sign(proposed.number, by=world.cast.priya, at=at)
        Notification.objects.all().delete()

    return replace


def covers(user: User, **fields: list[str]) -> None:
    names = {"country": "company.country", "language": "person.language"}
    Membership.objects.filter(user=user).update(covers={names[name]: values for name, values in fields.items()})


def from_country(world: World, country: str) -> Lead:
    lead = world.mql()
    Company.objects.filter(pk=lead.person.company_id).update(fields={"employees": 200, "country": country})
    offer_ready(MONDAY)
    lead.refresh_from_db()
    return lead


def colleague_of(world: World, lead: Lead) -> Lead:
    """Somebody else of the same company, offered an hour later."""
    person = world.person()
    person.company = lead.person.company
    person.save()
    other = open_lead(person, at=MONDAY + HOUR, source="referral")
    world.happens(other, "webinar_attended", MONDAY + HOUR)
    judge_due(MONDAY + HOUR)
    offer_ready(MONDAY + HOUR)
    other.refresh_from_db()
    return other


def trace(lead: Lead) -> dict[str, str]:
    return {row["name"]: row["detail"] for row in Offer.objects.filter(lead=lead).latest("pk").routing}


class TestTheCompanysOwnerFirst:
    def test_colleagues_of_a_lead_go_to_its_owner_and_the_others_read_why(self, world: World, routed: Routed) -> None:
        routed("  - {to: field, company_owner_first: true}")
        first = world.offered()
        others = [colleague_of(world, first) for _ in range(3)]
        assert {lead.owner for lead in others} == {first.owner}
        offer = Offer.objects.get(lead=others[0])
        assert (offer.clause, offer.preference) == ("routing[1]", "company_owner")
        assert first.owner is not None
        loser = world.cast.tom if first.owner == world.cast.priya else world.cast.priya
        assert trace(others[0]) == {
            first.owner.name: "the company is theirs",
            loser.name: f"{first.owner.name} comes first, whose company it is",
        }

    def test_without_the_clause_they_take_turns(self, world: World) -> None:
        first = world.offered()
        assert colleague_of(world, first).owner != first.owner

    def test_who_had_the_company_last_still_has_it_unless_they_are_away(self, world: World, routed: Routed) -> None:
        routed("  - {to: field, company_owner_first: true}")
        first = world.offered()
        owner = first.owner
        assert owner is not None
        reject(first.pk, reason="wrong_size", by=owner, at=MONDAY)
        assert colleague_of(world, first).owner == owner
        Leave.objects.create(user=owner, start=MONDAY, end=MONDAY + timedelta(days=2))
        assert colleague_of(world, first).owner not in {owner, None}

    def test_an_owner_in_another_team_is_not_asked(self, world: World, routed: Routed) -> None:
        routed("  - {to: field, company_owner_first: true}")
        big = world.offered(employees=5000)
        assert big.owner == world.cast.enno
        Company.objects.filter(pk=big.person.company_id).update(fields={"employees": 200})
        assert colleague_of(world, big).owner in {world.cast.priya, world.cast.tom}


def test_a_person_who_comes_back_goes_to_who_had_them_last(world: World, routed: Routed) -> None:
    routed("  - {to: field, last_owner_first: true}")
    first = world.offered()
    owner = first.owner
    assert owner is not None
    reject(first.pk, reason="not_now", by=owner, at=MONDAY)
    at = MONDAY + timedelta(days=100)
    again = open_lead(first.person, at=at, source="referral")
    world.happens(again, "webinar_attended", at)
    judge_due(at)
    offer_ready(at)
    again.refresh_from_db()
    assert (again.cycle, again.owner) == (2, owner)
    assert trace(again)[owner.name] == "they had this person in the last cycle"


class TestTerritory:
    def test_a_lead_goes_to_who_covers_its_country_whatever_the_capitals(self, world: World, routed: Routed) -> None:
        routed("  - {to: field, match: [company.country]}")
        covers(world.cast.tom, country=["de", "AT"])
        assert [from_country(world, "DE").owner for _ in range(3)] == [world.cast.tom] * 3
        assert from_country(world, "AT").owner == world.cast.tom
        offer = Offer.objects.latest("pk")
        assert (offer.preference, trace(offer.lead)["Tom"]) == ("covers", "they cover company country AT")
        assert trace(offer.lead)["Priya"] == "Tom comes first, who covers company country AT"

    def test_where_nobody_covers_it_everybody_takes_turns(self, world: World, routed: Routed) -> None:
        routed("  - {to: field, match: [company.country]}")
        covers(world.cast.tom, country=["DE"])
        assert {from_country(world, "FR").owner for _ in range(2)} == {world.cast.tom, world.cast.priya}

    def test_a_language_is_matched_like_a_country(self, world: World, routed: Routed) -> None:
        routed("  - {to: field, match: [person.language, company.country]}")
        covers(world.cast.tom, country=["DE"], language=["de"])
        covers(world.cast.priya, country=["DE"], language=["pl"])
        lead = world.mql()
        lead.person.fields = {"language": "PL"}
        lead.person.save()
        offer_ready(MONDAY)
        lead.refresh_from_db()
        assert lead.owner == world.cast.priya
        assert trace(lead)["Priya"] == "they cover person language PL and company country DE"


class TestANamedQueue:
    def test_a_lead_waits_there_with_clocks_and_its_holder_knows(self, world: World, routed: Routed) -> None:
        routed("  - {to: field, queue: trade_fair}")
        lead = world.offered()
        offer = Offer.objects.get(lead=lead)
        assert (lead.owner, lead.queue, offer.named_queue) == (None, "field", "trade_fair")
        assert offer.clocks.filter(promise=Clock.Promise.DECIDE, stopped_at=None).exists()
        told = Notification.objects.get()
        assert told.user == world.cast.sven
        assert "waits in the queue trade fair of field" in told.text

    def test_it_is_given_to_nobody_until_somebody_takes_it(self, world: World, routed: Routed) -> None:
        routed("  - {to: field, queue: trade_fair}")
        lead = world.offered()
        assert reoffer_orphans(MONDAY + MINUTE) == 0
        accept(lead.pk, by=world.cast.tom, at=MONDAY + MINUTE)
        lead.refresh_from_db()
        assert lead.owner == world.cast.tom

    def test_what_its_taker_passes_on_goes_back_there(self, world: World, routed: Routed) -> None:
        routed("  - {to: field, queue: trade_fair}")
        lead = world.offered()
        accept(lead.pk, by=world.cast.tom, at=MONDAY)
        pass_on(lead.pk, by=world.cast.tom, at=MONDAY + MINUTE)
        lead.refresh_from_db()
        assert (lead.owner, lead.queue) == (None, "field")
        assert reoffer_orphans(MONDAY + HOUR) == 0

    def test_a_full_teams_own_queue_beside_it_is_still_emptied(self, world: World, routed: Routed) -> None:
        routed("  - {to: field, queue: trade_fair, when: has_budget}\n  - {to: field}")
        Membership.objects.update(capacity=0)
        lead = world.offered()
        assert lead.owner is None
        Membership.objects.update(capacity=None)
        assert reoffer_orphans(MONDAY + MINUTE) == 1


def test_nobody_gets_more_than_the_rules_number_of_open_leads(world: World, routed: Routed) -> None:
    routed("  - {to: field, at_most: 2}")
    leads = [world.offered() for _ in range(5)]
    assert [lead.owner for lead in leads[4:]] == [None]
    assert sorted(lead.owner.name for lead in leads[:4] if lead.owner) == ["Priya", "Priya", "Tom", "Tom"]
    assert set(trace(leads[4]).values()) == {"2 of 2 leads open"}


class TestWorkingHours:
    def test_a_lead_of_the_night_waits_until_somebody_is_at_work(self, world: World, routed: Routed) -> None:
        """03:00 in Berlin; Tom works on New York's clock, where it is 21:00 on Sunday."""
        routed("  - {to: field, only_on_shift: true}")
        User.objects.filter(pk=world.cast.tom.pk).update(zone="America/New_York")
        night = MONDAY - timedelta(hours=7)
        lead = world.offered(night)
        assert (lead.owner, lead.queue) == (None, "field")
        assert set(trace(lead).values()) == {"not at work at this hour"}
        assert reoffer_orphans(MONDAY - timedelta(hours=2)) == 0
        assert reoffer_orphans(MONDAY - timedelta(hours=1)) == 1  # 09:00 in Berlin, 03:00 in New York
        lead.refresh_from_db()
        assert lead.owner == world.cast.priya
        evening = MONDAY + timedelta(hours=9)  # 19:00 in Berlin, 13:00 in New York
        assert {world.offered(evening).owner for _ in range(2)} == {world.cast.tom}

    def test_without_the_clause_hours_do_not_count(self, world: World) -> None:
        assert world.offered(MONDAY - timedelta(hours=7)).owner is not None


def test_until_when_somebody_is_away_is_said_on_their_own_clock(world: World) -> None:
    """Until midnight in Berlin, which is 23:00 the day before in UTC."""
    Leave.objects.create(user=world.cast.tom, start=MONDAY, end=MONDAY.replace(day=4, hour=23))
    assert trace(world.offered())["Tom"] == "on leave until the end of 4 March 2026"


class TestBackAndFull:
    """Lesson 5: who comes back is not flooded, and what waits goes out oldest first as soon as there is room."""

    def test_who_was_away_for_forty_leads_gets_one_of_two_when_they_are_back(self, world: World) -> None:
        Leave.objects.create(user=world.cast.tom, start=MONDAY, end=MONDAY + HOUR)
        assert {world.offered().owner for _ in range(12)} == {world.cast.priya}
        back = MONDAY + HOUR
        assert sum(world.offered(back).owner == world.cast.tom for _ in range(6)) == 3

    def test_what_waited_for_somebody_full_goes_out_oldest_first_as_they_have_room(self, world: World) -> None:
        Membership.objects.filter(team__name="field").update(capacity=1)
        leads = [world.offered(MONDAY + n * MINUTE) for n in range(5)]
        waiting = [lead for lead in leads if lead.owner is None]
        assert [lead.pk for lead in waiting] == [lead.pk for lead in leads[2:]]
        for held in leads[:2]:
            assert held.owner is not None
            reject(held.pk, reason="wrong_size", by=held.owner, at=MONDAY + HOUR)
        assert reoffer_orphans(MONDAY + HOUR) == 2
        assert [bool(Lead.objects.get(pk=lead.pk).owner) for lead in waiting] == [True, True, False]

    def test_who_comes_back_gets_what_waited_for_them_oldest_first(self, world: World) -> None:
        for user in (world.cast.priya, world.cast.tom):
            Leave.objects.create(user=user, start=MONDAY, end=MONDAY + HOUR)
        Membership.objects.filter(user=world.cast.tom).update(capacity=0)
        leads = [world.offered(MONDAY + n * MINUTE) for n in range(3)]
        assert reoffer_orphans(MONDAY + HOUR - MINUTE) == 0
        assert reoffer_orphans(MONDAY + HOUR) == 3
        again = Offer.objects.filter(owner=world.cast.priya).order_by("pk").values_list("lead", flat=True)
        assert list(again) == [lead.pk for lead in leads]


def _no_members(cast: Cast) -> None:
    Membership.objects.all().delete()


def _all_on_leave(cast: Cast) -> None:
    for user in User.objects.filter(memberships__isnull=False):
        Leave.objects.create(user=user, start=MONDAY, end=MONDAY + timedelta(days=9))


def _all_deactivated(cast: Cast) -> None:
    User.objects.filter(memberships__isnull=False).update(is_active=False)


def _no_manager(cast: Cast) -> None:
    _all_deactivated(cast)
    Team.objects.update(manager=None)


def _manager_on_leave(cast: Cast) -> None:
    _all_deactivated(cast)
    Leave.objects.create(user=cast.sven, start=MONDAY, end=MONDAY + timedelta(days=9))


def _everybody_who_could_answer_on_leave(cast: Cast) -> None:
    _manager_on_leave(cast)
    Leave.objects.create(user=cast.olga, start=MONDAY, end=MONDAY + timedelta(days=9))


def _no_operations_and_no_manager(cast: Cast) -> None:
    _no_manager(cast)
    User.objects.filter(pk=cast.olga.pk).update(is_active=False)


@pytest.mark.parametrize(
    ("change", "answerable"),
    [
        (_no_members, "Sven"),
        (_all_on_leave, "Sven"),
        (_all_deactivated, "Sven"),
        (_no_manager, "Olga"),
        (_manager_on_leave, "Olga"),
        (_everybody_who_could_answer_on_leave, "Sven"),
        (_no_operations_and_no_manager, "Sven"),  # the last salesperson who can sign in
    ],
)
def test_a_lead_for_nobody_ends_in_a_queue_with_somebody_answerable_and_a_running_clock(
    world: World, change: Callable[[Cast], None], answerable: str
) -> None:
    """Lesson 7."""
    change(world.cast)
    lead = world.offered()
    offer = Offer.objects.get(lead=lead)
    assert (lead.owner, lead.queue, offer.status) == (None, "field", "open")
    assert offer.clocks.filter(stopped_at=None, next_check_at__isnull=False).count() == 2
    assert [user.name for user in answers_for("field", MONDAY)] == [answerable]
    assert [told.user.name for told in Notification.objects.filter(kind="lead.offered")] == [answerable]


def test_a_team_that_exists_only_in_the_agreement_is_made_and_answered_for(world: World, routed: Routed) -> None:
    """Lesson 7."""
    routed("  - {to: nobody_yet}")
    lead = world.offered()
    assert (lead.owner, lead.queue) == (None, "nobody_yet")
    assert [told.user.name for told in Notification.objects.select_related("user")] == ["Olga"]
    join_team(world.cast.tom, "nobody_yet")
    assert reoffer_orphans(MONDAY + MINUTE) == 1


def test_leads_are_counted_only_of_those_who_are_bound_to_a_number(world: World) -> None:
    def counted() -> bool:
        with CaptureQueriesContext(connection) as queries:
            world.offered()
        return any("count(*)" in query["sql"] for query in queries)

    assert not counted()
    Membership.objects.filter(user=world.cast.tom).update(capacity=100)
    assert counted()


def test_the_history_of_a_lead_says_by_which_rule_and_why_not_the_others(world: World, routed: Routed) -> None:
    routed("  - {to: field, match: [company.country]}")
    covers(world.cast.tom, country=["DE"])
    lead = from_country(world, "DE")
    entry = next(entry for entry in stream(lead, {}, kind=Kind.HANDOFFS).entries if entry.why)
    assert entry.why == (
        ("Every other lead goes to the team “field”.", ""),
        ("In the team “field”, people who cover the lead's company country come first.", ""),
        ("Tom", "they cover company country DE"),
        ("Priya", "Tom comes first, who covers company country DE"),
    )


def test_the_page_of_a_lead_in_a_named_queue_says_who_answers_for_it(world: World, routed: Routed) -> None:
    routed("  - {to: field, queue: trade_fair}")
    lead = world.offered()
    client = Client()
    client.force_login(world.cast.sven)
    assert "Queue trade fair of field, held by Sven" in client.get(f"/leads/{lead.pk}/").content.decode()
    accept(lead.pk, by=world.cast.tom, at=MONDAY)
    assert "held by Sven" not in client.get(f"/leads/{lead.pk}/").content.decode()
