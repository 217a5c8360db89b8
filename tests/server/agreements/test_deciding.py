"""Signing, declining, withdrawing, and what comes into force when."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.server.conftest import AGREEMENT, MONDAY, Cast

from accord.server.accounts.models import AuditEntry
from accord.server.agreements import jobs
from accord.server.agreements.enforcement import enforce_due
from accord.server.agreements.models import Revision, Signature
from accord.server.agreements.services import RevisionError, decline, in_force, propose, sign, withdraw

TEXT = AGREEMENT.read_text(encoding="utf-8")
BETTER = TEXT.replace("deliver: 20", "deliver: 25")
DAY = timedelta(days=1)


@pytest.fixture
def second(cast: Cast, revision: Revision) -> Revision:
    return propose(BETTER, "b.yaml", reason="more", by=cast.olga, at=MONDAY)


def audited(number: int) -> list[str]:
    return list(AuditEntry.objects.filter(subject=f"revision:{number}").order_by("pk").values_list("action", flat=True))


def test_who_signs_twice_has_signed_once(cast: Cast, second: Revision) -> None:
    for _ in range(2):
        assert sign(2, by=cast.mara, at=MONDAY).status == "proposed"
    assert audited(2) == ["revision.proposed", "revision.signed"]


def test_a_proposal_declined_by_one_side_is_over_and_says_why(cast: Cast, second: Revision) -> None:
    sign(2, by=cast.mara, at=MONDAY)
    for _ in range(2):
        declined = decline(2, why=" too many ", by=cast.priya, at=MONDAY + DAY)
    assert (declined.status, declined.dropped_why, declined.dropped_by) == ("declined", "too many", cast.priya)
    assert declined.dropped_at == MONDAY + DAY
    assert audited(2) == ["revision.proposed", "revision.signed", "revision.declined"]
    with pytest.raises(RevisionError, match="revision 2 is declined"):
        sign(2, by=cast.tom, at=MONDAY + DAY)
    assert in_force().revision.number == 1
    assert [one.role for one in declined.signatures.all()] == ["marketing"]


def test_nobody_loses_their_say_without_signing_that(cast: Cast, revision: Revision) -> None:
    alone = TEXT.replace("sales: {does: [accept, work, close], signs: true}", "sales: {does: [accept, work, close]}")
    assert propose(alone, "b.yaml", reason="alone", by=cast.mara, at=MONDAY).signers == ["marketing", "sales"]
    assert sign(2, by=cast.mara, at=MONDAY).status == "proposed"
    assert in_force().revision.number == 1
    assert sign(2, by=cast.priya, at=MONDAY).status == "in_force"

    # who no longer signs what is in force has no say in what follows
    assert propose(alone + "# 3\n", "b.yaml", reason="later", by=cast.mara, at=MONDAY).signers == ["marketing"]
    assert sign(3, by=cast.mara, at=MONDAY).status == "in_force"


def test_a_proposal_is_declined_for_a_reason_by_a_role_that_signs(cast: Cast, second: Revision) -> None:
    with pytest.raises(RevisionError, match="declined for a reason"):
        decline(2, why="  ", by=cast.priya, at=MONDAY)
    with pytest.raises(RevisionError, match="it takes marketing and sales"):
        decline(2, why="no", by=cast.olga, at=MONDAY)


def test_who_proposed_it_withdraws_it_and_nobody_else(cast: Cast, second: Revision) -> None:
    with pytest.raises(RevisionError, match="Mara did not propose revision 2"):
        withdraw(2, by=cast.mara, at=MONDAY)
    for _ in range(2):
        assert withdraw(2, by=cast.olga, at=MONDAY).status == "withdrawn"
    assert audited(2) == ["revision.proposed", "revision.withdrawn"]
    with pytest.raises(RevisionError, match="revision 1 is in force"):
        withdraw(1, by=cast.olga, at=MONDAY)


def test_what_is_signed_for_a_day_comes_into_force_on_it_and_not_before(cast: Cast, revision: Revision) -> None:
    new_year = MONDAY + 10 * DAY
    propose(BETTER, "b.yaml", reason="more", by=cast.olga, at=MONDAY, planned_from=new_year)
    sign(2, by=cast.mara, at=MONDAY)
    assert sign(2, by=cast.priya, at=MONDAY).status == "signed"
    assert enforce_due(new_year - timedelta(seconds=1)) == 0
    assert in_force().revision.number == 1
    assert [enforce_due(new_year), enforce_due(new_year)] == [1, 0]
    assert (in_force().revision.number, in_force().revision.in_force_from) == (2, new_year)
    revision.refresh_from_db()
    assert (revision.status, revision.retired_at) == ("retired", new_year)


def test_a_worker_that_was_down_on_the_day_makes_up_for_it_and_says_since_when(cast: Cast, revision: Revision) -> None:
    planned = MONDAY + DAY
    propose(BETTER, "b.yaml", reason="more", by=cast.olga, at=MONDAY, planned_from=planned)
    for who in (cast.mara, cast.priya):
        sign(2, by=who, at=MONDAY)
    enforce_due(planned + 2 * DAY)
    second = in_force().revision
    assert (second.planned_from, second.in_force_from) == (planned, planned + 2 * DAY)


def test_what_is_signed_after_its_day_is_in_force_at_once(cast: Cast, revision: Revision) -> None:
    propose(BETTER, "b.yaml", reason="more", by=cast.olga, at=MONDAY, planned_from=MONDAY + DAY)
    sign(2, by=cast.mara, at=MONDAY)
    assert sign(2, by=cast.priya, at=MONDAY + 2 * DAY).status == "in_force"
    assert in_force().revision.in_force_from == MONDAY + 2 * DAY


def test_nothing_is_proposed_for_a_time_that_is_over(cast: Cast, revision: Revision) -> None:
    with pytest.raises(RevisionError, match="before now"):
        propose(BETTER, "b.yaml", reason="more", by=cast.olga, at=MONDAY, planned_from=MONDAY)


def test_what_comes_into_force_supersedes_every_other_proposal(cast: Cast, second: Revision) -> None:
    propose(TEXT + "# 3\n", "c.yaml", reason="later", by=cast.mara, at=MONDAY, planned_from=MONDAY + 9 * DAY)
    for who in (cast.mara, cast.priya):
        sign(3, by=who, at=MONDAY)
    for who in (cast.mara, cast.priya):
        sign(2, by=who, at=MONDAY + DAY)
    third = Revision.objects.get(number=3)
    assert (third.status, third.dropped_why) == ("superseded", "Revision 2 came into force first")
    assert enforce_due(MONDAY + 10 * DAY) == 0
    assert in_force().revision.number == 2
    fourth = propose(TEXT, "d.yaml", reason="back", by=cast.olga, at=MONDAY + DAY)
    assert fourth.based_on == Revision.objects.get(number=2)
    propose(BETTER + "#\n", "e.yaml", reason="other", by=cast.olga, at=MONDAY + DAY)
    for who in (cast.mara, cast.priya):
        sign(4, by=who, at=MONDAY + DAY)
    with pytest.raises(RevisionError, match="revision 5 is superseded"):
        sign(5, by=cast.mara, at=MONDAY + DAY)


def test_the_job_does_what_is_due_and_may_run_twice(cast: Cast, revision: Revision, monkeypatch) -> None:
    propose(BETTER, "b.yaml", reason="more", by=cast.olga, at=MONDAY, planned_from=MONDAY + DAY)
    for who in (cast.mara, cast.priya):
        sign(2, by=who, at=MONDAY)
    monkeypatch.setattr(jobs.timezone, "now", lambda: MONDAY + DAY)
    jobs.enforce_due()
    jobs.enforce_due()
    assert in_force().revision.number == 2
    assert audited(2).count("revision.in_force") == 1


def test_the_last_signature_leaves_a_job_for_the_day(
    cast: Cast, revision: Revision, django_capture_on_commit_callbacks
) -> None:
    planned = MONDAY + 400 * DAY
    propose(BETTER, "b.yaml", reason="more", by=cast.olga, at=MONDAY, planned_from=planned)
    sign(2, by=cast.mara, at=MONDAY)
    with django_capture_on_commit_callbacks(execute=True):
        sign(2, by=cast.priya, at=MONDAY)
    job = ProcrastinateJob.objects.get(task_name="agreements.enforce_due", scheduled_at=planned)
    assert job.status == "todo"


@pytest.mark.parametrize(
    "change",
    [{"file_name": "x"}, {"reason": "x"}, {"planned_from": MONDAY}, {"proposed_at": MONDAY + DAY}, {"based_on": None}],
)
def test_the_database_refuses_to_change_what_was_proposed(second: Revision, change: dict) -> None:
    with pytest.raises(IntegrityError, match="cannot change"), transaction.atomic():
        Revision.objects.filter(number=2).update(**change)


def test_the_database_refuses_to_change_or_delete_a_signature(revision: Revision) -> None:
    for verb in (lambda: Signature.objects.update(role="agency"), lambda: Signature.objects.all().delete()):
        with pytest.raises(IntegrityError, match="can only be added to"), transaction.atomic():
            verb()


def test_the_database_refuses_a_decline_without_a_reason(second: Revision) -> None:
    with pytest.raises(IntegrityError, match="declined_for_a_reason"), transaction.atomic():
        Revision.objects.filter(number=2).update(status="declined", dropped_at=MONDAY)
