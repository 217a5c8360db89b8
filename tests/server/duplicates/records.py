"""People and companies with everything that may hang on them, and all that is stored, to be compared."""

import random
from datetime import timedelta
from uuid import UUID

from django.apps import apps
from django.db import connection
from tests.server.conftest import MONDAY, World

from accord.server.companies.models import Outreach
from accord.server.handoffs.models import Attempt
from accord.server.people.models import (
    Company,
    CompanyKey,
    NetworkCorrection,
    Person,
    PersonKey,
    Touchpoint,
    Visit,
    Visitor,
)
from accord.server.people.telephones import keep_phone
from accord.server.pipeline.deals import open_deal
from accord.server.pipeline.models import Deal, DecidedBy, Lead, StageName
from accord.server.pipeline.services import end, move, open_lead, reopen

ONLY_ADDED_TO = {"accounts_auditentry", "people_fieldchange", "notifications_notification", "warehouse_change"}
"""What happened stays written down, and who was told of it, whatever is taken back."""
ABOUT_MERGES = {"duplicates_merge", "duplicates_duplicate"}


def stored() -> dict[str, list[str]]:
    """Every row of every table; when a lead is to be judged again does not count."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        table = model._meta.db_table
        if table not in ONLY_ADDED_TO | ABOUT_MERGES and model._meta.app_label != "procrastinate":
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT (to_jsonb(t) - 'review_at')::text AS row FROM {table} AS t ORDER BY row")  # noqa: S608
                found[table] = [row for (row,) in cursor.fetchall()]
    return found


def fill(world: World, rng: random.Random, people: int, companies: int) -> None:
    """Store people and companies whose data overlap in every way that matters to a merge."""
    firms = [_company(world, rng, number) for number in range(companies)]
    for number in range(people):
        _person(world, rng, number, firms)


def _company(world: World, rng: random.Random, number: int) -> Company:
    firm = Company.objects.create(
        name=rng.choice(("Acme", "Acme GmbH", "Bolt", f"Firm {number}", "")) or f"Nameless {number}",
        domain=rng.choice((None, f"firm{number}.example")),
        external_id=rng.choice((None, f"C{number}")),
        fields=_fields(rng, ("country", "employees", "industry")),
        created_at=MONDAY - timedelta(days=number),
    )
    CompanyKey.objects.create(company=firm, kind="name", key=rng.choice(("Acme AG", "Bolt Ltd")))
    for listed in range(rng.randrange(3)):
        gone = {} if listed == 0 else {"removed_by": world.cast.olga, "removed_at": MONDAY}
        Outreach.objects.create(company=firm, by=world.cast.mara, at=MONDAY, **gone)
    if rng.random() < 0.6:
        NetworkCorrection.objects.create(
            organisation=rng.choice(("ACME-NET", "BOLT")), company=firm, holds=True, by=world.cast.olga, at=MONDAY
        )
    return firm


def _fields(rng: random.Random, names: tuple[str, ...]) -> dict[str, object]:
    return {name: rng.choice((1, "x", "y")) for name in names if rng.random() < 0.6}


def _person(world: World, rng: random.Random, number: int, firms: list[Company]) -> None:
    email = rng.choice(("", f"p{number}@mail.example"))
    person = Person.objects.create(
        name=rng.choice(("Ada Lovelace", "A. Lovelace", "")),
        email=email.title(),
        email_key=email or None,
        phone=rng.choice(("", "030 23125111", "+49 30 23125 111", f"+49 30 2312{number:04d}")),
        external_id=rng.choice((None, f"P{number}", f"lead:L{number}")),
        company=rng.choice([None, *firms]),
        fields=_fields(rng, ("title", "language")),
        created_at=MONDAY - timedelta(days=number),
    )
    keep_phone(person)
    if rng.random() < 0.5:
        PersonKey.objects.create(person=person, kind="email", key=f"second{number}@mail.example")
    for device in range(rng.randrange(3)):
        _visitor(rng, person, f"v{number}-{device}", firms)
    Touchpoint.objects.create(message_id=f"call{number}", person=person, event="call", at=MONDAY, received_at=MONDAY)
    if rng.random() < 0.7:
        _leads(world, rng, person, number)


def _visitor(rng: random.Random, person: Person, key: str, firms: list[Company]) -> None:
    visitor = Visitor.objects.create(anonymous_id=key, person=person, first_seen_at=MONDAY, last_seen_at=MONDAY)
    visit = Visit.objects.create(visitor=visitor, started_at=MONDAY, last_at=MONDAY, company=rng.choice([None, *firms]))
    Touchpoint.objects.create(
        message_id=key, person=person, visitor=visitor, visit=visit, event="page_viewed", at=MONDAY, received_at=MONDAY
    )


def _leads(world: World, rng: random.Random, person: Person, number: int) -> None:
    began = MONDAY - timedelta(hours=rng.randrange(500))
    lead = open_lead(person, at=began, source=rng.choice(("", "web", "fair")))
    lead.fields = _fields(rng, ("budget", "need"))
    lead.save(update_fields=["fields"])
    for _ in range(rng.randrange(3)):
        end(lead, StageName.RECYCLED, at=began, decided_by=DecidedBy.USER, reason="not_now", user=world.cast.priya)
        began += timedelta(hours=1)
        lead = reopen(lead, at=began, reason="Came back") or lead
    for _ in range(rng.randrange(2)):
        Attempt.objects.create(
            lead=lead,
            by=world.cast.priya,
            channel="call",
            outcome="reached",
            at=began,
            action_id=UUID(int=rng.getrandbits(128)),
        )
    match rng.randrange(4):
        case 0:
            move(lead, StageName.MQL, at=began, decided_by=DecidedBy.AGREEMENT, reason="Ready")
            Lead.objects.filter(pk=lead.pk).update(ready_at=MONDAY, ready_via="stage")
        case 1:
            open_deal(lead, name=f"Deal {number}", amount=None, currency="EUR", by=world.cast.priya, at=began)
        case 2:
            end(lead, StageName.CUSTOMER, at=began, decided_by=DecidedBy.USER, reason="won", user=world.cast.priya)
            Deal.objects.create(
                lead=lead, name="Won", currency="EUR", amount="12.10", outcome="won", opened_at=began, closed_at=MONDAY
            )
