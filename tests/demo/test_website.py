"""The website's last weeks, as they pass through the log, intake and the import of costs."""

from datetime import timedelta

import pytest
from django.db import connection
from tests.demo.made import END, SEED, SPAN

from accord.demo import traffic, website
from accord.demo.traffic import Known
from accord.server.accounts.models import Role, User
from accord.server.capture.models import ImportRun
from accord.server.channels.models import Cost
from accord.server.people.models import Person, Touchpoint, Visit, Visitor
from accord.server.tracking.models import Message, Pending, Source

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def opened(db):
    """The website with two hundred visits and three people of whom all are said to come by it."""
    olga = User.objects.create_user("olga@northwind.example", "Olga", Role.OPERATIONS)
    jonas = User.objects.create_user("jonas@northwind.example", "Jonas", Role.MARKETING)
    at = END - timedelta(days=10)
    emails = [f"p{n}@acme.example" for n in range(12)]
    Person.objects.bulk_create(Person(name=each, email=each, email_key=each, created_at=at) for each in emails)
    website.open_website([Known(each, "paid search", at) for each in emails], SPAN, SEED, by=jonas, keeper=olga)


def test_every_message_is_logged_and_taken_in(opened):
    sent = traffic.messages(
        [Known(f"p{n}@acme.example", "paid search", END - timedelta(days=10)) for n in range(12)], SPAN, SEED
    )
    assert Message.objects.count() == len(sent)
    assert not Pending.objects.exists()
    assert Touchpoint.objects.filter(event="page_viewed").count() == sum(s.message["type"] == "page" for s in sent)
    assert Visitor.objects.count() == len({each.message["anonymousId"] for each in sent})


def test_who_says_who_they_are_takes_their_visits_along_and_nobody_is_made_up(opened):
    joined = Visitor.objects.exclude(person=None)
    assert joined.exists()
    assert all(visitor.anonymous_id == f"k-{visitor.person.email}" for visitor in joined.select_related("person"))
    assert not Touchpoint.objects.filter(visitor__in=joined, person=None).exists()
    assert Person.objects.count() == 12


def test_robots_are_known_for_such_and_campaigns_by_their_channel(opened):
    assert Visit.objects.filter(agent="robot").exists()
    assert not Touchpoint.objects.filter(visit__agent="robot", counts=True).exists()
    assert set(Visit.objects.filter(campaign="flow-meters-dach").values_list("channel", flat=True)) == {"Paid Search"}


def test_costs_are_imported_whole_by_who_pays(opened):
    run = ImportRun.objects.get()
    assert (run.kind, run.refused, run.by.name) == ("costs", 0, "Jonas")
    assert Cost.objects.count() == len(list(traffic.costs(SPAN, SEED)))
    assert Source.objects.get().created_by.name == "Olga"


def test_an_import_amid_prepared_statements_leaves_the_connection_as_it_was(db, settings):
    options = connection.settings_dict["OPTIONS"]
    connection.close()
    connection.settings_dict["OPTIONS"] = prepared = {**options, "server_side_binding": True}
    try:
        with website._whole_scripts():
            assert connection.settings_dict["OPTIONS"]["server_side_binding"] is False
        assert connection.settings_dict["OPTIONS"] is prepared
    finally:
        connection.close()
        connection.settings_dict["OPTIONS"] = options
