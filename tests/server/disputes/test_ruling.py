"""Who rules, and what follows from a ruling."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from tests.server.conftest import MONDAY, Cast, World
from tests.server.disputes.conftest import NOON, Contest

from accord.server.accounts.access import AccessError
from accord.server.accounts.models import AuditEntry, Role, User
from accord.server.agreements.drafting import text_of
from accord.server.disputes.models import Adjustment, Dispute, Ruling
from accord.server.disputes.opening import DisputeError, say
from accord.server.disputes.ruling import begin_draft, rule, withdraw
from accord.server.handoffs.decisions import log_attempt
from accord.server.handoffs.models import Attempt, Clock
from accord.server.handoffs.taking_back import take_back
from accord.server.notifications.models import Notification
from accord.server.pipeline.models import Lead

pytestmark = pytest.mark.django_db

WEDNESDAY = MONDAY + timedelta(days=2)


def settle(dispute: Dispute, outcome: str, cast: Cast, at: datetime = WEDNESDAY) -> Ruling:
    return rule(dispute.pk, Ruling.Outcome(outcome), "Look at the evidence", by=cast.olga, at=at)


def adjusted() -> list[tuple[int, str, datetime]]:
    return list(Adjustment.objects.values_list("lead", "what", "counted_at"))


def test_a_lead_that_was_no_mql_is_set_aside_in_the_month_in_which_it_was_delivered(
    rejected: Lead, disputed: Contest, cast: Cast
) -> None:
    made = disputed(rejected, at=MONDAY + timedelta(days=40))
    settle(made, "sales", cast, MONDAY + timedelta(days=41))
    made.refresh_from_db()
    assert made.state == "ruled"
    assert adjusted() == [(rejected.pk, "no_mql", MONDAY)]
    entry = AuditEntry.objects.get(action="dispute.ruled")
    assert (entry.actor, entry.details) == (cast.olga, {"outcome": "sales", "reason": "Look at the evidence"})
    told = Notification.objects.filter(kind="dispute.ruled").values_list("user__name", flat=True)
    assert sorted(told) == ["Mara", "Sven"]


def test_a_rejection_that_was_wrong_is_set_aside(rejected: Lead, disputed: Contest, cast: Cast) -> None:
    settle(disputed(rejected, "wrong_rejection"), "marketing", cast)
    assert adjusted() == [(rejected.pk, "no_rejection", MONDAY)]


def test_a_rejection_that_was_taken_back_is_none_to_set_aside(rejected: Lead, disputed: Contest, cast: Cast) -> None:
    made = disputed(rejected, "wrong_rejection", at=NOON)
    owner = made.offer.decided_by
    assert owner is not None
    take_back(rejected.pk, by=owner, at=NOON + timedelta(minutes=5))
    settle(made, "marketing", cast)
    assert adjusted() == []


def test_a_kept_promise_that_was_no_attempt_is_broken_by_the_ruling(
    world: World, disputed: Contest, cast: Cast
) -> None:
    lead = world.offered()
    assert lead.owner is not None
    log_attempt(
        lead.pk, channel=Attempt.Channel.CALL, outcome=Attempt.Outcome.NO_ANSWER, action_id=uuid4(), by=lead.owner,
        at=MONDAY + timedelta(minutes=9),
    )  # fmt: skip
    made = disputed(lead, "nobody_called", at=NOON)
    settle(made, "marketing", cast)
    assert adjusted() == [(lead.pk, "broken", MONDAY + timedelta(minutes=9))]


def test_a_promise_that_counts_as_broken_already_is_not_counted_twice(
    world: World, disputed: Contest, cast: Cast
) -> None:
    lead = world.offered()
    clock = Clock.objects.get(offer__lead=lead, promise="first_attempt")
    made = disputed(lead, "nobody_called", at=clock.due_at)
    Clock.objects.filter(pk=clock.pk).update(breached_at=clock.due_at)
    settle(made, "marketing", cast)
    assert adjusted() == []


@pytest.mark.parametrize("outcome", ["marketing", "definition", "meeting"])
def test_nothing_is_set_aside_unless_whoever_contests_is_right(
    rejected: Lead, disputed: Contest, cast: Cast, outcome: str
) -> None:
    settle(disputed(rejected), outcome, cast)
    assert adjusted() == []


def test_the_meeting_comes_between_and_is_no_end(rejected: Lead, disputed: Contest, cast: Cast) -> None:
    made = disputed(rejected)
    settle(made, "meeting", cast)
    made.refresh_from_db()
    assert made.state == "meeting"
    with pytest.raises(DisputeError, match="next meeting already"):
        settle(made, "meeting", cast)
    say(made.pk, "Still so", action_id=uuid4(), by=cast.mara, at=WEDNESDAY)
    settle(made, "sales", cast)
    assert list(made.rulings.values_list("outcome", flat=True)) == ["meeting", "sales"]
    for again in (lambda: settle(made, "marketing", cast), lambda: withdraw(made.pk, "x", by=cast.sven, at=WEDNESDAY)):
        with pytest.raises(DisputeError, match="settled"):
            again()
    with pytest.raises(DisputeError, match="settled"):
        say(made.pk, "But", action_id=uuid4(), by=cast.mara, at=WEDNESDAY)


def test_nobody_rules_who_decided_or_contests(rejected: Lead, disputed: Contest, cast: Cast) -> None:
    made = disputed(rejected, by=cast.olga)
    for user in (cast.olga, cast.sven, cast.mara, cast.xenia, cast.alma):
        with pytest.raises(AccessError):
            rule(made.pk, Ruling.Outcome.SALES, "Mine", by=user, at=WEDNESDAY)
    colleague = User.objects.create_user("otto@test.works", "Otto", Role.OPERATIONS)
    assert rule(made.pk, Ruling.Outcome.SALES, "Indeed", by=colleague, at=WEDNESDAY)


def test_whoever_owned_the_lead_does_not_rule(rejected: Lead, disputed: Contest, cast: Cast) -> None:
    made = disputed(rejected)
    made.offer.owner = cast.olga
    made.offer.save()
    with pytest.raises(AccessError):
        settle(made, "sales", cast)


def test_only_whoever_contests_withdraws(rejected: Lead, disputed: Contest, cast: Cast) -> None:
    made = disputed(rejected)
    with pytest.raises(DisputeError, match="only Sven"):
        withdraw(made.pk, "Enough", by=cast.tom, at=WEDNESDAY)
    with pytest.raises(DisputeError, match="only Sven"):
        settle(made, "withdrawn", cast)
    withdraw(made.pk, "My mistake", by=cast.sven, at=WEDNESDAY)
    assert adjusted() == []


def test_the_same_is_set_aside_once_however_often_it_is_ruled(rejected: Lead, disputed: Contest, cast: Cast) -> None:
    for _ in range(2):
        settle(disputed(rejected), "sales", cast)
    assert len(adjusted()) == 1


def test_the_database_refuses_to_change_what_was_set_aside(rejected: Lead, disputed: Contest, cast: Cast) -> None:
    settle(disputed(rejected), "sales", cast)
    for change in ("UPDATE disputes_adjustment SET at = now()", "DELETE FROM disputes_adjustment"):
        with (
            pytest.raises(DatabaseError, match="only be added to"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(change)


def test_a_definition_at_fault_begins_one_draft_that_names_the_dispute(
    rejected: Lead, disputed: Contest, cast: Cast
) -> None:
    made = disputed(rejected)
    with pytest.raises(DisputeError, match="not ruled"):
        begin_draft(made.pk, action_id=uuid4(), by=cast.mara, at=WEDNESDAY)
    settle(made, "definition", cast)
    with pytest.raises(AccessError):
        begin_draft(made.pk, action_id=uuid4(), by=cast.xenia, at=WEDNESDAY)
    draft = begin_draft(made.pk, action_id=uuid4(), by=cast.mara, at=WEDNESDAY)
    assert begin_draft(made.pk, action_id=uuid4(), by=cast.tom, at=WEDNESDAY) == draft
    assert draft.based_on is not None
    first, _, rest = text_of(draft).partition("\n")
    assert first == f"# Because of dispute {made.pk} about lead {rejected.pk}: Look at the evidence"
    assert rest == draft.based_on.text
