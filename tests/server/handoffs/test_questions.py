"""Sales asks for more: its clocks stand still until marketing has answered."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from tests.server.conftest import MONDAY, World

from accord.errors import AccordError
from accord.server.accounts.models import User
from accord.server.handoffs import decisions, marketing, questions
from accord.server.handoffs.escalation import sweep
from accord.server.handoffs.models import Attempt, Clock, ClockEvent, Question
from accord.server.handoffs.taking_back import take_back
from accord.server.notifications.delivering import mail_due
from accord.server.notifications.models import Notification
from accord.server.pipeline.models import Lead

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
DELIVER = "    - {deliver: 20, stage: mql, per: month, accepted: at least 70 %}\n"
FILL_IN = DELIVER + "    - {fill_in: 4 working hours, calendar: office}\n"


@pytest.fixture
def agreed(world: World) -> World:
    world.agree((DELIVER, FILL_IN), at=MONDAY - DAY)
    return world


def owner(lead: Lead) -> User:
    assert lead.owner is not None
    return lead.owner


def clock_of(lead: Lead, promise: Clock.Promise) -> Clock:
    return Clock.objects.filter(lead=lead, promise=promise).latest("pk")


def asked(world: World, at: datetime = MONDAY + 5 * MINUTE) -> Lead:
    """A lead of the fast lane, to be called within 15 minutes, about which sales asks something after 5."""
    lead = world.demo_request()
    questions.ask(lead.pk, "Which site?", by=owner(lead), at=at)
    return lead


def answer(world: World, lead: Lead, at: datetime) -> None:
    questions.answer(lead.pk, "The one in Graz", by=world.cast.mara, at=at)


def test_while_sales_waits_for_an_answer_nothing_runs_out(agreed: World) -> None:
    lead = asked(agreed)
    sweep(MONDAY + 3 * HOUR)
    first = clock_of(lead, Clock.Promise.FIRST_ATTEMPT)
    assert (first.paused_at, first.next_check_at, first.breached_at) == (MONDAY + 5 * MINUTE, None, None)
    assert not Notification.objects.filter(kind__in=["lead.reminder", "lead.escalation"]).exists()


def test_after_the_answer_as_much_time_is_left_as_before(agreed: World) -> None:
    lead = asked(agreed)
    answer(agreed, lead, MONDAY + 65 * MINUTE)
    first = clock_of(lead, Clock.Promise.FIRST_ATTEMPT)
    assert (first.due_at, first.on_hold, first.paused_at) == (MONDAY + 75 * MINUTE, HOUR, None)
    sweep(MONDAY + 71 * MINUTE)
    assert not Notification.objects.filter(kind="lead.reminder").exists()
    sweep(MONDAY + 72 * MINUTE)  # four fifths of 15 minutes, and the hour on hold
    assert Notification.objects.get(kind="lead.reminder").user == owner(lead)
    sweep(MONDAY + 75 * MINUTE)
    first.refresh_from_db()
    assert first.breached_at == MONDAY + 75 * MINUTE


def test_working_time_and_the_time_by_the_wall_clock_both_leave_the_hold_out(agreed: World) -> None:
    """Offered on Friday at 16:50, asked about at 16:55; the answer comes on Monday at 10:55, the call at 11:00."""
    friday = datetime(2026, 3, 6, 15, 50, tzinfo=UTC)
    lead = agreed.demo_request(friday)
    questions.ask(lead.pk, "Which site?", by=owner(lead), at=friday + 5 * MINUTE)
    monday = datetime(2026, 3, 9, 9, 55, tzinfo=UTC)
    answer(agreed, lead, monday)
    decisions.log_attempt(
        lead.pk,
        channel=Attempt.Channel.CALL,
        outcome=Attempt.Outcome.REACHED,
        action_id=uuid.uuid4(),
        by=owner(lead),
        at=monday + 5 * MINUTE,
    )
    first = clock_of(lead, Clock.Promise.FIRST_ATTEMPT)
    assert (first.outcome, first.response, first.absolute) == ("kept", 10 * MINUTE, 10 * MINUTE)
    assert first.on_hold == monday - (friday + 5 * MINUTE)


def test_an_afternoon_on_hold_gives_a_promise_in_working_days_that_afternoon_back(agreed: World) -> None:
    """To decide in two working days is Wednesday at 17:00; from Wednesday 14:00 three hours are left."""
    lead = agreed.offered()
    wednesday = datetime(2026, 3, 4, 13, tzinfo=UTC)
    questions.ask(lead.pk, "Which site?", by=owner(lead), at=wednesday)
    answer(agreed, lead, wednesday + 21 * HOUR)  # Thursday, 11:00
    assert clock_of(lead, Clock.Promise.DECIDE).due_at == datetime(2026, 3, 5, 13, tzinfo=UTC)


def test_what_had_run_out_before_it_was_put_on_hold_stays_run_out(agreed: World) -> None:
    lead = agreed.demo_request()
    sweep(MONDAY + 20 * MINUTE)
    questions.ask(lead.pk, "Which site?", by=owner(lead), at=MONDAY + 20 * MINUTE)
    answer(agreed, lead, MONDAY + HOUR)
    first = clock_of(lead, Clock.Promise.FIRST_ATTEMPT)
    assert (first.due_at, first.breached_at) == (MONDAY + 15 * MINUTE, MONDAY + 15 * MINUTE)


def test_the_question_puts_marketing_on_the_clock_until_it_answers(agreed: World) -> None:
    lead = asked(agreed)
    clock = clock_of(lead, Clock.Promise.ANSWER)
    assert (clock.offer, clock.clause, clock.due_at) == (None, "sla.marketing[1]", MONDAY + 4 * HOUR + 5 * MINUTE)
    told = Notification.objects.get(kind="lead.question")
    assert told.user == agreed.cast.mara
    assert told.text == f"{owner(lead).name} asks about {lead.person}: Which site?, due Mon 02 Mar 14:05"
    assert marketing.follow(MONDAY + HOUR) == 0
    answer(agreed, lead, MONDAY + HOUR)
    clock.refresh_from_db()
    assert (clock.outcome, clock.response) == ("kept", 55 * MINUTE)
    back = Notification.objects.get(kind="lead.answered")
    assert (back.user, back.text) == (owner(lead), f"Mara answers about {lead.person}: The one in Graz")


def test_a_question_that_marketing_lets_lie_is_a_breach_of_marketings(agreed: World) -> None:
    lead = asked(agreed)
    sweep(MONDAY + 5 * HOUR)
    assert clock_of(lead, Clock.Promise.ANSWER).breached_at == MONDAY + 4 * HOUR + 5 * MINUTE
    told = Notification.objects.get(kind="lead.escalation")
    assert told.user == agreed.cast.mara
    assert told.text.startswith(f"Answer what sales asks about {lead.person}: ")


def test_without_an_agreed_time_a_question_stops_the_clocks_all_the_same(world: World) -> None:
    lead = asked(world)
    assert not Clock.objects.filter(offer=None).exists()
    assert clock_of(lead, Clock.Promise.DECIDE).paused_at == MONDAY + 5 * MINUTE


def test_a_lead_that_is_rejected_on_hold_keeps_its_time_on_hold(agreed: World) -> None:
    """Lesson 3: paused, then closed."""
    lead = asked(agreed)
    decisions.reject(lead.pk, reason="wrong_size", by=owner(lead), at=MONDAY + 2 * HOUR)
    decide = clock_of(lead, Clock.Promise.DECIDE)
    assert (decide.outcome, decide.response, decide.on_hold) == ("kept", 5 * MINUTE, 115 * MINUTE)
    assert decide.absolute == 5 * MINUTE
    assert Question.objects.get().closed_at == MONDAY + 2 * HOUR
    marketing.follow(MONDAY + 2 * HOUR)
    assert clock_of(lead, Clock.Promise.ANSWER).outcome == "void"
    assert not Clock.objects.filter(lead=lead, stopped_at=None).exists()


def test_accepting_without_the_answer_lets_the_other_clocks_run_on(agreed: World) -> None:
    lead = asked(agreed)
    decisions.accept(lead.pk, by=owner(lead), at=MONDAY + 2 * HOUR)
    first = clock_of(lead, Clock.Promise.FIRST_ATTEMPT)
    assert (first.paused_at, first.due_at) == (None, MONDAY + 2 * HOUR + 10 * MINUTE)


def test_a_rejection_on_hold_that_is_taken_back_runs_on(agreed: World) -> None:
    lead = asked(agreed)
    decisions.reject(lead.pk, reason="not_now", by=owner(lead), at=MONDAY + HOUR)
    take_back(lead.pk, by=owner(lead), at=MONDAY + HOUR + MINUTE)
    first = clock_of(lead, Clock.Promise.FIRST_ATTEMPT)
    assert (first.stopped_at, first.paused_at, first.due_at) == (None, None, MONDAY + HOUR + 10 * MINUTE)
    sweep(MONDAY + HOUR + 10 * MINUTE)
    first.refresh_from_db()
    assert first.breached_at == MONDAY + HOUR + 10 * MINUTE


def test_a_clock_may_be_put_on_hold_more_than_once_and_writes_down_why(agreed: World) -> None:
    lead = asked(agreed)
    answer(agreed, lead, MONDAY + 35 * MINUTE)
    questions.ask(lead.pk, "And whom to ask for?", by=owner(lead), at=MONDAY + 40 * MINUTE)
    answer(agreed, lead, MONDAY + 50 * MINUTE)
    first = clock_of(lead, Clock.Promise.FIRST_ATTEMPT)
    assert (first.on_hold, first.due_at) == (40 * MINUTE, MONDAY + 55 * MINUTE)
    kinds = ClockEvent.Kind.PAUSED, ClockEvent.Kind.RESUMED
    why = list(first.events.filter(kind__in=kinds).order_by("at").values_list("note", flat=True))
    name = owner(lead).name
    assert why == [
        f"{name} asked marketing: Which site?",
        "Mara answered",
        f"{name} asked marketing: And whom to ask for?",
        "Mara answered",
    ]


def test_asking_or_answering_twice_changes_nothing(agreed: World) -> None:
    lead = asked(agreed)
    asked_again = questions.ask(lead.pk, " Which site? ", by=owner(lead), at=MONDAY + 6 * MINUTE)
    assert asked_again.asked_at == MONDAY + 5 * MINUTE
    answer(agreed, lead, MONDAY + HOUR)
    answer(agreed, lead, MONDAY + 2 * HOUR)
    assert Question.objects.get().closed_at == MONDAY + HOUR
    assert clock_of(lead, Clock.Promise.FIRST_ATTEMPT).on_hold == 55 * MINUTE


def test_a_question_to_mail_is_withdrawn_once_it_is_answered(agreed: World, postbox: object) -> None:
    lead = asked(agreed)
    Notification.objects.exclude(kind="lead.question").delete()
    decisions.reject(lead.pk, reason="wrong_size", by=owner(lead), at=MONDAY + 6 * MINUTE)
    assert mail_due(MONDAY + 7 * MINUTE) == 0


@pytest.mark.parametrize(
    ("who", "code"), [("mara", "access.not_yours"), ("xenia", "access.not_yours"), ("alma", "access.not_yours")]
)
def test_only_who_decides_on_a_lead_may_ask(agreed: World, who: str, code: str) -> None:
    lead = agreed.demo_request()
    with pytest.raises(AccordError) as refused:
        questions.ask(lead.pk, "Which site?", by=getattr(agreed.cast, who), at=MONDAY)
    assert refused.value.code == code


def test_only_marketing_answers_and_only_what_is_asked(agreed: World) -> None:
    lead = asked(agreed)
    for who, text, code in (
        (owner(lead), "Graz", "access.denied"),
        (agreed.cast.mara, "  ", "handoff.no_words"),
    ):
        with pytest.raises(AccordError) as refused:
            questions.answer(lead.pk, text, by=who, at=MONDAY + HOUR)
        assert refused.value.code == code
    answer(agreed, lead, MONDAY + HOUR)
    with pytest.raises(AccordError) as refused:
        questions.answer(lead.pk, "Or Linz", by=agreed.cast.mara, at=MONDAY + HOUR)
    assert refused.value.code == "handoff.nothing_asked"


def test_one_question_at_a_time_and_only_about_what_awaits_a_decision(agreed: World) -> None:
    lead = asked(agreed)
    for text, code in (("Which house?", "handoff.question_open"),):
        with pytest.raises(AccordError) as refused:
            questions.ask(lead.pk, text, by=owner(lead), at=MONDAY + HOUR)
        assert refused.value.code == code
    decisions.accept(lead.pk, by=owner(lead), at=MONDAY + HOUR)
    with pytest.raises(AccordError) as refused:
        questions.ask(lead.pk, "Which site?", by=owner(lead), at=MONDAY + HOUR)
    assert refused.value.code == "handoff.already_decided"


class TestGettingInTouch:
    def touch(self, lead: Lead, by: User, at: datetime = MONDAY + HOUR) -> None:
        questions.get_in_touch(
            lead.pk,
            channel=Attempt.Channel.CALL,
            outcome=Attempt.Outcome.NO_ANSWER,
            action_id=uuid.UUID(int=7),
            by=by,
            at=at,
        )

    def recycled(self, world: World, reason: str) -> Lead:
        world.agree((DELIVER, DELIVER + "    - {answer_recycled: 3 working hours}\n"), at=MONDAY - DAY)
        lead = world.offered()
        decisions.reject(lead.pk, reason=reason, by=owner(lead), at=MONDAY)
        marketing.follow(MONDAY)
        return lead

    def test_marketing_keeps_its_word_by_trying_once(self, world: World) -> None:
        lead = self.recycled(world, "not_now")
        self.touch(lead, world.cast.mara)
        self.touch(lead, world.cast.mara, MONDAY + 2 * HOUR)
        assert Attempt.objects.count() == 1
        clock = clock_of(lead, Clock.Promise.ANSWER_RECYCLED)
        assert (clock.outcome, clock.response) == ("kept", HOUR)

    def test_the_agency_does_so_for_those_that_are_lent_to_it_and_for_no_others(self, world: World) -> None:
        lent = self.recycled(world, "no_contact")
        self.touch(lent, world.cast.alma)
        assert clock_of(lent, Clock.Promise.ANSWER_RECYCLED).outcome == "kept"
        other = world.offered()
        decisions.reject(other.pk, reason="not_now", by=owner(other), at=MONDAY)
        with pytest.raises(AccordError) as refused:
            self.touch(other, world.cast.alma)
        assert refused.value.code == "lead.unknown"

    def test_a_lead_with_sales_is_not_marketings_to_call(self, world: World) -> None:
        lead = world.offered()
        with pytest.raises(AccordError) as refused:
            self.touch(lead, world.cast.mara)
        assert refused.value.code == "lead.not_recycled"
