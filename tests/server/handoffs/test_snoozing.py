"""A promise to call back: the lead steps down until then, its clocks run on, and it returns to the top on time."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.server.conftest import MONDAY, Cast, World
from tests.server.handoffs.conftest import Present, SignIn

from accord.errors import AccordError
from accord.server.accounts.access import AccessError
from accord.server.accounts.models import User
from accord.server.handoffs import decisions
from accord.server.handoffs.decisions import HandoffError
from accord.server.handoffs.models import Attempt, Clock, Snooze
from accord.server.handoffs.notices import still_theirs
from accord.server.handoffs.queries import Scope, Show, queue_counts, queue_page, reach_of
from accord.server.handoffs.snoozing import next_deadline, snooze, tell_due, wake_up
from accord.server.notifications.models import Notification
from accord.server.pipeline.models import Lead

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
LATER = MONDAY + HOUR
ASKED: dict[str, Any] = {"asked": True}
NOT_ASKED: dict[str, Any] = {"asked": False}


def order(user: User, at: datetime, show: Show = Show.ALL) -> list[int]:
    reach = reach_of(user)
    return [row.lead_id for row in queue_page(reach, reach.scopes[0], show, "", at).object_list]


def tried(lead: Lead, outcome: str, at: datetime) -> Attempt:
    lead.refresh_from_db()
    assert lead.owner is not None
    found, by = Attempt.Outcome(outcome), lead.owner
    return decisions.log_attempt(lead.pk, channel=Attempt.Channel.CALL, outcome=found, action_id=uuid4(), by=by, at=at)


@pytest.fixture
def mine(world: World) -> list[Lead]:
    """Three leads of Priya's, the most urgent first."""
    leads = [world.offered(MONDAY + place * MINUTE) for place in range(3)]
    Lead.objects.update(owner=world.cast.priya)
    return leads


def test_a_lead_steps_down_until_then_and_is_on_top_on_time(mine: list[Lead], cast: Cast) -> None:
    first, second, third = (lead.pk for lead in mine)
    before = list(Clock.objects.order_by("pk").values_list("due_at", "paused_at", "stopped_at"))
    snooze(first, until=LATER + 2 * HOUR, why="They are in a meeting", by=cast.priya, at=LATER, **NOT_ASKED)
    assert order(cast.priya, LATER + HOUR) == [second, third, first]
    assert order(cast.priya, LATER + HOUR, Show.ASLEEP) == [first]
    assert order(cast.priya, LATER + 2 * HOUR) == [first, second, third]
    assert order(cast.priya, LATER + 2 * HOUR, Show.ASLEEP) == []
    assert list(Clock.objects.order_by("pk").values_list("due_at", "paused_at", "stopped_at")) == before
    assert order(cast.sven, LATER + HOUR) == [second, third, first]


def test_the_row_says_what_was_promised_and_what_is_to_be_done_when_the_time_has_come(
    mine: list[Lead], cast: Cast
) -> None:
    key = mine[0].pk
    snooze(key, until=LATER + 2 * HOUR, why="They are in a meeting", by=cast.priya, at=LATER, **NOT_ASKED)
    reach = reach_of(cast.priya)
    asleep = queue_page(reach, Scope.MINE, Show.ASLEEP, "", LATER).object_list[0]
    assert (asleep.asleep_until, asleep.call_back) == (LATER + 2 * HOUR, "They are in a meeting")
    awake = queue_page(reach, Scope.MINE, Show.ALL, "", LATER + 2 * HOUR).object_list[0]
    assert (awake.asleep_until, awake.lead_id) == (None, key)
    assert awake.task.text.startswith(f"Call {mine[0].person} back now: it was due at")
    assert queue_counts(reach, Scope.MINE, "", LATER).shows[Show.ASLEEP] == 1


def test_no_promise_is_slept_through(mine: list[Lead], cast: Cast) -> None:
    clock = next_deadline(mine[0])
    assert clock is not None
    over = clock.due_at + timedelta(seconds=1)
    with pytest.raises(HandoffError, match="that would break a promise: first attempt, due") as refused:
        snooze(mine[0].pk, until=over, why="Later", by=cast.priya, at=LATER, **NOT_ASKED)
    assert refused.value.code == "handoff.bad_time"
    snooze(mine[0].pk, until=clock.due_at, why="At the last minute", by=cast.priya, at=LATER, **NOT_ASKED)
    assert Snooze.objects.get().until == clock.due_at


