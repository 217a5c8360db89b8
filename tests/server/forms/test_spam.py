"""What counts as spam and why; bursts; and what follows when a person says otherwise."""

import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.server.conftest import Cast
from tests.server.forms.conftest import ADA, Visitor, take
from tests.server.intake.conftest import FIREFOX

from accord.server.accounts.access import AccessError
from accord.server.accounts.models import AuditEntry
from accord.server.forms import stamp, verdicts
from accord.server.forms.checks import TOO_MANY_FROM_ONE
from accord.server.forms.models import Form, Submission
from accord.server.forms.receiving import sender_digest
from accord.server.forms.verdicts import Word, say, sort_out
from accord.server.people.models import Person, Touchpoint, Visit
from accord.server.people.visiting import Verdict, reclassify
from accord.server.pipeline.models import Lead
from accord.server.tracking.models import Message, Pending
from accord.traffic.networks import load
from accord.traffic.robots import AgentKind

pytestmark = pytest.mark.django_db


def why(submission: Submission) -> list[tuple[int, str]]:
    return [tuple(each) for each in submission.reasons]


def test_a_person_with_a_browser_has_nothing_against_them(visitor: Visitor) -> None:
    visitor.post()
    assert (visitor.last().verdict, visitor.last().points, visitor.last().reasons) == ("taken", 0, [])


@pytest.mark.parametrize(
    ("sent", "headers", "points", "sentence"),
    [
        ({"accord_url": "http://x"}, {}, 100, "A field that people cannot see was filled in."),
        ({"accord_stamp": "made:up:by-me"}, {}, 60, "It carries a stamp that this server did not make."),
        ({}, {"user-agent": ""}, 60, "What sent it does not say what it is, which every browser does."),
        ({"name": "", "email": "", "company": " "}, {}, 60, "It says nothing."),
    ],
)
def test_each_of_these_makes_a_submission_spam_with_its_reason(
    visitor: Visitor, sent: dict[str, str], headers: dict[str, str], points: int, sentence: str
) -> None:
    answer = visitor.post({**ADA, **sent}, headers=headers)
    assert answer.status_code == 303
    assert visitor.last().verdict == "spam"
    assert (points, sentence) in why(visitor.last())
    assert not Message.objects.exists()


def test_a_form_sent_within_two_seconds_of_being_opened_is_spam_and_one_sent_later_is_not(visitor: Visitor) -> None:
    now = timezone.now()
    names = ["name", "email"]
    visitor.post({**ADA, "accord_stamp": stamp.stamped(visitor.form, names, now - timedelta(seconds=1))})
    assert visitor.last().verdict == "spam"
    assert [points for points, _ in why(visitor.last())] == [60]
    assert why(visitor.last())[0][1].endswith("seconds after the form was opened.")
    visitor.post({**ADA, "accord_stamp": stamp.stamped(visitor.form, names, now - timedelta(seconds=3))})
    assert (visitor.last().verdict, visitor.last().ours) == ("taken", True)


def test_the_stamp_of_another_form_says_nothing(visitor: Visitor, form: Form) -> None:
    other = Form(key="other")
    visitor.post({**ADA, "accord_stamp": stamp.stamped(other, [], timezone.now() - timedelta(hours=1))})
    assert visitor.last().verdict == "spam"


def test_a_domain_for_a_few_minutes_is_a_hint_that_never_decides(visitor: Visitor) -> None:
    visitor.post({**ADA, "email": "ada@mailinator.com"})
    assert (visitor.last().verdict, visitor.last().points) == ("taken", 5)


def test_a_data_centre_and_a_bad_neighbourhood_together_are_enough_and_neither_alone_is(
    visitor: Visitor, settings: Any, tmp_path: Path
) -> None:
    _table(settings, tmp_path)
    visitor.post()
    assert [points for points, _ in why(visitor.last())] == [30]
    for place in range(3):
        visitor.post({**ADA, "email": f"x{place}@x.example", "accord_url": "x"}, address=f"198.51.100.{place}")
    visitor.post({**ADA, "email": "eve@x.example"})
    found = visitor.last()
    assert found.verdict == "spam"
    assert (30, "3 of 4 submissions from 198.51.100.0/24 in the last 7 days were spam.") in why(found)


