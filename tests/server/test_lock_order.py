"""Verbs that lock the rows of companies, people, leads and deals never wait for each other in a circle.

Each test stops one of two in the middle, lets the other go as far as it comes, and lets the first go on. If each then
had what the other waits for, the database would end one of them.
"""

import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from types import ModuleType

import pytest
from django.db import connection, connections, transaction
from tests.server.capture.conftest import Importer, importer  # noqa: F401  # a fixture
from tests.server.conftest import MONDAY, World
from tests.server.intake.conftest import Site, site  # noqa: F401  # a fixture

from accord.server.accounts.models import User
from accord.server.capture import imports
from accord.server.duplicates import merging
from accord.server.duplicates.merging import merge
from accord.server.duplicates.models import Kind
from accord.server.handoffs import spam
from accord.server.handoffs.decisions import accept, fill_in, reject, start_deal, win
from accord.server.intake import batch
from accord.server.people.models import Company, Person, Touchpoint
from accord.server.pipeline import deals
from accord.server.pipeline.judging import bring_back_due, judge_due
from accord.server.pipeline.models import Deal, Lead
from accord.server.pipeline.services import open_lead

pytestmark = pytest.mark.django_db(transaction=True)

LATER = MONDAY + timedelta(hours=1)
NEW_PHONE = "+49 30 23125 111"
Verb = Callable[[], object]


class Midway:
    """Does a second thing in the middle of a first, as far as it comes there; ``wrong`` says what failed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self.waited = False
        self.wrong: list[str] = []

    def run(self, first: Verb, module: ModuleType, step: str, second: Verb, *, when: str = "") -> None:
        """Do both.

        Args:
            first: Done in this thread.
            module: Where the step stands, just before which the first is stopped.
            step: A function of the module.
            second: Done in a thread of its own, until it waits for a lock of the first, or is done.
            when: The step's last argument, where it is done several times.
        """
        original = getattr(module, step)
        backend: list[int] = []
        done = threading.Event()

        def act() -> None:
            try:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_backend_pid()")
                    backend.append(cursor.fetchone()[0])
                self._try(second)
            finally:
                connections.close_all()
                done.set()

        thread = threading.Thread(target=act)

        def stopped(*args: object, **more: object) -> object:
            if thread.ident is None and (not when or args[-1] == when):
                thread.start()
                while not done.wait(0.002) and not self.waited:
                    self.waited = bool(backend) and _waits(backend[0])
            return original(*args, **more)

        self._monkeypatch.setattr(module, step, stopped)
        self._try(first)
        assert thread.ident is not None, f"{step} was never reached"
        thread.join()

    def _try(self, verb: Verb) -> None:
        try:
            verb()
        except Exception as error:
            self.wrong.append(repr(error))


def _waits(backend: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT cardinality(pg_blocking_pids(%s)) > 0", [backend])
        return bool(cursor.fetchone()[0])


@pytest.fixture
def midway(monkeypatch: pytest.MonkeyPatch) -> Midway:
    monkeypatch.setattr(merging, "TRIES", 1)  # a merge that the database ends is begun again, which would hide it here
    return Midway(monkeypatch)


def seller(lead: Lead) -> User:
    lead.refresh_from_db()
    assert lead.owner is not None
    return lead.owner


def accepted(world: World) -> Lead:
    lead = world.offered()
    return accept(lead.pk, by=seller(lead), at=MONDAY)


def begin_deal(lead: Lead) -> Deal:
    return start_deal(lead.pk, amount=None, by=seller(lead), at=LATER)


def opened(world: World) -> tuple[Lead, Verb]:
    lead = accepted(world)
    return lead, partial(begin_deal, lead)


def won(world: World) -> tuple[Lead, Verb]:
    lead = accepted(world)
    begin_deal(lead)
    return lead, partial(win, lead.pk, by=seller(lead), at=LATER)


def filled_in(world: World) -> tuple[Lead, Verb]:
    lead = accepted(world)
    values = {"person.email": "new@c1.example", "company.country": "AT"}
    return lead, partial(fill_in, lead.pk, values, by=world.cast.olga, at=LATER)


def recycled(world: World) -> Lead:
    lead = world.demo_request()
    reject(lead.pk, reason="not_now", by=seller(lead), at=MONDAY)
    return lead


def opened_anew(world: World) -> tuple[Lead, Verb]:
    lead = recycled(world)
    return lead, partial(open_lead, lead.person, at=LATER)


def merged(world: World) -> tuple[Lead, Verb]:
    lead, other = world.offered(), world.person()
    return lead, partial(merge, Kind.PERSON, lead.person_id, other.pk, at=LATER, by=None)


@pytest.mark.parametrize("made", [opened, won, filled_in, opened_anew, merged])
def test_what_somebody_does_with_a_lead_and_what_its_person_sends_meanwhile(
    made: Callable[[World], tuple[Lead, Verb]],
    world: World,
    site: Site,  # noqa: F811  # the fixture
    midway: Midway,
) -> None:
    """Intake has changed the person and is about to have the lead judged, which it waits for if somebody has it."""
    lead, verb = made(world)
    site.told({"email": lead.person.email, "phone": NEW_PHONE}, by=site.server)
    midway.run(site.take, batch, "review", verb)
    assert midway.wrong == []
    assert Person.objects.get(pk=lead.person_id).phone == NEW_PHONE


@pytest.mark.parametrize("comes_back", [judge_due, bring_back_due])
def test_who_would_come_back_does_so_the_next_time_if_they_send_something_at_that_moment(
    comes_back: Callable[[object], object],
    world: World,
    site: Site,  # noqa: F811  # the fixture
    midway: Midway,
) -> None:
    lead = recycled(world)
    world.happens(lead, "form_submitted", LATER, form="demo")
    Lead.objects.filter(pk=lead.pk).update(returns_at=LATER)
    site.told({"email": lead.person.email, "phone": NEW_PHONE}, LATER, by=site.server)
    midway.run(site.take, batch, "review", partial(comes_back, LATER))
    assert midway.wrong == []
    assert not midway.waited
    assert Lead.objects.filter(person=lead.person_id).count() == 1
    comes_back(LATER)
    assert Lead.objects.filter(person=lead.person_id, ended_at=None, cycle=2).count() == 1


def test_a_lead_that_was_no_spam_after_all_and_what_its_person_sends_meanwhile(
    world: World,
    site: Site,  # noqa: F811  # the fixture
    midway: Midway,
) -> None:
    """Whom spam made a lead is opened one by what they send themselves: intake is about to."""
    lead = world.lead()
    world.happens(lead, "form_submitted")
    touchpoint = Touchpoint.objects.get()
    assert transaction.atomic(spam.close)(touchpoint, at=MONDAY, by=None)
    site.told({"email": lead.person.email, "phone": NEW_PHONE}, LATER, by=site.server)
    bring_back = partial(transaction.atomic(spam.bring_back), touchpoint, at=LATER, by=None)
    midway.run(site.take, batch, "open_lead", bring_back)
    assert midway.wrong == []
    assert midway.waited
    assert Lead.objects.filter(person=lead.person_id, ended_at=None).count() == 1


def to_become_one(lead: Lead) -> tuple[Company, Verb]:
    """Return a company, and a verb that merges the one into it at which a lead's person works."""
    other = Company.objects.create(name="Other", created_at=MONDAY)
    return other, partial(merge, Kind.COMPANY, other.pk, lead.person.company_id, at=LATER, by=None)