def test_what_the_lead_itself_asked_for_goes_beyond_and_the_call_proves_it(mine: list[Lead], cast: Cast) -> None:
    key, far = mine[0].pk, MONDAY + timedelta(days=20)
    with pytest.raises(HandoffError) as refused:
        snooze(key, until=far, why="After the fair", by=cast.priya, at=LATER, **ASKED)
    assert refused.value.code == "handoff.not_asked"
    tried(mine[0], "no_answer", LATER)
    with pytest.raises(HandoffError):
        snooze(key, until=far, why="After the fair", by=cast.priya, at=LATER, **ASKED)
    call = tried(mine[0], "reached", LATER + HOUR)
    assert snooze(key, until=far, why="After the fair", by=cast.priya, at=LATER + HOUR, **ASKED).attempt == call


def test_a_lead_whose_promise_runs_out_is_awake_whatever_was_promised_to_it(mine: list[Lead], cast: Cast) -> None:
    tried(mine[2], "reached", LATER)
    snooze(mine[2].pk, until=MONDAY + timedelta(days=20), why="Fair", by=cast.priya, at=LATER, **ASKED)
    clock = next_deadline(mine[2])
    assert clock is not None
    assert order(cast.priya, clock.due_at - HOUR)[-1] == mine[2].pk
    assert mine[2].pk in order(cast.priya, clock.due_at, Show.LATE)
    assert order(cast.priya, clock.due_at, Show.ASLEEP) == []


def test_the_owner_is_told_once_when_the_time_has_come_and_only_while_it_matters(mine: list[Lead], cast: Cast) -> None:
    Notification.objects.all().delete()
    snooze(mine[0].pk, until=LATER + HOUR, why="In a meeting", by=cast.priya, at=LATER, **NOT_ASKED)
    assert tell_due(LATER + HOUR - timedelta(seconds=1)) == 0
    assert (tell_due(LATER + HOUR), tell_due(LATER + HOUR)) == (1, 0)
    notice = Notification.objects.get(kind="lead.call_back")
    assert (notice.user, notice.text) == (cast.priya, f"Call {mine[0].person} back: In a meeting")
    assert still_theirs(notice)
    tried(mine[0], "no_answer", LATER + HOUR)
    assert not still_theirs(notice)


def test_a_lead_that_has_left_is_not_called_back(mine: list[Lead], cast: Cast) -> None:
    snooze(mine[0].pk, until=LATER + HOUR, why="In a meeting", by=cast.priya, at=LATER, **NOT_ASKED)
    decisions.reject(mine[0].pk, reason="not_now", by=cast.priya, at=LATER)
    Notification.objects.all().delete()
    tell_due(LATER + HOUR)
    assert not Notification.objects.exists()
    assert Snooze.objects.get().ended_at == LATER + HOUR


def test_an_attempt_keeps_the_promise_and_waking_takes_it_back(mine: list[Lead], cast: Cast) -> None:
    for lead in mine[:2]:
        snooze(lead.pk, until=LATER + HOUR, why="Soon", by=cast.priya, at=LATER, **NOT_ASKED)
    tried(mine[0], "no_answer", LATER + 5 * MINUTE)
    wake_up(mine[1].pk, by=cast.priya, at=LATER + 6 * MINUTE)
    wake_up(mine[1].pk, by=cast.priya, at=LATER + 7 * MINUTE)
    ended = list(Snooze.objects.order_by("lead_id").values_list("ended_at", flat=True))
    assert ended == [LATER + 5 * MINUTE, LATER + 6 * MINUTE]


def test_a_later_promise_takes_the_place_of_the_earlier_and_the_same_again_changes_nothing(
    mine: list[Lead], cast: Cast
) -> None:
    key = mine[0].pk
    first = snooze(key, until=LATER + HOUR, why="Soon", by=cast.priya, at=LATER, **NOT_ASKED)
    assert snooze(key, until=LATER + HOUR, why=" Soon ", by=cast.priya, at=LATER, **NOT_ASKED) == first
    snooze(key, until=LATER + 2 * HOUR, why="A bit later", by=cast.priya, at=LATER, **NOT_ASKED)
    assert list(Snooze.objects.order_by("pk").values_list("ended_at", flat=True)) == [LATER, None]


@pytest.mark.parametrize(
    ("until", "why"), [(LATER, "Now"), (LATER - HOUR, "Then"), (LATER + timedelta(days=181), "x"), (LATER + HOUR, "  ")]
)
def test_what_is_no_promise_is_refused(mine: list[Lead], cast: Cast, until: datetime, why: str) -> None:
    tried(mine[0], "reached", LATER)
    with pytest.raises(HandoffError):
        snooze(mine[0].pk, until=until, why=why, by=cast.priya, at=LATER, **ASKED)
    assert not Snooze.objects.exists()


