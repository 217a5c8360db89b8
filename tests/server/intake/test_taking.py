"""What becomes of messages: visitors, visits, people with their past, companies, touchpoints that count, and leads."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db import OperationalError
from psycopg.errors import DeadlockDetected
from tests.server.conftest import MONDAY
from tests.server.intake.conftest import Site

from accord.server.duplicates.models import Duplicate
from accord.server.intake.batch import Batch
from accord.server.people.models import Company, FieldChange, Person, PersonKey, Touchpoint, Visit, Visitor
from accord.server.pipeline.judging import judge_due
from accord.server.pipeline.models import Lead
from accord.server.tracking.models import Pending, Source
from accord.server.tracking.work import Captured, retry

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ADA = {"email": "Ada@Analytical.example", "name": "Ada Lovelace", "phone": "+44 20 7946 0000"}
ENGINES = {"company": {"name": "Analytical Engines", "domain": "www.analytical.example", "employees": 200}}


def test_what_a_visitor_did_belongs_to_the_person_from_the_day_it_is_known(site: Site) -> None:
    site.view("/", came="https://www.google.com/")
    site.view("/pricing", MONDAY + MINUTE)
    site.take()
    assert set(Touchpoint.objects.values_list("person", "event")) == {(None, "page_viewed")}
    assert not Lead.objects.exists()

    site.told({**ADA, **ENGINES}, MONDAY + DAY)
    assert site.take() == 1

    ada = Person.objects.get(email_key="ada@analytical.example")
    assert list(ada.touchpoints.order_by("at").values_list("properties__path", flat=True)) == ["/", "/pricing"]
    assert (ada.name, ada.company.domain) == ("Ada Lovelace", "analytical.example")
    lead = Lead.objects.get(person=ada)
    assert (lead.first_contact_at, lead.opened_at, lead.source) == (MONDAY, MONDAY + DAY, "Organic Search")


def test_the_agreement_in_force_judges_who_comes_by_tracking_alone(site: Site) -> None:
    for minute in range(4):
        site.view(f"/page-{minute}", MONDAY + minute * MINUTE)
    site.told({**ADA, **ENGINES}, MONDAY + HOUR)
    site.take()
    judge_due(MONDAY + HOUR)
    lead = Lead.objects.get()
    assert (lead.stage, lead.fit, lead.grade) == ("mql", 4000, "A")
    assert lead.engagement == 2000


def test_a_message_that_is_taken_in_twice_happened_once(site: Site) -> None:
    site.view("/pricing")
    site.take()
    first = Touchpoint.objects.get()
    key, sent = first.message_id.partition(":")[2], Pending.objects.count()
    assert (key, sent) == ("m1", 0)
    site.count = 0
    site.view("/pricing")
    assert site.take() == 0
    assert Touchpoint.objects.count() == 1


def test_what_a_robot_does_is_kept_and_counts_nothing(site: Site) -> None:
    robot = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
    site.view("/pricing", agent=robot)
    site.told(ADA, agent=robot)
    site.take()
    visit = Visit.objects.get()
    assert visit.agent == "robot"
    assert Touchpoint.objects.get().counts is False
    assert not Person.objects.exists()
    assert not Lead.objects.exists()


def test_points_are_taken_back_once_a_visit_turns_out_to_be_a_robots(site: Site) -> None:
    site.told({**ADA, **ENGINES})
    site.view("/a", MONDAY + MINUTE)
    site.view("/b", MONDAY + 2 * MINUTE)
    site.take()
    judge_due(MONDAY + 3 * MINUTE)
    assert Lead.objects.get().engagement == 1000
    for number in range(25):
        site.view(f"/{number}", MONDAY + 5 * MINUTE + number * timedelta(milliseconds=200))
    site.take()
    assert Visit.objects.get().agent == "robot"
    assert not Touchpoint.objects.filter(counts=True).exists()
    judge_due(MONDAY + 6 * MINUTE)
    assert Lead.objects.get().engagement == 0


def test_a_website_adds_what_is_missing_and_only_a_server_corrects(site: Site) -> None:
    """Lesson 11: a link that was forwarded does not overwrite the first person's name."""
    site.told({"email": "ada@analytical.example", "name": "Ada Lovelace"})
    site.told({"email": "ada@analytical.example", "name": "Charles", "phone": "+44 1"}, MONDAY + HOUR, who="v2")
    site.take()
    ada = Person.objects.get()
    assert (ada.name, ada.phone) == ("Ada Lovelace", "+44 1")
    assert {visitor.person_id for visitor in Visitor.objects.all()} == {ada.pk}

    site.send(
        "identify",
        MONDAY + 2 * HOUR,
        by=site.server,
        userId="u7",
        traits={"email": "ada@analytical.example", "name": "Ada King"},
    )
    site.take()
    ada.refresh_from_db()
    assert ada.name == "Ada King"
    assert list(ada.keys.values_list("kind", "key")) == [("user", "u7")]
    changes = FieldChange.objects.filter(field="person.name").values_list("before", "after", "changed_by")
    assert list(changes) == [("Ada Lovelace", "Ada King", "source")]