@pytest.mark.parametrize("made", [opened, won])
def test_a_deal_follows_its_company_that_is_merged_before_the_deal_is_committed(
    made: Callable[[World], tuple[Lead, Verb]], world: World, midway: Midway
) -> None:
    lead, verb = made(world)
    other, becomes_one = to_become_one(lead)
    midway.run(verb, deals, "record", becomes_one)
    assert midway.wrong == []
    assert midway.waited
    assert Deal.objects.get().company == other


@pytest.mark.parametrize("made", [opened, won])
def test_a_deal_is_of_the_company_that_its_own_is_being_merged_into(
    made: Callable[[World], tuple[Lead, Verb]], world: World, midway: Midway
) -> None:
    lead, verb = made(world)
    other, becomes_one = to_become_one(lead)
    midway.run(becomes_one, merging, "review", verb)
    assert midway.wrong == []
    assert midway.waited
    assert Deal.objects.get().company == other


def test_a_deal_is_begun_while_somebody_fills_in_its_company(world: World, midway: Midway) -> None:
    lead, verb = opened(world)
    fills_in = partial(fill_in, lead.pk, {"company.country": "AT"}, by=world.cast.mara, at=LATER)
    midway.run(verb, deals, "record", fills_in)
    assert midway.wrong == []
    assert midway.waited
    assert Deal.objects.get().company.fields["country"] == "AT"


@pytest.mark.parametrize("made", [opened, won])
def test_a_deal_is_begun_or_won_while_a_file_changes_its_company_and_person(
    made: Callable[[World], tuple[Lead, Verb]],
    world: World,
    importer: Importer,  # noqa: F811  # the fixture
    midway: Midway,
) -> None:
    lead, verb = made(world)
    Lead.objects.filter(pk=lead.pk).update(external_id="L1")
    told = {"id": "L1", "email": lead.person.email, "name": "New", "company": "New Company", "domain": "c1.example"}
    midway.run(partial(importer.leads, told), imports, "_run_script", verb, when="leads")
    assert midway.wrong == []
    assert not midway.waited
    assert Deal.objects.get().company.name == "New Company"


def test_a_file_of_deals_and_what_a_person_sends_meanwhile(
    world: World,
    site: Site,  # noqa: F811  # the fixture
    importer: Importer,  # noqa: F811  # the fixture
    midway: Midway,
) -> None:
    lead = accepted(world)
    Lead.objects.filter(pk=lead.pk).update(external_id="L1")
    site.told({"email": lead.person.email, "phone": NEW_PHONE}, by=site.server)
    midway.run(site.take, batch, "review", partial(importer.deals, {"id": "D1", "lead": "L1"}))
    assert midway.wrong == []
    assert Deal.objects.get().company == lead.person.company