def test_nobody_puts_the_leads_of_others_to_sleep(mine: list[Lead], cast: Cast) -> None:
    with pytest.raises(AccessError):
        snooze(mine[0].pk, until=LATER + HOUR, why="x", by=cast.enno, at=LATER, **NOT_ASKED)


def test_the_database_refuses_two_at_once_one_without_words_and_one_that_lies_behind(
    mine: list[Lead], cast: Cast
) -> None:
    row: dict[str, Any] = {"by": cast.priya, "set_at": LATER}
    Snooze.objects.create(**row, lead=mine[0], until=LATER + HOUR, why="x")
    for lead, until, why in ((mine[0], LATER + HOUR, "y"), (mine[1], LATER, "z"), (mine[1], LATER + HOUR, "")):
        with pytest.raises(IntegrityError), transaction.atomic():
            Snooze.objects.create(**row, lead=lead, until=until, why=why)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(-60, 60 * 30), st.booleans(), st.integers(1, 300)), max_size=8)
)
def test_whatever_is_promised_no_clock_stands_still_and_nobody_late_is_hidden(
    mine: list[Lead], cast: Cast, steps: list[tuple[int, int, bool, int]]
) -> None:
    with transaction.atomic():
        now = LATER
        for place, ahead, asked, passes in steps:
            if asked and ahead % 3 == 0:
                tried(mine[place], "reached", now)
            due_before, clocks = next_deadline(mine[place]), dict(Clock.objects.values_list("pk", "due_at"))
            try:
                until = now + ahead * MINUTE
                made = snooze(mine[place].pk, until=until, why="x", asked=asked, by=cast.priya, at=now)
            except AccordError:
                pass
            else:
                assert made.attempt is not None or due_before is None or made.until <= due_before.due_at
            assert dict(Clock.objects.values_list("pk", "due_at")) == clocks
            assert not Clock.objects.filter(paused_at__isnull=False).exists()
            now += passes * MINUTE
            shown, asleep = order(cast.priya, now), order(cast.priya, now, Show.ASLEEP)
            assert not set(order(cast.priya, now, Show.LATE)) & set(asleep)
            assert shown[len(shown) - len(asleep) :] == asleep
            ripe = Snooze.objects.filter(ended_at=None, until__lte=now).values_list("lead", flat=True)
            assert not set(ripe) & set(asleep)
        transaction.set_rollback(True)


def test_the_dialog_says_the_limit_and_an_error_keeps_what_was_typed(
    mine: list[Lead], cast: Cast, sign_in: SignIn, present: Present
) -> None:
    client, path = sign_in(cast.priya), f"/leads/{mine[0].pk}/snooze/"
    shown = client.get(path, headers={"HX-Request": "true"}).content.decode()
    assert "Your clocks run on." in shown
    assert "They asked for it themselves" not in shown
    sent = {"until": "2026-05-01T10:00", "why": "Spring", "from": "queue"}
    refused = client.post(path, sent, headers={"HX-Request": "true"})
    assert refused.status_code == 422
    assert "That would break a promise" in refused.content.decode()
    assert 'value="Spring"' in refused.content.decode()
    done = client.post(path, {**sent, "until": "2026-03-02T11:30"}, headers={"HX-Request": "true"})
    assert "Asleep until Mon 2 Mar, 11:30" in done.headers["HX-Trigger"]
    assert Snooze.objects.get().until == datetime.fromisoformat("2026-03-02T11:30+01:00")
    assert "Asleep until Mon 2 Mar, 11:30: Spring" in client.get("/queue/").content.decode()
    client.post(f"/leads/{mine[0].pk}/wake/", {"from": "queue"})
    assert Snooze.objects.get().ended_at == present.at


def test_many_are_put_to_sleep_and_those_whose_promise_it_would_break_stay_awake(
    mine: list[Lead], cast: Cast, sign_in: SignIn, present: Present
) -> None:
    Clock.objects.filter(lead=mine[0], promise="first_attempt").update(due_at=MONDAY + 30 * MINUTE)
    sent = {"lead": [lead.pk for lead in mine], "until": "2026-03-02T11:00", "why": "Stand-up"}
    answer = sign_in(cast.priya).post("/queue/bulk/snooze/", sent, headers={"HX-Request": "true"})
    assert "2 leads asleep until then, 1 not: Person 1 (that would break a promise" in answer.headers["HX-Trigger"]
