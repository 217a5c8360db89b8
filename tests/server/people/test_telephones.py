"""Telephones: read by the country, kept with every way of storing one, and shared by those who sit behind one."""

from datetime import timedelta

import pytest
from tests.server.conftest import MONDAY, World

from accord.server.handoffs.decisions import fill_in
from accord.server.people.identity import Claim, identify
from accord.server.people.models import PersonKey
from accord.server.people.telephones import keep_phone, people_by_phone, phone_key, region_of

HOUR = timedelta(hours=1)


def keys() -> list[tuple[str, str]]:
    found = PersonKey.objects.filter(kind="phone").order_by("person__name", "key")
    return list(found.values_list("person__name", "key"))


@pytest.mark.parametrize(
    ("text", "region", "key"),
    [
        ("+49 30 23125 111", "US", "+493023125111"),
        ("030 / 23125-111", "DE", "+493023125111"),
        ("0049 (0)30 23125111", "DE", "+493023125111"),
        ("02 9374 4000", "AU", "+61293744000"),
        ("+49 30 23125 ext. 111", "DE", "+493023125"),
        ("+15005550006", "DE", "+15005550006"),
        ("0000000", "DE", None),
        ("112", "DE", None),
        ("ask for Ada", "DE", None),
        ("", "DE", None),
    ],
)
def test_a_number_is_compared_however_it_is_written(text: str, region: str, key: str | None) -> None:
    assert phone_key(text, region) == key


@pytest.mark.parametrize(
    ("country", "region"), [("CH", "CH"), (" at ", "AT"), ("Germany", "DE"), (None, "DE"), (49, "DE")]
)
def test_the_country_of_the_company_says_where_a_number_is_from(country: object, region: str) -> None:
    assert region_of(country) == region


def test_one_number_may_be_several_peoples_and_is_nobodys_twice(world: World) -> None:
    ada, bob = world.person(phone="030 23125111"), world.person(phone="+49 30 23125 111")
    for person in (ada, bob, bob):
        keep_phone(person)
    assert people_by_phone("0049 30 23125111") == [ada, bob]
    assert people_by_phone("030 23125112") == people_by_phone("reception") == []
    assert PersonKey.objects.count() == 2


def test_what_a_claim_says_is_kept_and_what_a_server_corrects_is_added(db: None) -> None:
    ada = identify(Claim(email_key="ada@a.example", name="Ada", phone="030 23125111"), MONDAY)
    identify(Claim(email_key="ada@a.example", phone="030 23125222"), MONDAY)
    assert keys() == [("Ada", "+493023125111")]
    identify(Claim(email_key="ada@a.example", phone="0171 2345678", trusted=True), MONDAY)
    assert keys() == [("Ada", "+491712345678"), ("Ada", "+493023125111")]
    assert people_by_phone("+49 171 2345678") == [ada]


def test_a_number_that_somebody_corrects_by_hand_leads_to_nobody_any_more(world: World) -> None:
    lead = world.lead(phone="030 23125111")
    keep_phone(lead.person)
    fill_in(lead.pk, {"person.phone": "030 23125222"}, by=world.cast.olga, at=MONDAY + HOUR)
    assert [key for _, key in keys()] == ["+493023125222"]
    fill_in(lead.pk, {"person.phone": ""}, by=world.cast.olga, at=MONDAY + HOUR)
    assert keys() == []
