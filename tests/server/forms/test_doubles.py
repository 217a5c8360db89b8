"""The same form of the same person within its window is one touchpoint and one lead."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connections
from django.utils import timezone
from tests.server.forms.conftest import ADA, Visitor, take

from accord.server.forms.models import Form, Submission
from accord.server.people.models import Person, Touchpoint
from accord.server.pipeline.models import Lead
from accord.server.tracking.models import Message

pytestmark = pytest.mark.django_db


def ago(submission: Submission, **past: int) -> None:
    Submission.objects.filter(pk=submission.pk).update(at=timezone.now() - timedelta(**past))


def test_a_double_post_is_one_lead_and_the_visitor_sees_success_each_time(visitor: Visitor) -> None:
    """Lesson 9."""
    assert visitor.post().status_code == visitor.post({**ADA, "email": "ADA@Analytical.example "}).status_code == 303
    take()
    assert Touchpoint.objects.count() == Lead.objects.count() == Person.objects.count() == 1
    assert list(Submission.objects.order_by("pk").values_list("verdict", flat=True)) == ["taken", "double"]


def test_without_an_address_the_same_content_is_the_same_and_another_is_not(visitor: Visitor) -> None:
    visitor.post({"note": "Where are you?"})
    visitor.post({"note": "Where are you?"})
    visitor.post({"note": "Who are you?"})
    assert list(Submission.objects.order_by("pk").values_list("verdict", flat=True)) == ["taken", "double", "taken"]


def test_a_later_post_with_more_fields_adds_what_it_says(visitor: Visitor) -> None:
    visitor.post()
    visitor.post({**ADA, "phone": "+49 89 1234", "budget": "planned"})
    take()
    assert Touchpoint.objects.count() == 1
    assert (Person.objects.get().phone, Lead.objects.get().fields) == ("+49 89 1234", {"budget": "planned"})


def test_a_later_post_that_says_less_leaves_nothing_in_the_log(visitor: Visitor) -> None:
    visitor.post()
    visitor.post({"email": ADA["email"]})
    assert Message.objects.count() == 1


def test_after_the_window_it_is_another_touchpoint_of_the_same_lead(visitor: Visitor) -> None:
    visitor.post()
    ago(visitor.last(), minutes=9)
    visitor.post()
    assert visitor.last().verdict == "double"
    ago(Submission.objects.earliest("pk"), minutes=11)
    visitor.post()
    assert visitor.last().verdict == "taken"
    take()
    assert (Touchpoint.objects.count(), Lead.objects.count()) == (2, 1)


def test_a_form_may_have_another_window_or_none(visitor: Visitor) -> None:
    Form.objects.update(window_minutes=0)
    visitor.post()
    visitor.post()
    assert Submission.objects.filter(verdict="taken").count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_posts_at_the_very_same_moment_over_two_connections_are_one(visitor: Visitor) -> None:
    for round_ in range(5):
        barrier = Barrier(4)

        def post(place: int, barrier: Barrier = barrier, round_: int = round_) -> int:
            barrier.wait()
            try:
                email = f"ada{round_}@analytical.example"
                return visitor.post({**ADA, "email": email}, address=f"192.0.2.{place}").status_code
            finally:
                connections.close_all()

        with ThreadPoolExecutor(4) as threads:
            assert list(threads.map(post, range(4))) == [303] * 4
    take()
    assert Submission.objects.filter(verdict="taken").count() == 5
    assert Submission.objects.filter(verdict="double").count() == 15
    assert Touchpoint.objects.count() == Lead.objects.count() == 5
