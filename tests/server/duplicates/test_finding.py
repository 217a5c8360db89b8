"""Looking for duplicates: what is proposed, what never is, and what is done without asking."""

import random

import pytest
from click.testing import CliRunner
from tests.server.conftest import MONDAY, World

from accord.cli.duplicates import duplicates
from accord.insight.duplicates import ENOUGH
from accord.server.duplicates import finding
from accord.server.duplicates.finding import Found, find_duplicates
from accord.server.duplicates.models import Duplicate, Kind, Merge
from accord.server.duplicates.proposing import dismiss
from accord.server.duplicates.unmerging import unmerge
from accord.server.people.models import Company, Person
from accord.server.people.telephones import keep_phone

SWITCHBOARD = "+49 30 23125 0"


def person(name: str, email: str = "", **more: object) -> Person:
    made = Person.objects.create(name=name, email=email, email_key=email or None, created_at=MONDAY, **more)
    keep_phone(made)
    return made


def pairs(kind: Kind = Kind.PERSON) -> set[tuple[int, int]]:
    return set(Duplicate.objects.filter(kind=kind, status="open").values_list("first", "second"))


def test_colleagues_behind_one_telephone_are_never_proposed(world: World) -> None:
    acme = Company.objects.create(name="Acme", created_at=MONDAY)
    for name in ("Ada Lovelace", "Bob Lovelace", "Grace Hopper", ""):
        person(name, f"{name[:2].lower() or 'x'}@acme.example", phone=SWITCHBOARD, company=acme)
    assert find_duplicates(MONDAY) == Found(people=0, companies=0, proposed=0, merged=0)


def test_the_same_name_at_one_company_or_behind_one_telephone_is(world: World) -> None:
    acme = Company.objects.create(name="Acme", created_at=MONDAY)
    one = person("Ada Lovelace", "ada@acme.example", company=acme)
    other = person("Dr. Ada LOVELACE", "lovelace@acme.example", company=acme)
    third = person("A. Lovelace", phone="030 23125 17")
    fourth = person("Ada Lovelace", phone="+49 30 2312517")
    assert find_duplicates(MONDAY).proposed == 2
    assert pairs() == {(one.pk, other.pk), (third.pk, fourth.pk)}
    said = Duplicate.objects.order_by("first").values_list("explained__0__says", flat=True)
    assert list(said) == [
        "Both are called Ada Lovelace and work at Acme",
        "They share a telephone, and A. Lovelace may be Ada Lovelace",
    ]


def test_names_that_differ_by_a_number_alone_are_never_proposed(world: World) -> None:
    acme = Company.objects.create(name="Acme", created_at=MONDAY)
    for number in (1, 2):
        person(f"Test Person {number}", phone=SWITCHBOARD, company=acme)
    find_duplicates(MONDAY)
    assert pairs() == set()


def test_what_somebody_decided_is_not_proposed_again(world: World) -> None:
    one, other = (person(name, phone="030 2312517") for name in ("A. Lovelace", "Ada Lovelace"))
    find_duplicates(MONDAY)
    dismiss(Duplicate.objects.get().pk, by=world.cast.mara, at=MONDAY)
    assert find_duplicates(MONDAY).proposed == 0
    assert pairs() == set()
    Person.objects.filter(pk=other.pk).update(name="Ada K. Lovelace")
    find_duplicates(MONDAY)
    assert pairs() == {(one.pk, other.pk)}


@pytest.mark.parametrize(
    ("one", "other", "probability"),
    [
        ({"name": "Müller GmbH"}, {"name": "MUELLER Ltd"}, None),
        ({"name": "Müller Maschinenbau GmbH"}, {"name": "Muller Maschinenbau"}, 0.95),
        ({"name": "Acme"}, {"name": "Acme GmbH", "fields": {"country": "DE"}}, 0.95),
        ({"name": "International Business Machines"}, {"name": "IBM"}, 0.65),
        ({"name": "Acme", "domain": "acme.example"}, {"name": "ACME Inc.", "domain": "acme-us.example"}, 0.665),
        ({"name": "Acme", "fields": {"country": "US"}}, {"name": "Acme", "fields": {"country": "DE"}}, None),
        ({"name": "Siemens"}, {"name": "Siemens Healthineers"}, None),
    ],
)
def test_companies_are_told_by_their_names(
    world: World, one: dict[str, object], other: dict[str, object], probability: float | None
) -> None:
    for each in (one, other):
        Company.objects.create(created_at=MONDAY, **each)
    find_duplicates(MONDAY)
    found = Duplicate.objects.first()
    assert (found and pytest.approx(found.probability)) == probability


def crowd(rng: random.Random) -> None:
    """People with a street and a birthday; of forty, somebody has made a second record with a slip or two."""
    first = ("Ada", "Bob", "Carla", "Dan", "Eva", "Fritz", "Gina", "Hans", "Ida", "Jan", "Kim", "Leo", "Mia", "Nils")
    last = ("Abel", "Berg", "Claus", "Dorn", "Ernst", "Fink", "Gross", "Hahn", "Imhof", "Jung", "Kern", "Lang", "Maas")
    for number in range(ENOUGH + 60):
        given, family = rng.choice(first), rng.choice(last)
        fields = {"birthday": f"19{rng.randrange(50, 99)}-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d}",
                  "street": f"{rng.choice(last)}weg {rng.randrange(1, 90)}"}  # fmt: skip
        person(f"{given} {family}", f"p{number}@mail{number}.example", fields=fields)
        if number < 40:
            slip = fields | ({} if number % 2 else {"street": fields["street"] + "a"})
            person(f"{given} {family}", f"p{number}@work{number}.example", fields=slip)


def test_who_is_one_beyond_doubt_is_merged_and_can_be_two_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    crowd(random.Random(1))  # noqa: S311
    monkeypatch.setattr(finding, "CERTAIN", 0.99)
    found = find_duplicates(MONDAY)
    assert found.people >= 35
    right = [merge for merge in Merge.objects.all() if merge.record["row"]["email"].startswith("p")]
    assert len(right) == found.merged > 20
    for merge in right:
        survivor = Person.objects.get(pk=merge.survivor)
        assert survivor.email.split("@")[0] == merge.record["row"]["email"].split("@")[0]
        assert merge.by is None
    said = right[0].settled.get().explained
    assert any("both" in each["says"] for each in said)
    unmerge(right[0].pk, at=MONDAY, by=world.cast.olga)
    assert find_duplicates(MONDAY).merged == 0
    assert Merge.objects.filter(undone_at=None).count() == len(right) - 1


def test_the_command_says_what_it_found(world: World) -> None:
    for name in ("A. Lovelace", "Ada Lovelace"):
        person(name, phone="030 2312517")
    said = CliRunner().invoke(duplicates, ["find"])
    assert said.output.startswith("1 pairs of people and 0 pairs of companies may be one; 1 are new, 0 were merged.")
    assert '"proposed": 0' in CliRunner().invoke(duplicates, ["find", "--json"]).output
    assert "Look for duplicates now" in CliRunner().invoke(duplicates, ["find", "--help"]).output
