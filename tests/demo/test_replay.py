"""What must be true of a year that was lived through the services, whoever worked in it."""

from collections import defaultdict
from datetime import timedelta
from itertools import pairwise

import pytest
from django.db.models import F, Q
from tests.demo.conftest import END, LEADS

from accord.demo.replay import GRACE
from accord.server.agreements.models import Revision
from accord.server.calls.models import Call
from accord.server.calls.queries import MISSED, with_waits
from accord.server.forms.models import Submission
from accord.server.handoffs.models import Attempt, Clock, ClockEvent, Offer
from accord.server.inbox.models import UnreadMail
from accord.server.notifications.models import Notification
from accord.server.people.models import Touchpoint
from accord.server.pipeline.models import Deal, DecidedBy, Lead, StageChange, StageName
from accord.server.tracking.models import Message, Pending

pytestmark = pytest.mark.django_db


def test_everybody_appears_and_so_does_who_called_without_being_known(demo):
    told = Lead.objects.filter(cycle=1).exclude(person__company=None)
    assert told.count() == LEADS
    callers = Lead.objects.filter(cycle=1, person__company=None)
    assert callers.exists()
    assert not callers.exclude(person__calls__number__opens_leads=True).exists()


def test_no_lead_is_without_owner_or_queue_after_it_was_handed_over(demo):
    lost = Lead.objects.exclude(handed_over_at=None).filter(ended_at=None, owner=None, queue="")
    assert not lost.exists()


def test_every_stage_that_the_agreement_decided_names_its_revision_and_reason(demo):
    decided = StageChange.objects.filter(decided_by=DecidedBy.AGREEMENT).exclude(from_stage="")
    assert decided.exists()
    assert not decided.filter(Q(revision=None) | Q(reason="") | Q(explanation={})).exists()


def test_the_history_of_each_lead_is_continuous(demo):
    steps = defaultdict(list)
    for change in StageChange.objects.order_by("at", "pk"):
        steps[change.lead_id].append(change)
    for history in steps.values():
        assert history[0].from_stage == ""
        assert all(later.from_stage == earlier.to_stage for earlier, later in pairwise(history))
    for lead in Lead.objects.all():
        assert steps[lead.pk][-1].to_stage == lead.stage


def test_what_a_clock_did_is_in_order(demo):
    for clock in Clock.objects.prefetch_related("events"):
        events = sorted(clock.events.all(), key=lambda event: event.pk)
        assert events[0].kind == ClockEvent.Kind.STARTED
        assert [event.at for event in events] == sorted(event.at for event in events)
        assert all(event.kind != ClockEvent.Kind.STOPPED for event in events[:-1])
    assert not ClockEvent.objects.filter(kind=ClockEvent.Kind.FAILED).exists()


def test_nothing_happened_in_the_future(demo):
    for model, instant in (
        *((Touchpoint, "at"), (StageChange, "at"), (Offer, "offered_at"), (Offer, "decided_at"), (Attempt, "at")),
        *((ClockEvent, "at"), (Deal, "opened_at"), (Deal, "closed_at"), (Lead, "opened_at"), (Clock, "stopped_at")),
    ):
        assert not model.objects.filter(**{f"{instant}__gt": END}).exists(), (model, instant)


def test_nothing_that_was_due_is_left_undone(demo):
    assert not Lead.objects.filter(Q(review_at__lte=END) | Q(ready_at__lte=END)).exists()
    assert not Clock.objects.filter(stopped_at=None, next_check_at__lt=END - GRACE).exists()
    assert not Notification.objects.filter(planned=False).exists()


def test_offers_are_decided_after_they_were_made(demo):
    assert not Offer.objects.filter(decided_at__lt=F("offered_at")).exists()


def test_every_stage_is_reached_by_somebody(demo):
    reached = set(StageChange.objects.values_list("to_stage", flat=True))
    assert reached == set(StageName.values)
    assert set(Lead.objects.values_list("stage", flat=True)) >= {"lead", "mql", "opportunity", "recycled"}
    assert not Deal.objects.exclude(amount__lte=F("list_amount")).exists()


def test_somebody_waits_for_an_answer_right_now(demo):
    waiting = Offer.objects.filter(status=Offer.Status.OPEN)
    assert waiting.filter(via="fast_lane").exists()
    assert Clock.objects.filter(offer__in=waiting, stopped_at=None, due_at__gt=END).exists()
    assert Lead.objects.exclude(held_for=[]).exists()


def test_the_agreement_of_the_examples_is_in_force(demo):
    assert Revision.objects.get(status=Revision.Status.IN_FORCE).signatures.count() == 2


def test_calls_forms_and_mails_went_through_the_log_and_nothing_of_them_is_left(demo):
    kinds = set(Message.objects.values_list("source__kind", flat=True))
    assert kinds == {"browser", "call", "form", "mail"}
    assert not Pending.objects.exists()
    assert not UnreadMail.objects.exists()


def test_who_called_and_reached_nobody_was_offered_at_once_and_called_back(demo):
    strangers = Call.objects.filter(MISSED, person__company=None, number__isnull=False)
    strangers = strangers.filter(started_at__lt=END - timedelta(days=3))
    assert strangers.exists()
    for call in strangers:
        offer = Offer.objects.filter(lead__person=call.person).earliest("offered_at")
        assert offer.via == "fast_lane"
        assert timedelta() <= offer.offered_at - call.started_at < timedelta(minutes=2)
    back = Call.objects.filter(direction=Call.Direction.OUT)
    assert back.exists()
    told = Attempt.objects.filter(channel="call", note="Told by the telephone system")
    assert told.count() == back.count()


def test_somebody_waits_for_a_call_back_now_and_nobody_since_long(demo):
    waiting = with_waits(Call.objects.all()).filter(waits=True)
    assert waiting.exists()
    assert not waiting.filter(started_at__lt=END - timedelta(days=4)).exists()


def test_forms_hold_what_the_stories_sent_with_them_and_spam_is_known_for_it(demo):
    taken = Submission.objects.filter(verdict="taken")
    assert set(taken.values_list("form__event", flat=True)) == {"demo", "contact"}
    for submission in taken:
        touchpoint = Touchpoint.objects.get(
            event="form_submitted", at=submission.at, person__email=submission.email_key
        )
        assert touchpoint.properties["form"] == submission.form.event
        assert touchpoint.person.company is not None
    assert Submission.objects.filter(verdict="spam").exists()


def test_mails_are_touchpoints_and_those_of_sales_are_attempts(demo):
    assert Touchpoint.objects.filter(event="mail_received").exists()
    sent = Touchpoint.objects.filter(event="mail_sent")
    assert sent.exists()
    for touchpoint in sent:
        assert Attempt.objects.filter(channel="mail", lead__person=touchpoint.person, at=touchpoint.at).exists()
