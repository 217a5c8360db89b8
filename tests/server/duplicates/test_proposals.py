"""What was proposed of a record that is merged: meant of the survivor at once, and as before once that is undone."""

from datetime import timedelta

import pytest
from tests.server.conftest import MONDAY, World

from accord.server.duplicates.merging import merge
from accord.server.duplicates.models import Duplicate, Kind, Merge
from accord.server.duplicates.proposals import propose
from accord.server.duplicates.proposing import dismiss
from accord.server.duplicates.unmerging import unmerge
from accord.server.people.models import Person

LATER = MONDAY + timedelta(hours=1)
NEXT = MONDAY + timedelta(hours=2)


@pytest.fixture
def people(db: None) -> list[Person]:
    return [Person.objects.create(name=name, created_at=MONDAY) for name in ("Ada", "A. L.", "Lovelace", "Countess")]


def proposed(one: Person, other: Person, probability: float = 0.8) -> Duplicate:
    found = propose(Kind.PERSON, one.pk, other.pk, probability, [{"field": "name", "says": "Alike"}], at=MONDAY)
    assert found is not None
    return found


def open_pairs() -> dict[tuple[int, int], float]:
    found = Duplicate.objects.filter(status="open")
    return {(each.first, each.second): each.probability for each in found}


def together(survivor: Person, merged: Person) -> Merge:
    return merge(Kind.PERSON, survivor.pk, merged.pk, at=LATER, by=None)


def test_a_proposal_about_who_is_gone_is_one_about_the_survivor_at_once(people: list[Person]) -> None:
    ada, al, lovelace, _ = people
    proposed(ada, al, 0.9)
    proposed(al, lovelace, 0.7)
    done = together(ada, al)
    assert open_pairs() == {(ada.pk, lovelace.pk): 0.7}
    unmerge(done.pk, at=NEXT, by=None)
    assert open_pairs() == {(al.pk, lovelace.pk): 0.7}, "the two themselves are not the same now"


def test_along_a_chain_and_back(people: list[Person]) -> None:
    ada, al, lovelace, countess = people
    proposed(al, countess)
    first, second = together(ada, al), together(lovelace, ada)
    assert open_pairs() == {(lovelace.pk, countess.pk): 0.8}
    unmerge(second.pk, at=NEXT, by=None)
    assert open_pairs() == {(ada.pk, countess.pk): 0.8}
    unmerge(first.pk, at=NEXT, by=None)
    assert open_pairs() == {(al.pk, countess.pk): 0.8}


def test_what_was_proposed_or_decided_of_the_survivor_stands(people: list[Person], world: World) -> None:
    ada, al, lovelace, countess = people
    dismiss(proposed(ada, lovelace).pk, by=world.cast.mara, at=MONDAY)
    proposed(ada, countess, 0.6)
    proposed(al, lovelace)
    proposed(al, countess, 0.9)
    done = together(ada, al)
    assert open_pairs() == {(ada.pk, countess.pk): 0.6}
    unmerge(done.pk, at=NEXT, by=None)
    assert open_pairs() == {(ada.pk, countess.pk): 0.6, (al.pk, lovelace.pk): 0.8, (al.pk, countess.pk): 0.9}


def test_what_somebody_decided_of_the_survivor_meanwhile_stays_decided(people: list[Person], world: World) -> None:
    ada, al, lovelace, _ = people
    proposed(al, lovelace)
    done = together(ada, al)
    dismiss(Duplicate.objects.get(status="open").pk, by=world.cast.mara, at=NEXT)
    unmerge(done.pk, at=NEXT, by=None)
    assert open_pairs() == {(al.pk, lovelace.pk): 0.8}
    assert Duplicate.objects.get(first=ada.pk, second=lovelace.pk).status == "dismissed"


def test_where_the_third_was_merged_meanwhile_that_one_is_meant_until_this_is_undone(people: list[Person]) -> None:
    ada, al, lovelace, countess = people
    proposed(al, lovelace)
    done = together(ada, al)
    third = together(countess, lovelace)
    unmerge(done.pk, at=NEXT, by=None)
    assert {pair for pair in open_pairs() if al.pk in pair} == {(al.pk, countess.pk)}
    unmerge(third.pk, at=NEXT, by=None)
    assert {pair for pair in open_pairs() if al.pk in pair} == {(al.pk, lovelace.pk)}
