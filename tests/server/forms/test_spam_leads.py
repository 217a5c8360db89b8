"""The lead that a form opened whose submission turns out to be spam: closed, kept where others speak for it, back."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db.models import Q
from django.test import Client
from django.utils import timezone
from tests.server.conftest import Cast
from tests.server.forms.conftest import ADA, Visitor, take

from accord.server.accounts.models import AuditEntry
from accord.server.forms.checks import TOO_MANY_FROM_ONE
from accord.server.forms.models import Submission
from accord.server.forms.verdicts import say, sort_out
from accord.server.handoffs.decisions import log_attempt
from accord.server.handoffs.models import Attempt, Clock, Offer
from accord.server.handoffs.offers import offer_ready
from accord.server.people.models import Touchpoint
from accord.server.people.services import record_touchpoint
from accord.server.pipeline.deals import open_deal
from accord.server.pipeline.judging import judge_due, review
from accord.server.pipeline.models import DecidedBy, Lead, StageName
from accord.server.pipeline.services import open_lead

Word = Submission.Word


def opened(visitor: Visitor) -> Lead:
    visitor.post()
    take()
    return Lead.objects.get()


def say_spam(visitor: Visitor, cast: Cast, word: Word = Word.SPAM) -> Lead:
    say(visitor.last().pk, word, by=cast.mara, at=timezone.now())
    return Lead.objects.get()


def page_of(submission: Submission, cast: Cast) -> str:
    client = Client()
    client.force_login(cast.mara)
    return " ".join(client.get(f"/forms/submissions/{submission.pk}/").content.decode().split())


def test_a_lead_that_nothing_else_speaks_for_is_closed_and_says_why(visitor: Visitor, cast: Cast) -> None:
    opened(visitor)
    lead = say_spam(visitor, cast)
    assert (lead.stage, lead.end_reason, lead.review_at) == (StageName.DISQUALIFIED, "opened_by_spam", None)
    last = lead.stage_changes.last()
    assert last is not None
    assert (last.reason, last.user) == ("The form that opened it was spam", cast.mara)
    assert "was closed, since nothing else speaks for it" in page_of(visitor.last(), cast)
    client = Client()
    client.force_login(cast.mara)
    assert "Disqualified: The form that opened it was spam" in client.get(f"/leads/{lead.pk}/").content.decode()


@pytest.mark.parametrize("word", [Word.FINE, Word.NOTHING])
def test_what_is_no_spam_after_all_brings_it_back_where_it_stood(visitor: Visitor, cast: Cast, word: Word) -> None:
    before = opened(visitor)
    say_spam(visitor, cast)
    lead = say_spam(visitor, cast, word)
    assert (lead.stage, lead.ended_at, lead.end_reason, lead.cycle) == (before.stage, None, "", 1)
    assert lead.review_at is not None
    assert [change.reason for change in lead.stage_changes.all()][-2:] == [
        "The form that opened it was spam",
        "The form that opened it was no spam after all",
    ]


def test_an_offer_is_withdrawn_without_blame_and_made_anew_with_clocks_that_begin_then(
    visitor: Visitor, cast: Cast
) -> None:
    opened(visitor)
    record_touchpoint(Lead.objects.get().person, "x", at=timezone.now(), message_id="x", properties={})
    Touchpoint.objects.filter(event="x").update(counts=False)  # a robot's: it speaks for nobody
    Lead.objects.update(ready_at=timezone.now(), ready_via="stage")
    assert offer_ready(timezone.now()) == 1
    say_spam(visitor, cast)
    assert Offer.objects.get().status == "withdrawn"
    assert set(Clock.objects.values_list("outcome", flat=True)) == {"void"}
    assert offer_ready(timezone.now()) == 0
    later = timezone.now() + timedelta(days=3)
    say(visitor.last().pk, Word.FINE, by=cast.mara, at=later)
    offer = Offer.objects.get(status="open")
    assert offer.offered_at == later
    assert set(offer.clocks.values_list("started_at", "outcome")) == {(later, "")}


def work_call(lead: Lead, cast: Cast, at: datetime) -> None:
    Lead.objects.filter(pk=lead.pk).update(ready_at=at, ready_via="stage")
    offer_ready(at)
    lead.refresh_from_db()
    assert lead.owner is not None
    log_attempt(
        lead.pk, channel=Attempt.Channel.CALL, outcome=Attempt.Outcome.REACHED, action_id=uuid4(), by=lead.owner, at=at
    )


def work_deal(lead: Lead, cast: Cast, at: datetime) -> None:
    open_deal(lead, name="D", amount=None, currency="EUR", by=cast.tom, at=at)


def work_touch(lead: Lead, cast: Cast, at: datetime) -> None:
    record_touchpoint(lead.person, "webinar_attended", at=at, message_id="w", properties={})


@pytest.mark.parametrize(
    ("work", "why"),
    [
        (work_call, "has worked on it"),
        (work_deal, "it has a deal"),
        (work_touch, "1 other touchpoint of theirs counts"),
    ],
)
def test_a_lead_that_something_else_speaks_for_stays_and_the_page_says_what(
    visitor: Visitor, cast: Cast, work: object, why: str
) -> None:
    work(opened(visitor), cast, timezone.now())  # type: ignore[operator]  # one of the three above
    assert say_spam(visitor, cast).ended_at is None
    assert f"{why}." in page_of(visitor.last(), cast)


def test_what_the_same_visit_did_speaks_for_nobody(visitor: Visitor, cast: Cast) -> None:
    visitor.post({**ADA, "accord_visitor": "c" * 32 + " https://test.works/contact"})
    take()
    form = Touchpoint.objects.get()
    assert form.visit is not None
    Touchpoint.objects.create(
        message_id="page", person=form.person, visitor=form.visitor, visit=form.visit, event="page_viewed",
        at=form.at, received_at=form.received_at,
    )  # fmt: skip
    assert say_spam(visitor, cast).ended_at is not None


def test_a_lead_that_was_there_before_the_spam_stays(visitor: Visitor, cast: Cast) -> None:
    lead = opened(visitor)
    Lead.objects.update(opened_at=lead.opened_at - timedelta(days=1))
    assert say_spam(visitor, cast).ended_at is None


def test_who_writes_themselves_after_spam_in_their_name_becomes_a_lead(visitor: Visitor, cast: Cast) -> None:
    opened(visitor)
    say_spam(visitor, cast)
    Submission.objects.update(at=timezone.now() - timedelta(days=2))
    visitor.post({**ADA, "note": "It is really me."})
    take()
    fresh = Lead.objects.get(ended_at=None)
    assert fresh.cycle == 2
    first = Submission.objects.earliest("pk")
    say(first.pk, Word.FINE, by=cast.mara, at=timezone.now())
    assert list(Lead.objects.filter(ended_at=None)) == [fresh], "nobody has two open leads"


def test_a_burst_closes_the_leads_that_it_opened(visitor: Visitor, cast: Cast) -> None:
    for place in range(TOO_MANY_FROM_ONE + 1):
        Submission.objects.update(sender=None)
        visitor.post({**ADA, "email": f"p{place}@many.example"})
    take()
    Submission.objects.update(sender=uuid4())
    before = Lead.objects.filter(ended_at=None).count()
    assert before > TOO_MANY_FROM_ONE
    sort_out(timezone.now())
    assert not Lead.objects.filter(ended_at=None).exists()
    assert set(Lead.objects.values_list("stage_changes__decided_by", flat=True)) == {DecidedBy.AGREEMENT}


def test_judging_and_saying_it_again_change_nothing(visitor: Visitor, cast: Cast) -> None:
    opened(visitor)
    lead = say_spam(visitor, cast)
    review(Q(pk=lead.person_id), timezone.now())
    judge_due(timezone.now())
    assert say_spam(visitor, cast).stage_changes.count() == 2
    assert not AuditEntry.objects.filter(subject=f"lead:{lead.pk}").exists()
    assert open_lead(lead.person, at=timezone.now()).cycle == 2
