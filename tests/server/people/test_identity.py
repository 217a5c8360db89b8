"""Whom a claim is about: account, address, then a telephone that is one person's."""

import pytest
from tests.server.conftest import MONDAY

from accord.server.people.identity import Claim, identified, identify
from accord.server.people.models import Person

PHONE = "030 23125111"


def known(name: str, phone: str = PHONE, email: str = "") -> Person:
    made = identify(Claim(user_id=f"account of {name}", name=name, phone=phone, email=email, email_key=email), MONDAY)
    assert made is not None
    return made


@pytest.mark.parametrize("name", ["", "Ada Lovelace", "A. Lovelace"])
def test_a_telephone_alone_names_whom_it_belongs_to_if_the_name_agrees(db: None, name: str) -> None:
    ada = known("Ada Lovelace")
    assert identify(Claim(phone="+49 30 23125 111", name=name), MONDAY) == ada


def test_another_name_behind_the_same_telephone_is_another_person(db: None) -> None:
    ada = known("Ada Lovelace")
    bob = identify(Claim(phone=PHONE, name="Bob Lovelace"), MONDAY)
    assert bob is not None
    assert bob != ada
    assert identify(Claim(phone=PHONE, name="B. Lovelace"), MONDAY) == bob


def test_names_that_differ_by_a_number_alone_are_two_people(db: None) -> None:
    first = known("Person 1")
    second = identify(Claim(phone=PHONE, name="Person 2"), MONDAY)
    assert second is not None
    assert second != first
    assert identify(Claim(phone=PHONE, name="Person 2"), MONDAY) == second


def test_a_telephone_that_several_share_names_nobody_by_itself(db: None) -> None:
    known("Ada Lovelace")
    known("Bob Babbage")
    assert identify(Claim(phone=PHONE), MONDAY) is None
    assert identify(Claim(phone="ring me", name="Carl"), MONDAY) is None
    assert Person.objects.count() == 2


def test_somebody_with_an_address_of_their_own_is_joined_by_telephone_only_under_the_same_name(db: None) -> None:
    ada = known("Ada Lovelace", email="ada@a.example")
    assert identify(Claim(email="x@a.example", email_key="x@a.example", phone=PHONE), MONDAY) != ada
    Person.objects.exclude(pk=ada.pk).delete()
    claim = Claim(email="al@home.example", email_key="al@home.example", phone=PHONE, name="Ada Lovelace", trusted=True)
    assert identify(claim, MONDAY) == ada
    assert identify(Claim(email_key="al@home.example"), MONDAY) == ada


def test_the_account_of_one_and_the_address_of_another_name_both(db: None) -> None:
    ada, bob = known("Ada", "", "ada@a.example"), known("Bob", "", "bob@b.example")
    found = identified(Claim(user_id="account of Ada", email="bob@b.example", email_key="bob@b.example"), MONDAY)
    assert found is not None
    assert (found.person, found.also) == (ada, bob)
    found = identified(Claim(user_id="account of Ada", email="ada@a.example", email_key="ada@a.example"), MONDAY)
    assert found is not None
    assert found.also is None
