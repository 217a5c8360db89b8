"""What the tests of teams share: five in the field team, and leads by the hundred."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from tests.server.conftest import AGREEMENT, MONDAY, World

from accord.server.accounts.models import Membership, Role, User
from accord.server.accounts.services import join_team
from accord.server.agreements.services import propose, sign
from accord.server.notifications.models import Notification
from accord.server.people.models import Company, Person
from accord.server.pipeline.models import Lead, ReadyVia

COUNTRIES = ("DE", "AT", "FR", "PL", "IT")


def agreed(world: World, line: str) -> str:
    """Put another last line of the routing in force, and return the whole text."""
    text = AGREEMENT.read_text(encoding="utf-8").replace("  - {to: field}", line)
    if line == "  - {to: field}":
        return text
    at = MONDAY - timedelta(days=30)
    proposed = propose(text, "agreement.yaml", reason="routing", by=world.cast.olga, at=at)
    sign(proposed.number, by=world.cast.mara, at=at)
    sign(proposed.number, by=world.cast.priya, at=at)
    Notification.objects.all().delete()
    return text


@pytest.fixture
def five(world: World) -> list[User]:
    """Priya, Tom and three more in the field team, each in another way."""
    more = [User.objects.create_user(f"{name}@test.works", name, Role.SALES) for name in ("Ana", "Ben", "Cy")]
    for user in more:
        join_team(user, "field")
    places = Membership.objects.filter(team__name="field")
    places.filter(user=world.cast.priya).update(weight=3, covers={"company.country": ["DE", "AT"]})
    places.filter(user=world.cast.tom).update(covers={"company.country": ["FR", "de"]})
    places.filter(user=more[0]).update(capacity=60)
    return [world.cast.priya, world.cast.tom, *more]


@pytest.fixture
def imported(world: World) -> Callable[..., list[Lead]]:
    """Stores leads that are ready to be offered, three of each company."""

    def store(count: int, at: datetime = MONDAY) -> list[Lead]:
        begin = Person.objects.count()
        companies = Company.objects.bulk_create(
            Company(
                name=f"Firm {begin + number}",
                fields={"employees": 200, "country": COUNTRIES[number % 5]},
                created_at=at,
            )
            for number in range(-(-count // 3))
        )
        people = Person.objects.bulk_create(
            Person(
                name=f"P {begin + number}",
                email=f"p{begin + number}@f.example",
                email_key=f"p{begin + number}@f.example",
                phone="+49 89 1",
                company=companies[number * 7 % len(companies)],
                created_at=at,
            )
            for number in range(count)
        )
        return Lead.objects.bulk_create(
            Lead(
                person=person,
                first_contact_at=at,
                opened_at=at + timedelta(seconds=number),
                stage="mql",
                stage_since=at,
                ready_at=at,
                ready_via=ReadyVia.STAGE,
            )
            for number, person in enumerate(people)
        )

    return store
