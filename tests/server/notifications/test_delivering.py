"""Mails leave the house, to a real SMTP server: each once, and none is lost."""

import threading
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, connections, transaction
from django.utils.module_loading import import_string
from procrastinate.contrib.django import app
from tests.server.conftest import MONDAY, Cast
from tests.server.notifications.conftest import tell
from tests.server.postbox import Postbox

from accord.server import settings as of_the_product
from accord.server.accounts.models import User
from accord.server.handoffs.notices import Kind
from accord.server.notifications import delivering, outbox
from accord.server.notifications.delivering import LEASE, UNWANTED, mail_due
from accord.server.notifications.models import Delivery, Notification
from accord.server.notifications.planning import plan

LATER = MONDAY + timedelta(minutes=1)


def test_a_mail_says_its_sentence_what_there_is_besides_and_where_to_look(cast: Cast, postbox: Postbox) -> None:
    tell(cast.mara, body="It rains.\n\nBring a bucket.")
    assert mail_due(LATER) == 1
    [message] = postbox.mails
    assert (message["To"], message["Subject"]) == ("mara@test.works", "The roof leaks")
    said = str(message.get_payload()).replace("\r\n", "\n")
    assert said.strip() == f"The roof leaks\n\nIt rains.\n\nBring a bucket.\n\n{settings.SITE_URL}/queue/"


def test_everybody_it_is_for_gets_a_mail_of_their_own(cast: Cast, postbox: Postbox) -> None:
    tell(cast.mara, cast.priya)
    assert mail_due(LATER) == 2
    assert [message["To"] for message in postbox.mails] == ["mara@test.works", "priya@test.works"]


def test_nothing_is_mailed_twice(cast: Cast, postbox: Postbox) -> None:
    tell(cast.mara)
    mail_due(LATER)
    assert mail_due(LATER + timedelta(hours=1)) == 0
    assert len(postbox.mails) == 1


def test_nobody_is_told_the_same_of_the_same_row_twice(cast: Cast, postbox: Postbox) -> None:
    tell(cast.mara)
    mail_due(LATER)
    tell(cast.mara, cast.priya)
    tell(cast.mara, about="row:2")
    assert mail_due(LATER) == 2
    assert Notification.objects.filter(user=cast.mara).count() == 2
    with pytest.raises(IntegrityError, match="nobody_is_told_the_same_twice"), transaction.atomic():
        Notification.objects.filter(user=cast.mara).update(about="row:1")


def test_what_does_not_concern_somebody_any_more_is_withdrawn(cast: Cast, postbox: Postbox) -> None:
    tell(cast.mara, about="row:over")
    assert mail_due(LATER) == 0
    assert postbox.mails == []
    row = Delivery.objects.get()
    assert (row.next_try_at, row.outcome, row.last_error) == (None, "withdrawn", UNWANTED)


def test_who_was_deactivated_meanwhile_gets_nothing(cast: Cast, postbox: Postbox) -> None:
    tell(cast.mara, cast.priya)
    User.objects.filter(pk=cast.mara.pk).update(is_active=False)
    assert mail_due(LATER) == 1
    assert [message["To"] for message in postbox.mails] == ["priya@test.works"]


def test_a_refused_mail_is_tried_again_later_and_nothing_is_lost(cast: Cast, postbox: Postbox) -> None:
    tell(cast.mara)
    postbox.closed = True
    assert mail_due(LATER) == 0
    row = Delivery.objects.get()
    assert (row.tries, row.next_try_at) == (1, LATER + timedelta(minutes=2))
    postbox.closed = False
    assert mail_due(LATER + timedelta(minutes=1)) == 0
    assert mail_due(LATER + timedelta(minutes=2)) == 1


def test_a_mail_that_is_refused_again_and_again_is_given_up(cast: Cast, postbox: Postbox) -> None:
    tell(cast.mara)
    postbox.closed = True
    at = LATER
    for failures in range(1, delivering.GIVE_UP_AFTER):
        mail_due(at)
        at += timedelta(minutes=2**failures)
        assert Delivery.objects.get().next_try_at == at
    mail_due(at)
    row = Delivery.objects.get()
    assert (row.tries, row.next_try_at, row.outcome) == (8, None, "given_up")
    assert "451" in row.last_error


