"""The set-based verbs that the replay uses do the same as the single ones."""

from datetime import UTC, datetime, timedelta

import pytest

from accord.server.people.models import Person, Touchpoint
from accord.server.people.services import NewTouchpoint, record_touchpoint, record_touchpoints
from accord.server.pipeline.models import Lead, StageChange
from accord.server.pipeline.services import NewLead, end, open_lead, open_leads

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return [Person.objects.create(name=name, created_at=AT) for name in ("Ann", "Bob", "Cyd")]


def told(model, *fields):
    return list(model.objects.order_by("pk").values_list(*fields))


def test_many_touchpoints_are_kept_as_each_would_be(people):
    record_touchpoint(people[0], "page_viewed", at=AT, message_id="one", properties={"path": "/x"}, source="web")
    record_touchpoints([NewTouchpoint(people[0].pk, "page_viewed", AT, "two", {"path": "/x"}, "web")])
    first, second = told(Touchpoint, "person", "event", "at", "received_at", "source", "properties")
    assert first == second


def test_a_touchpoint_that_is_known_or_comes_twice_is_kept_once(people):
    ann, bob, _ = (person.pk for person in people)
    record_touchpoint(people[0], "page_viewed", at=AT, message_id="one")
    touched = record_touchpoints(
        [
            NewTouchpoint(ann, "email_opened", AT, "one"),
            NewTouchpoint(bob, "page_viewed", AT, "two"),
            NewTouchpoint(bob, "email_opened", AT, "two"),
        ]
    )
    assert touched == {bob}
    assert told(Touchpoint, "message_id", "event") == [("one", "page_viewed"), ("two", "page_viewed")]


def test_many_leads_are_opened_as_each_would_be(people):
    open_lead(people[0], at=AT, source="fair")
    open_leads([NewLead(people[1], AT, "fair")])
    first, second = told(Lead, "cycle", "source", "first_contact_at", "opened_at", "stage", "stage_since", "review_at")
    assert first == second
    first, second = told(StageChange, "from_stage", "to_stage", "at", "decided_by", "reason", "revision")
    assert first == second


def test_an_open_lead_is_found_again_and_an_ended_one_is_followed_by_its_next_cycle(people):
    ann, bob, cyd = people
    kept, ended = open_lead(ann, at=AT), open_lead(bob, at=AT)
    end(ended, "recycled", at=AT, decided_by="user", reason="not_now")
    later = AT + timedelta(days=1)
    found = open_leads([NewLead(person, later) for person in (cyd, ann, bob, cyd)])
    assert [lead.person_id for lead in found] == [cyd.pk, ann.pk, bob.pk, cyd.pk]
    assert found[1] == kept
    assert (found[2].cycle, found[2].opened_at) == (2, later)
    assert found[0] == found[3]
