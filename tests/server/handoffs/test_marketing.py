"""What marketing owes to one lead by a time: its clocks follow the leads."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.server.conftest import MONDAY, World

from accord.server.handoffs import decisions, marketing
from accord.server.handoffs.escalation import sweep
from accord.server.handoffs.models import Clock, ClockEvent
from accord.server.handoffs.offers import offer_ready
from accord.server.handoffs.taking_back import take_back
from accord.server.notifications.delivering import mail_due
from accord.server.notifications.models import Notification
from accord.server.people.services import record_touchpoint
from accord.server.pipeline.judging import bring_back_due, judge_due
from accord.server.pipeline.models import DecidedBy, Lead, StageChange

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
DELIVER = "    - {deliver: 20, stage: mql, per: month, accepted: at least 70 %}\n"
DEADLINES = (
    DELIVER + "    - {fill_in: 2 working hours, calendar: office}\n"
    "    - {answer_recycled: 3 working hours, calendar: office}\n"
)


@pytest.fixture
def agreed(world: World) -> World:
    """The same company, where marketing owes what is missing in 2 working hours, and an answer in 3."""
    world.agree((DELIVER, DEADLINES), at=MONDAY - DAY)
    return world


def held(world: World, at: datetime = MONDAY) -> Lead:
    """A lead that waits for its telephone number."""
    return world.mql(at, phone="")


def clock_of(lead: Lead, promise: Clock.Promise = Clock.Promise.FILL_IN) -> Clock:
    return Clock.objects.filter(lead=lead, promise=promise).latest("pk")


def recycled(world: World, reason: str = "not_now", at: datetime = MONDAY) -> Lead:
    lead = world.offered(at)
    assert lead.owner is not None
    decisions.reject(lead.pk, reason=reason, by=lead.owner, at=at)
    marketing.follow(at + MINUTE)
    return lead


def test_a_lead_that_waits_for_fields_puts_marketing_on_the_clock_from_that_very_instant(agreed: World) -> None:
    lead = held(agreed)
    assert lead.held_for == ["person.phone"]
    assert marketing.follow(MONDAY + MINUTE) == 1
    clock = clock_of(lead)
    assert (clock.started_at, clock.due_at) == (MONDAY, MONDAY + 2 * HOUR)
    assert (clock.offer, clock.clause, clock.revision.number) == (None, "sla.marketing[1]", 2)
    assert marketing.follow(MONDAY + 2 * MINUTE) == 0


def test_filling_in_what_is_missing_keeps_the_promise(agreed: World) -> None:
    lead = held(agreed)
    marketing.follow(MONDAY + MINUTE)
    decisions.fill_in(lead.pk, {"person.phone": "+49 89 7"}, by=agreed.cast.mara, at=MONDAY + HOUR)
    judge_due(MONDAY + HOUR)
    marketing.follow(MONDAY + HOUR + MINUTE)
    clock = clock_of(lead)
    assert (clock.outcome, clock.stopped_at, clock.response) == ("kept", MONDAY + HOUR, HOUR)
    assert offer_ready(MONDAY + HOUR + MINUTE) == 1


def test_what_is_filled_in_too_late_is_late(agreed: World) -> None:
    lead = held(agreed)
    marketing.follow(MONDAY + MINUTE)
    decisions.fill_in(lead.pk, {"person.phone": "+49 89 7"}, by=agreed.cast.mara, at=MONDAY + 3 * HOUR)
    judge_due(MONDAY + 3 * HOUR)
    marketing.follow(MONDAY + 3 * HOUR)
    assert (clock_of(lead).outcome, clock_of(lead).breached_at) == ("late", MONDAY + 2 * HOUR)


def test_the_fast_lane_waits_for_no_fields_so_that_they_are_not_owed_any_more(agreed: World) -> None:
    lead = held(agreed)
    marketing.follow(MONDAY + MINUTE)
    agreed.happens(lead, "form_submitted", MONDAY + HOUR, form="demo")
    judge_due(MONDAY + HOUR)
    offer_ready(MONDAY + HOUR)
    marketing.follow(MONDAY + HOUR)
    assert (clock_of(lead).outcome, clock_of(lead).stopped_at) == ("void", MONDAY + HOUR)


def test_a_clock_of_marketings_reminds_marketing_and_its_breach_is_told_to_who_answers_for_it(agreed: World) -> None:
    lead = held(agreed)
    marketing.follow(MONDAY + MINUTE)
    sweep(MONDAY + 96 * MINUTE)  # four fifths
    reminder = Notification.objects.get()
    assert (reminder.user, reminder.kind) == (agreed.cast.mara, "lead.reminder")
    assert reminder.text == f"Fill in what is missing of {lead.person}, due Mon 02 Mar 12:00"
    sweep(MONDAY + 2 * HOUR)
    told = Notification.objects.filter(kind="lead.escalation").values_list("user__email", "text")
    assert list(told) == [
        ("mara@test.works", f"Fill in what is missing of {lead.person}: marketing is late, due Mon 02 Mar 12:00")
    ]
    sweep(MONDAY + 9 * HOUR)  # past the step that takes a lead away, which marketing has none of
    assert not ClockEvent.objects.filter(kind__in=["reassigned", "failed"]).exists()
    assert clock_of(lead).breached_at == MONDAY + 2 * HOUR


def test_a_reminder_of_what_was_done_meanwhile_is_not_mailed(agreed: World, postbox: object) -> None:
    lead = held(agreed)
    marketing.follow(MONDAY + MINUTE)
    sweep(MONDAY + 97 * MINUTE)
    decisions.fill_in(lead.pk, {"person.phone": "+49 89 7"}, by=agreed.cast.mara, at=MONDAY + 98 * MINUTE)
    judge_due(MONDAY + 98 * MINUTE)
    marketing.follow(MONDAY + 98 * MINUTE)
    assert mail_due(MONDAY + 99 * MINUTE) == 0


def test_a_clock_begins_no_earlier_than_the_clause_that_it_carries_out(world: World) -> None:
    lead = held(world, MONDAY - 7 * DAY)
    world.agree((DELIVER, DEADLINES), at=MONDAY)
    marketing.follow(MONDAY + MINUTE)
    assert clock_of(lead).started_at == MONDAY


def test_what_is_not_agreed_starts_no_clock(world: World) -> None:
    held(world)
    recycled(world)
    assert marketing.follow(MONDAY + MINUTE) == 0
    assert not Clock.objects.filter(offer=None).exists()


def test_a_lead_that_reaches_the_hand_off_is_to_be_offered_in_time(world: World) -> None:
    world.agree((DELIVER, DELIVER + "    - {hand_over: 1 working hour}\n"), at=MONDAY - DAY)
    lead = held(world)
    marketing.follow(MONDAY + MINUTE)
    assert clock_of(lead, Clock.Promise.HAND_OVER).due_at == MONDAY + HOUR
    decisions.fill_in(lead.pk, {"person.phone": "+49 89 7"}, by=world.cast.mara, at=MONDAY + 30 * MINUTE)
    judge_due(MONDAY + 30 * MINUTE)
    marketing.follow(MONDAY + 31 * MINUTE)
    assert clock_of(lead, Clock.Promise.HAND_OVER).stopped_at is None
    offer_ready(MONDAY + 32 * MINUTE)
    marketing.follow(MONDAY + 33 * MINUTE)
    clock = clock_of(lead, Clock.Promise.HAND_OVER)
    assert (clock.outcome, clock.response) == ("kept", 32 * MINUTE)


def test_a_recycled_lead_is_to_be_touched_in_time_and_a_mail_of_ours_does_it(agreed: World) -> None:
    lead = recycled(agreed)
    clock = clock_of(lead, Clock.Promise.ANSWER_RECYCLED)
    assert (clock.started_at, clock.due_at) == (MONDAY, MONDAY + 3 * HOUR)
    record_touchpoint(lead.person, "mail_sent", at=MONDAY + HOUR, message_id="ours", properties={})
    marketing.follow(MONDAY + 2 * HOUR)
    clock.refresh_from_db()
    assert (clock.outcome, clock.stopped_at) == ("kept", MONDAY + HOUR)
    assert marketing.follow(MONDAY + 3 * HOUR) == 0


def test_what_the_lead_does_is_no_touch_of_ours(agreed: World) -> None:
    lead = recycled(agreed)
    agreed.happens(lead, "mail_received", MONDAY + HOUR)
    assert marketing.follow(MONDAY + 2 * HOUR) == 0
    assert clock_of(lead, Clock.Promise.ANSWER_RECYCLED).stopped_at is None


def test_a_lead_that_comes_back_by_itself_is_not_owed_an_answer_any_more_but_what_was_missed_stays_missed(
    agreed: World,
) -> None:
    early, late = recycled(agreed), recycled(agreed)
    agreed.happens(early, "form_submitted", MONDAY + HOUR, form="demo")
    judge_due(MONDAY + HOUR)
    marketing.follow(MONDAY + HOUR)
    assert clock_of(early, Clock.Promise.ANSWER_RECYCLED).outcome == "void"
    bring_back_due(MONDAY + 91 * DAY)
    marketing.follow(MONDAY + 91 * DAY)
    assert clock_of(late, Clock.Promise.ANSWER_RECYCLED).outcome == "missed"


def test_a_rejection_that_is_taken_back_takes_the_clock_of_marketing_with_it(agreed: World) -> None:
    lead = recycled(agreed)
    assert lead.owner is not None
    take_back(lead.pk, by=lead.owner, at=MONDAY + 2 * MINUTE)
    marketing.follow(MONDAY + 3 * MINUTE)
    assert clock_of(lead, Clock.Promise.ANSWER_RECYCLED).outcome == "void"
    decisions.reject(lead.pk, reason="not_now", by=lead.owner, at=MONDAY + 4 * MINUTE)
    marketing.follow(MONDAY + 5 * MINUTE)
    again = clock_of(lead, Clock.Promise.ANSWER_RECYCLED)
    assert (again.started_at, again.stopped_at) == (MONDAY + 4 * MINUTE, None)


def test_what_an_import_recycled_was_recycled_elsewhere_and_starts_no_clock(agreed: World) -> None:
    lead = recycled(agreed, at=MONDAY)
    Clock.objects.filter(offer=None).delete()
    StageChange.objects.filter(lead=lead, to_stage="recycled").update(decided_by=DecidedBy.IMPORT)
    assert marketing.follow(MONDAY + 2 * MINUTE) == 0


def test_one_lead_that_fails_does_not_hold_up_the_others(agreed: World, monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = held(agreed), held(agreed)
    start = marketing.start

    def fails(lead: Lead, *rest: object) -> object:
        if lead.pk == bad.pk:
            raise ZeroDivisionError
        return start(lead, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(marketing, "start", fails)
    marketing.follow(MONDAY + MINUTE)
    assert list(Clock.objects.filter(offer=None).values_list("lead", flat=True)) == [good.pk]


def test_friday_evening_counts_from_monday_morning_for_marketing_too(agreed: World) -> None:
    """Lesson 1, for the other side."""
    friday = datetime(2026, 3, 6, 15, 30, tzinfo=UTC)  # half past four in Berlin
    lead = held(agreed, friday)
    marketing.follow(friday + MINUTE)
    assert clock_of(lead).due_at == datetime(2026, 3, 9, 9, 30, tzinfo=UTC)  # half past ten