def test_while_the_mail_server_is_down_mails_wait_for_it(cast: Cast, postbox: Postbox) -> None:
    """No connection at all, which is another error than a refusal."""
    tell(cast.mara)
    postbox.stop()
    assert mail_due(LATER) == 0
    assert "refused" in Delivery.objects.get().last_error
    postbox.start()
    assert mail_due(LATER + timedelta(minutes=2)) == 1


def test_a_mail_that_cannot_be_written_does_not_hold_up_the_others(cast: Cast, postbox: Postbox) -> None:
    tell(cast.mara, cast.priya)
    User.objects.filter(pk=cast.mara.pk).update(email="a\nb@test.works")
    assert mail_due(LATER) == 1
    assert Delivery.objects.get(notification__user=cast.mara).next_try_at == LATER + timedelta(minutes=2)


def test_a_room_that_cannot_answer_does_not_hold_up_the_mails_of_the_others(cast: Cast, postbox: Postbox) -> None:
    tell(cast.mara, about="row:broken")
    tell(cast.priya)
    assert mail_due(LATER) == 1
    row = Delivery.objects.get(notification__user=cast.mara)
    assert (row.outcome, row.last_error) == ("", "the row cannot be read")


def test_a_mail_that_is_sent_again_after_a_crash_carries_the_same_id(cast: Cast, postbox: Postbox) -> None:
    """The worker died after the mail had left and before it was written down; the reader's program sees one mail."""
    tell(cast.mara)
    mail_due(LATER)
    Delivery.objects.update(outcome="", ended_at=None, next_try_at=LATER + LEASE)
    mail_due(LATER + LEASE)
    first, again = (message["Message-ID"] for message in postbox.mails)
    assert first == again


def test_a_run_ends_before_another_worker_may_take_what_it_has_in_hand(
    cast: Cast, postbox: Postbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(cast.mara, cast.priya)
    ticks = iter(range(0, 10_000, 100))
    monkeypatch.setattr(delivering, "monotonic", lambda: float(next(ticks)))
    assert mail_due(LATER) == 1
    assert mail_due(LATER) == 1
    assert len(postbox.mails) == 2


def test_what_is_rolled_back_is_told_to_nobody(cast: Cast, postbox: Postbox) -> None:
    with transaction.atomic():
        tell(cast.mara)
        transaction.set_rollback(True)
    assert mail_due(LATER) == 0
    assert postbox.mails == []


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_each_mail_once(cast: Cast, postbox: Postbox) -> None:
    for number in range(20):
        tell(cast.mara, about=f"row:{number}")
    plan(LATER)
    postbox.seconds = 0.01
    together = threading.Barrier(2)
    counts: list[int] = []

    def work() -> None:
        together.wait()
        try:
            counts.append(mail_due(LATER))
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(counts) == 20
    assert min(counts) > 0, "one of them was idle: this test shows nothing"
    assert len({message["Message-ID"] for message in postbox.mails}) == len(postbox.mails) == 20


@pytest.mark.django_db(transaction=True)
def test_a_mail_that_another_worker_is_just_taking_holds_up_nobody(cast: Cast, postbox: Postbox) -> None:
    tell(cast.mara, cast.priya)
    plan(LATER)

    def work() -> None:
        mail_due(LATER)
        connections.close_all()

    second = threading.Thread(target=work)
    with transaction.atomic():
        Delivery.objects.select_for_update().get(notification__user=cast.mara)
        second.start()
        second.join(20)
        assert [mail["To"] for mail in postbox.mails] == ["priya@test.works"]
    second.join()


@pytest.mark.django_db(transaction=True)
def test_a_mail_is_not_begun_before_the_commit_of_what_it_tells(cast: Cast, postbox: Postbox) -> None:
    """Lesson 8: another worker looks while the transaction is open, and finds nothing."""
    found: list[int] = []

    def look() -> None:
        found.append(mail_due(LATER))
        connections.close_all()

    def looks() -> None:
        worker = threading.Thread(target=look)
        worker.start()
        worker.join()

    with transaction.atomic():
        tell(cast.mara)
        looks()
    looks()
    assert found == [0, 1]


def test_a_job_that_an_older_version_has_enqueued_is_still_known() -> None:
    app.perform_import_paths()
    assert app.tasks["handoffs.mail_notifications"] == app.tasks[outbox.TASK]


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_a_room_that_knows_whether_it_still_holds(kind: str) -> None:
    assert callable(import_string(of_the_product.NOTIFICATIONS_WANTED[kind.partition(".")[0]]))