def test_who_shares_a_device_keeps_what_they_did_on_it(site: Site) -> None:
    site.told(ADA)
    site.view("/for-ada", MONDAY + MINUTE)
    site.told({"email": "grace@navy.example"}, MONDAY + DAY)
    site.view("/for-grace", MONDAY + DAY + MINUTE)
    site.take()
    whose = dict(Touchpoint.objects.values_list("properties__path", "person__email_key"))
    assert whose == {"/for-ada": "ada@analytical.example", "/for-grace": "grace@navy.example"}


def test_an_account_is_known_again_by_its_name_alone(site: Site) -> None:
    site.told(ADA, userId="ada-1")
    site.send("track", MONDAY + DAY, by=site.server, userId="ada-1", event="Webinar Attended")
    site.take()
    assert Touchpoint.objects.get(event="webinar_attended").person.email_key == "ada@analytical.example"


def test_an_account_and_an_address_of_two_people_stay_two_people(site: Site) -> None:
    site.told(ADA, userId="ada-1")
    site.told({"email": "grace@navy.example"}, who="v2")
    site.take()
    site.told({"email": "grace@navy.example"}, MONDAY + HOUR, who="v3", userId="ada-1")
    site.take()
    assert Person.objects.count() == 2
    assert Visitor.objects.get(anonymous_id="v3").person.email_key == "ada@analytical.example"
    assert not PersonKey.objects.filter(kind="email").exists()


def test_first_and_last_touch_survive_navigation_and_later_direct_visits(site: Site) -> None:
    """Lesson 10."""
    site.view("/", query="?utm_source=spring&utm_medium=email&utm_campaign=flow")
    site.view("/pricing", MONDAY + MINUTE, came="https://test.works/", query="?utm_source=internal-banner")
    site.view("/", MONDAY + 2 * MINUTE)
    site.view("/demo", MONDAY + DAY)
    site.told(ADA, MONDAY + DAY + MINUTE)
    site.take()
    visits = Visit.objects.order_by("started_at").values_list("channel", "source", "campaign", "landing")
    assert list(visits) == [("Email", "spring", "flow", "/"), ("Direct", "(direct)", "", "/demo")]
    assert Lead.objects.get().source == "Email"


def test_another_campaign_begins_another_visit_and_a_reload_does_not(site: Site) -> None:
    for minute, campaign in enumerate(["a", "a", "b"]):
        site.view("/", MONDAY + minute * MINUTE, query=f"?utm_source=ad&utm_medium=cpc&utm_campaign={campaign}")
    site.take()
    assert list(Visit.objects.order_by("started_at").values_list("campaign", flat=True)) == ["a", "b"]


def test_what_arrives_late_belongs_to_the_visit_in_which_it_happened(site: Site) -> None:
    site.view("/late", MONDAY)
    site.take()
    site.view("/later", MONDAY + 10 * MINUTE)
    site.view("/between", MONDAY + 5 * MINUTE)
    site.view("/before", MONDAY - 5 * MINUTE)
    site.take()
    visit = Visit.objects.get()
    assert (visit.started_at, visit.last_at) == (MONDAY - 5 * MINUTE, MONDAY + 10 * MINUTE)
    assert Visitor.objects.get().first_seen_at == MONDAY - 5 * MINUTE


def test_a_group_tells_of_the_company_of_whoever_belongs_to_it(site: Site) -> None:
    site.told(ADA, userId="ada-1")
    traits = {"name": "Analytical Engines", "website": "https://analytical.example/en", "employees": 300}
    site.send("group", MONDAY + HOUR, by=site.server, userId="ada-1", groupId="g1", traits=traits)
    site.take()
    company = Company.objects.get()
    assert (company.name, company.domain, company.fields) == (
        "Analytical Engines",
        "analytical.example",
        {"employees": 300},
    )
    assert Person.objects.get().company == company


def test_a_server_corrects_the_company_that_a_person_has_without_naming_it(site: Site) -> None:
    site.told({**ADA, **ENGINES}, userId="ada-1")
    site.send("identify", MONDAY + HOUR, by=site.server, userId="ada-1", traits={"company": {"employees": 350}})
    site.take()
    assert Company.objects.get().fields == {"employees": 350}
    changes = FieldChange.objects.values_list("field", "before", "after")
    assert list(changes) == [("company.employees", 200, 350)]