def _table(settings: Any, folder: Path) -> None:
    ranges, names = folder / "ranges.csv", folder / "names.csv"
    ranges.write_text("start,end,asn\n198.51.100.0,198.51.100.255,64498\n", "utf-8")
    names.write_text("asn,organization\n64498,Fabrikam Hosting\n", "utf-8")
    settings.ACCORD_NETWORKS = folder / "table"
    load([ranges, names], folder / "table")


@pytest.mark.parametrize("agent", ["python-requests/2.32", ""])
def test_a_burst_of_500_robot_posts_is_no_lead_and_each_saw_success(visitor: Visitor, agent: str) -> None:
    """Lesson 9."""
    for place in range(500):
        answer = visitor.post(
            {**ADA, "email": f"r{place}@r.example"}, headers={"user-agent": agent}, address=f"203.0.113.{place % 250}"
        )
        assert answer.status_code == 303
    take()
    assert Submission.objects.filter(verdict="spam").count() == 500
    assert not Lead.objects.exists()
    assert not Touchpoint.objects.exists()


def test_a_burst_that_pretends_to_be_a_browser_is_taken_back_once_it_is_seen_to_be_one(visitor: Visitor) -> None:
    """Lesson 9: those that came before anybody could tell make no lead either, while they have not been taken in."""
    for place in range(60):
        assert visitor.post({**ADA, "email": f"r{place}@r.example"}).status_code == 303
    assert Submission.objects.filter(verdict="taken").count() == TOO_MANY_FROM_ONE
    assert sort_out(timezone.now()) == TOO_MANY_FROM_ONE
    assert sort_out(timezone.now()) == 0
    take()
    assert not Lead.objects.exists()
    first = Submission.objects.earliest("pk")
    assert why(first) == [(60, "60 submissions came from the same address within ten minutes.")]


def test_what_was_taken_in_of_a_burst_counts_no_longer(visitor: Visitor) -> None:
    for place in range(10):
        visitor.post({**ADA, "email": f"r{place}@r.example"})
    take()
    assert Touchpoint.objects.filter(counts=True).count() == 10
    for place in range(10, 30):
        visitor.post({**ADA, "email": f"r{place}@r.example"})
    sort_out(timezone.now())
    take()
    assert not Touchpoint.objects.filter(counts=True).exists()


def test_a_class_behind_one_address_is_no_burst(visitor: Visitor) -> None:
    for place in range(TOO_MANY_FROM_ONE):
        visitor.post({**ADA, "email": f"s{place}@school.example"})
    sort_out(timezone.now())
    take()
    assert Lead.objects.count() == TOO_MANY_FROM_ONE


def test_what_is_not_spam_after_all_is_taken_in_with_its_own_time_and_that_can_be_undone(
    visitor: Visitor, cast: Cast
) -> None:
    visitor.post({**ADA, "accord_url": "x"})
    sent = visitor.last()
    later = timezone.now() + timedelta(days=2)
    say(sent.pk, Word.FINE, by=cast.mara, at=later)
    take()
    touchpoint = Touchpoint.objects.get()
    assert (touchpoint.at, touchpoint.received_at, touchpoint.counts) == (sent.at, later, True)
    assert Lead.objects.get().person.email_key == "ada@analytical.example"
    say(sent.pk, Word.NOTHING, by=cast.mara, at=later)
    touchpoint.refresh_from_db()
    assert (touchpoint.counts, visitor.last().is_spam) == (False, True)
    say(sent.pk, Word.FINE, by=cast.olga, at=later)
    touchpoint.refresh_from_db()
    assert touchpoint.counts
    assert list(AuditEntry.objects.filter(action="submission.judged").values_list("details__said", flat=True)) in (
        ["fine", "", "fine"], ["fine", "", "fine"][::-1],
    )  # fmt: skip


def test_a_robot_that_a_person_calls_fine_makes_a_lead(visitor: Visitor, cast: Cast) -> None:
    visitor.post(headers={"user-agent": "curl/8.1", "referer": "https://test.works/contact"})
    say(visitor.last().pk, Word.FINE, by=cast.mara, at=timezone.now())
    take()
    assert Touchpoint.objects.get().counts
    assert Lead.objects.exists()


