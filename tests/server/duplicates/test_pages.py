"""The Duplicates pages: deciding, choosing, taking back, and what others may not see."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.server.conftest import Cast, World

from accord.server.accounts.models import User
from accord.server.duplicates.alike import CROWD
from accord.server.duplicates.merging import merge
from accord.server.duplicates.models import Duplicate, Kind, Merge
from accord.server.duplicates.proposals import propose
from accord.server.duplicates.proposing import dismiss
from accord.server.handoffs.columns import FieldError, store_column
from accord.server.handoffs.decisions import reject
from accord.server.people.models import Company, Person
from accord.server.people.telephones import keep_phone
from accord.server.pipeline.models import Lead


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text_of(client: Client, address: str, **asked: str) -> str:
    answer = client.get(address, asked)
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


@pytest.fixture
def mara(cast: Cast) -> Client:
    return signed_in(cast.mara)


@pytest.fixture
def pair(world: World) -> Duplicate:
    """Ada, whom marketing has, and A. Lovelace, who was offered to sales and is younger."""
    ada, other = world.lead().person, world.offered().person
    Person.objects.filter(pk=ada.pk).update(name="Ada Lovelace")
    Person.objects.filter(pk=other.pk).update(name="A. Lovelace", fields={"title": "CTO"})
    found = propose(
        Kind.PERSON, ada.pk, other.pk, 0.93, [{"field": "name", "says": "The names agree", "weight": 3.1}],
        at=timezone.now(),
    )  # fmt: skip
    assert found is not None
    return found


def test_where_there_is_nothing_the_page_says_who_looks_and_when(mara: Client) -> None:
    assert "Each night Accord looks" in text_of(mara, "/duplicates/")
    assert "Nothing was merged yet" in text_of(mara, "/duplicates/", tab="merged")


def test_the_most_certain_stand_first_and_a_kind_can_be_chosen(world: World, pair: Duplicate, mara: Client) -> None:
    one, other = (Company.objects.create(name=name, created_at=timezone.now()) for name in ("Acme", "Acme GmbH"))
    propose(Kind.COMPANY, one.pk, other.pk, 0.95, [{"field": "name", "says": "But for the form"}], at=timezone.now())
    said = text_of(mara, "/duplicates/")
    assert "2 pairs may be one" in said
    assert said.index("Acme GmbH") < said.index("A. Lovelace")
    assert "Acme" not in text_of(mara, "/duplicates/", kind="person")


def test_two_are_shown_beside_each_other_and_merged_as_chosen(pair: Duplicate, mara: Client) -> None:
    said = text_of(mara, f"/duplicates/{pair.pk}/")
    leads = [f"Lead {key}" for key in Lead.objects.values_list("pk", flat=True)]
    assert len(leads) == 2
    for words in ("93", "The names agree", *leads, "with", "CTO"):
        assert words in said
    choice = {"survivor": str(pair.second), "keep-name": "first", "keep-email": "second"}
    answer = mara.post(f"/duplicates/{pair.pk}/merge/", choice)
    done = Merge.objects.get()
    assert answer["Location"] == f"/duplicates/merges/{done.pk}/"
    left = Person.objects.get()
    assert (left.pk, left.name, left.email) == (pair.second, "Ada Lovelace", "person2@c2.example")
    said = text_of(mara, answer["Location"])
    assert "taken from Ada Lovelace: it was chosen" in said
    assert "1 touchpoint" not in said
    assert "A. Lovelace" in text_of(mara, "/duplicates/", tab="merged")
    again = mara.get(f"/duplicates/{pair.pk}/")
    assert again["Location"] == answer["Location"]


def test_a_form_without_a_survivor_keeps_the_page_and_says_so(pair: Duplicate, mara: Client) -> None:
    answer = mara.post(f"/duplicates/{pair.pk}/merge/", {"survivor": "7777"})
    assert answer.status_code == 422
    assert "which of the two stays" in answer.content.decode()
    assert Person.objects.count() == 2


def test_a_merge_is_undone_from_its_page_and_not_proposed_again(pair: Duplicate, mara: Client) -> None:
    mara.post(f"/duplicates/{pair.pk}/merge/", {"survivor": str(pair.first)})
    done = Merge.objects.get()
    assert "Undo" in text_of(mara, f"/duplicates/of/person/{pair.first}/")
    mara.post(f"/duplicates/merges/{done.pk}/undo/")
    assert Person.objects.count() == 2
    pair.refresh_from_db()
    assert pair.status == "dismissed"
    assert propose(Kind.PERSON, pair.first, pair.second, 0.99, [], at=timezone.now()) is None


def test_who_are_not_the_same_stay_so_until_what_they_say_changes(pair: Duplicate, mara: Client) -> None:
    mara.post(f"/duplicates/{pair.pk}/dismiss/")
    assert propose(Kind.PERSON, pair.first, pair.second, 0.99, [], at=timezone.now()) is None
    assert "A. Lovelace" in text_of(mara, "/duplicates/", tab="dismissed")
    Person.objects.filter(pk=pair.second).update(phone="+49 30 1")
    assert propose(Kind.PERSON, pair.first, pair.second, 0.99, [], at=timezone.now()) == pair
    assert "A. Lovelace" in text_of(mara, "/duplicates/")


def test_not_the_same_can_be_taken_back(pair: Duplicate, mara: Client) -> None:
    mara.post(f"/duplicates/{pair.pk}/dismiss/")
    mara.post(f"/duplicates/{pair.pk}/reconsider/")
    pair.refresh_from_db()
    assert (pair.status, pair.decided_at) == ("open", None)


def test_later_is_a_week(pair: Duplicate, mara: Client) -> None:
    mara.post(f"/duplicates/{pair.pk}/later/")
    assert "Nothing waits for you" in text_of(mara, "/duplicates/")
    Duplicate.objects.update(later_until=timezone.now() - timedelta(seconds=1))
    assert "A. Lovelace" in text_of(mara, "/duplicates/")


def test_sales_decides_about_leads_that_are_all_their_own(world: World, pair: Duplicate) -> None:
    owner = Lead.objects.exclude(owner=None).get().owner
    assert owner is not None
    client = signed_in(owner)
    assert "A. Lovelace" not in text_of(client, "/duplicates/")
    assert client.post(f"/duplicates/{pair.pk}/merge/", {"survivor": str(pair.first)}).status_code == 403
    assert client.post(f"/duplicates/{pair.pk}/dismiss/").status_code == 403
    Lead.objects.update(owner=owner)
    assert "A. Lovelace" in text_of(client, "/duplicates/")
    assert client.post(f"/duplicates/{pair.pk}/merge/", {"survivor": str(pair.first)}).status_code == 302


def test_a_duplicate_is_announced_to_who_may_not_decide_with_whom_to_ask_and_no_more(
    world: World, pair: Duplicate
) -> None:
    """Lesson 13."""
    owner = Lead.objects.exclude(owner=None).get().owner
    said = text_of(signed_in(world.cast.enno), f"/duplicates/of/person/{pair.first}/")
    assert said == f"This may stand twice. Ask {owner}, who knows more about the other."
    said = text_of(signed_in(world.cast.mara), f"/duplicates/of/person/{pair.first}/")
    assert "This may be the same as A. Lovelace" in said


def test_who_has_the_same_telephone_under_a_name_that_agrees_is_announced_at_once(world: World) -> None:
    """Lesson 13: as soon as somebody fills it in, to whom may decide with the name, to others with whom to ask."""
    mine, other = world.lead(phone=""), world.offered(phone="+49 30 23125111")
    keep_phone(other.person)
    Person.objects.filter(pk=mine.person_id).update(name="Ada Lovelace")
    Person.objects.filter(pk=other.person_id).update(name="A. Lovelace")
    path = f"/duplicates/of/person/{mine.person_id}/"
    assert text_of(signed_in(world.cast.mara), path) == ""
    filled = signed_in(world.cast.olga).post(
        f"/leads/{mine.pk}/fields/", {"field": "person.phone", "value": "030 23125111"}, headers={"hx-request": "true"}
    )
    assert (filled.status_code, filled["HX-Trigger"]) == (200, "filled-in")
    assert "This may be the same as A. Lovelace , by telephone" in text_of(signed_in(world.cast.mara), path)
    said = text_of(signed_in(world.cast.enno), path)
    assert said == f"This may stand twice. Ask {other.owner}, who knows more about the other."
    found = propose(Kind.PERSON, mine.person_id, other.person_id, 0.9, [], at=timezone.now())
    assert found is not None
    dismiss(found.pk, by=world.cast.mara, at=timezone.now())
    assert text_of(signed_in(world.cast.mara), path) == "", "somebody said that they are not the same"


def test_the_same_name_at_the_same_company_is_announced_and_a_crowd_is_not(world: World, mara: Client) -> None:
    lead = world.lead(phone="")
    Person.objects.filter(pk=lead.person_id).update(name="Ada Lovelace")
    made = {"company": lead.person.company, "created_at": timezone.now()}
    for name in ("Bob Lovelace", "Dr. Ada LOVELACE"):
        Person.objects.create(name=name, **made)
    said = text_of(mara, f"/duplicates/of/person/{lead.person_id}/")
    assert "This may be the same as Dr. Ada LOVELACE, by telephone or by name and company" in said
    assert "Bob" not in said
    for _ in range(CROWD):
        Person.objects.create(name="Ada Lovelace", **made)
    assert text_of(mara, f"/duplicates/of/person/{lead.person_id}/") == ""


def test_an_agency_is_told_of_who_is_lent_to_it_to_ask_marketing_and_nothing_else(
    world: World, pair: Duplicate
) -> None:
    """Lesson 13: where the other's record may not be read."""
    agency, path = signed_in(world.cast.alma), f"/duplicates/of/person/{pair.second}/"
    assert agency.get(path).status_code == 404
    lead = Lead.objects.get(person=pair.second)
    assert lead.owner is not None
    reject(lead.pk, reason="no_contact", note="", by=lead.owner, at=timezone.now())
    assert text_of(agency, path) == "This may stand twice. Ask marketing, who knows more about the other."
    assert f'hx-get="{path}"' in agency.get(f"/leads/{lead.pk}/").content.decode()
    assert agency.get(f"/duplicates/of/company/{lead.person.company_id}/").status_code == 404
    assert agency.get(f"/duplicates/of/person/{pair.first}/").status_code == 404


def test_an_address_that_another_has_is_refused_with_whom_to_ask(world: World) -> None:
    """Lesson 13: without a word of what the other's record says."""
    mine, other = world.lead(), world.offered()
    with pytest.raises(FieldError) as refused:
        store_column(mine.person, "email", other.person.email)
    assert refused.value.hint == f"they may be the same person; ask {other.owner}"
    assert other.person.name not in str(refused.value)


def test_the_address_of_a_company_that_was_merged_leads_to_what_it_is_now(world: World, mara: Client) -> None:
    one, other = (Company.objects.create(name=name, created_at=timezone.now()) for name in ("Acme", "Acme GmbH"))
    merge(Kind.COMPANY, one.pk, other.pk, at=timezone.now(), by=None)
    assert mara.get(f"/companies/{other.pk}/")["Location"] == f"/companies/{one.pk}/"


def test_the_page_of_a_company_says_how_many_there_are_active(world: World, mara: Client) -> None:
    lead = world.lead()
    company = lead.person.company
    Person.objects.create(name="B", company=company, created_at=timezone.now())
    assert "2 people are known there, 1 of them active" in text_of(mara, f"/companies/{company.pk}/")