def test_a_value_that_no_field_of_the_agreement_can_hold_is_left_out(site: Site) -> None:
    site.told({**ADA, "company": {"name": "Engines", "employees": "many", "country": "GB", "unknown": 1}})
    site.take()
    assert Company.objects.get().fields == {"country": "GB"}


def test_an_alias_joins_what_a_visitor_did_to_the_account(site: Site) -> None:
    site.view("/pricing", who="old-device")
    site.send("alias", MONDAY + HOUR, by=site.server, userId="ada-1", previousId="old-device")
    site.take()
    assert Touchpoint.objects.get().person == PersonKey.objects.get(key="ada-1").person


def test_one_message_that_fails_is_set_aside_and_the_others_go_on(site: Site) -> None:
    for path in ("/one", "/two", "/three"):
        site.view(path)
    real = Batch._take

    def fails(batch: Batch, message: Captured) -> None:
        if message.body["context"]["page"]["path"] == "/two":
            raise ValueError("a fault")
        real(batch, message)

    with patch.object(Batch, "_take", fails):
        assert site.take() == 3
    assert set(Touchpoint.objects.values_list("properties__path", flat=True)) == {"/one", "/three"}
    aside = Pending.objects.get()
    assert (aside.error, aside.set_aside_at is not None) == ("ValueError: a fault", True)

    retry([aside.pk])
    assert site.take() == 1
    assert Touchpoint.objects.count() == 3


def test_a_message_is_not_set_aside_because_the_database_ended_it_for_another_to_go_on(site: Site) -> None:
    ended = OperationalError("deadlock detected")
    ended.__cause__ = DeadlockDetected()
    site.view("/one")
    with patch.object(Batch, "take", side_effect=[ValueError("a fault"), ended]), pytest.raises(OperationalError):
        site.take()
    assert Pending.objects.get().set_aside_at is None
    site.take()
    assert Touchpoint.objects.get().properties["path"] == "/one"


def test_nobody_becomes_a_lead_who_cannot_be_reached(site: Site) -> None:
    site.told({"name": "Ada"}, userId="ada-1")
    site.take()
    assert Person.objects.count() == 1
    assert not Lead.objects.exists()


@pytest.mark.parametrize(
    "odd",
    [
        {"type": "track", "event": 7},
        {"type": "track", "event": "   "},
        {"type": "track", "event": "x" * 5000},
        {"type": "page", "properties": "no object"},
        {"type": "page", "context": {"page": {"url": "http://["}}},
        {"type": "identify", "traits": {"email": "not an address", "name": ["a"], "company": 5}},
        {"type": "identify", "traits": {"email": "a@b.example", "name": "n" * 5000, "phone": "9" * 500}},
        {"type": "alias", "userId": "u", "previousId": {}},
        {"type": "group", "groupId": 5, "traits": {"website": "::"}},
        {"type": "track", "event": "Deep", "properties": {"a": {"b": [1, {"c": "\u0000"}]}}},
    ],
)
def test_odd_messages_are_taken_in_as_far_as_they_make_sense(site: Site, odd: dict[str, object]) -> None:
    type_ = str(odd.pop("type"))
    site.send(type_, anonymousId="v1", **odd)
    site.take()
    assert not Pending.objects.exists()
    assert Visitor.objects.filter(anonymous_id="v1").exists()


def test_messages_from_a_telephone_system_begin_no_visit(site: Site) -> None:
    calls = Source.objects.create(name="Calls", kind="call", created_at=MONDAY)
    site.send("track", by=calls, anonymousId="+44", event="Call Missed")
    site.take()
    assert not Visit.objects.exists()
    assert Touchpoint.objects.get().event == "call_missed"


def test_a_message_that_names_two_people_is_proposed_as_one_with_its_reason(site: Site) -> None:
    """The account decides and nobody is overwritten; somebody looks at the two."""
    site.send("identify", userId="u1", traits={"email": "ada@a.example", "name": "Ada"})
    site.send("identify", userId="u2", traits={"email": "bob@b.example", "name": "Bob"})
    site.send("identify", userId="u1", traits={"email": "bob@b.example"})
    site.take()
    ada, bob = Person.objects.order_by("pk")
    proposal = Duplicate.objects.get()
    assert (proposal.first, proposal.second, proposal.probability) == (ada.pk, bob.pk, 0.9)
    assert "named the account of one and the address of the other" in proposal.explained[0]["says"]
    assert (ada.email, bob.email) == ("ada@a.example", "bob@b.example")