def test_spam_that_was_taken_in_counts_no_longer_and_that_can_be_undone(visitor: Visitor, cast: Cast) -> None:
    visitor.post()
    take()
    lead = Lead.objects.get()
    Lead.objects.update(review_at=None, opened_at=lead.opened_at - timedelta(days=1))  # something else opened it
    say(visitor.last().pk, Word.SPAM, by=cast.mara, at=timezone.now())
    touchpoint = Touchpoint.objects.get()
    assert (touchpoint.counts, touchpoint.why_not) == (False, "is spam")
    lead.refresh_from_db()
    assert lead.review_at is not None
    say(visitor.last().pk, Word.NOTHING, by=cast.mara, at=timezone.now())
    touchpoint.refresh_from_db()
    assert (touchpoint.counts, touchpoint.why_not) == (True, "")


def test_spam_that_was_not_taken_in_yet_is_never_and_that_can_be_undone(visitor: Visitor, cast: Cast) -> None:
    visitor.post()
    say(visitor.last().pk, Word.SPAM, by=cast.mara, at=timezone.now())
    assert not Pending.objects.exists()
    take()
    assert not Person.objects.exists()
    say(visitor.last().pk, Word.NOTHING, by=cast.mara, at=timezone.now())
    take()
    assert Lead.objects.count() == Touchpoint.objects.filter(counts=True).count() == 1


def test_a_visit_that_is_judged_anew_does_not_bring_spam_back(visitor: Visitor, cast: Cast) -> None:
    visitor.post({**ADA, "accord_visitor": "c" * 32 + " https://test.works/contact"})
    take()
    say(visitor.last().pk, Word.SPAM, by=cast.mara, at=timezone.now())
    visit = Visit.objects.get()
    reclassify(visit, Verdict(AgentKind.ROBOT, "x"))
    reclassify(visit, Verdict(AgentKind.HUMAN, "x"))
    assert not Touchpoint.objects.filter(event="form_submitted", counts=True).exists()


def test_what_is_called_fine_within_the_window_of_another_is_no_second_touchpoint(visitor: Visitor, cast: Cast) -> None:
    visitor.post({**ADA, "accord_url": "x"})
    spam = visitor.last()
    visitor.post()
    say(spam.pk, Word.FINE, by=cast.mara, at=timezone.now())
    take()
    assert Touchpoint.objects.count() == 1


def test_who_does_not_keep_forms_says_nothing(visitor: Visitor, cast: Cast) -> None:
    visitor.post()
    with pytest.raises(AccessError):
        say(visitor.last().pk, Word.SPAM, by=cast.priya, at=timezone.now())


def test_an_address_is_forgotten_after_a_day_and_nobody_can_work_it_out(visitor: Visitor, settings: Any) -> None:
    visitor.post()
    digest = visitor.last().sender
    assert digest == sender_digest("198.51.100.23") != sender_digest("198.51.100.24")
    assert sender_digest("2001:db8::1") == sender_digest("2001:db8::ffff:1") != sender_digest("2001:db8:1::1")
    settings.SECRET_KEY = str(uuid.uuid4())
    assert sender_digest("198.51.100.23") != digest
    assert verdicts.forget_senders(timezone.now() + timedelta(hours=23)) == 0
    assert verdicts.forget_senders(timezone.now() + timedelta(hours=25)) == 1
    assert visitor.last().sender is None


def test_what_came_from_a_website_that_the_form_does_not_allow_is_spam(visitor: Visitor) -> None:
    source = visitor.form.source
    source.allowed_origins = ["https://test.works"]
    source.save()
    for headers, verdict in (
        ({"origin": "https://test.works"}, "taken"),
        ({"referer": "https://test.works/contact"}, "taken"),
        ({"origin": "https://evil.example"}, "spam"),
        ({"origin": "null"}, "taken"),
    ):
        Submission.objects.all().update(at=timezone.now() - timedelta(hours=1))
        visitor.post(headers=headers)
        assert visitor.last().verdict == verdict, headers
    assert visitor.last().points == 30
    page = Client().get(f"/f/{visitor.form.key}", headers={"user-agent": FIREFOX})
    assert page["Content-Security-Policy"].count("frame-ancestors 'self' https://test.works") == 1
