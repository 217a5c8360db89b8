"""What the doctor finds in the outbox."""

from datetime import timedelta

from django.utils import timezone
from tests.server.conftest import Cast
from tests.server.notifications.conftest import tell
from tests.server.notifications.test_chats import chat_due
from tests.server.notifications.test_push import Browser, push_due
from tests.server.postbox import Postbox
from tests.server.receiver import Receiver, receiver  # noqa: F401  # a fixture

from accord.server.notifications.delivering import mail_due
from accord.server.notifications.health import chats_take_messages, mails_leave, pushes_leave
from accord.server.notifications.models import Delivery, Notification
from accord.server.notifications.planning import plan
from accord.server.notifications.preferences import set_own_chat

MINUTE = timedelta(minutes=1)


def test_a_mail_that_is_long_due_is_found_and_one_that_has_just_come_is_not(cast: Cast, postbox: Postbox) -> None:
    now = timezone.now()
    tell(cast.mara)
    plan(now)
    Delivery.objects.update(next_try_at=now - MINUTE)
    assert mails_leave().ok
    Delivery.objects.update(next_try_at=now - 11 * MINUTE)
    assert (mails_leave().ok, mails_leave().detail) == (False, "1 waiting")
    mail_due(now)
    assert (mails_leave().ok, mails_leave().detail) == (True, "every mail has left")


def test_what_the_mail_server_refuses_is_found_with_what_it_says(cast: Cast, postbox: Postbox) -> None:
    postbox.closed = True
    tell(cast.mara)
    mail_due(timezone.now())
    finding = mails_leave()
    assert not finding.ok
    assert finding.detail.startswith("1 refused; the last: ")
    assert "try again later" in finding.detail
    assert "ACCORD_SMTP_HOST" in finding.remedy


def test_a_mail_that_was_given_up_is_spoken_of_for_a_week(cast: Cast) -> None:
    now = timezone.now()
    tell(cast.mara, cast.priya)
    plan(now)
    given_up = {"next_try_at": None, "outcome": "given_up", "last_error": "no such mailbox"}
    ways = Delivery.objects.order_by("pk")
    ways.filter(notification__user=cast.mara).update(**given_up, ended_at=now - timedelta(days=6))
    ways.filter(notification__user=cast.priya).update(**given_up, ended_at=now - timedelta(days=8))
    assert mails_leave().detail == "1 given up; the last: no such mailbox"


def test_what_concerned_nobody_any_more_is_nothing_to_mend(cast: Cast, postbox: Postbox) -> None:
    tell(cast.mara, about="row:over")
    mail_due(timezone.now())
    assert mails_leave().ok


def test_a_notice_that_nobody_has_planned_is_waiting_too(cast: Cast) -> None:
    tell(cast.mara)
    Notification.objects.update(created_at=timezone.now() - 11 * MINUTE)
    assert mails_leave().detail == "1 waiting"


def test_a_chat_that_refuses_is_found_until_it_takes_messages_again(cast: Cast, receiver: Receiver) -> None:  # noqa: F811
    set_own_chat(cast.mara, url=receiver.url(), form="slack", at=timezone.now())
    receiver.answers = [(404, {}, "no_service")]
    tell(cast.mara, about="row:1")
    chat_due(timezone.now())
    assert chats_take_messages().detail == "1 given up; the last: Mara's chat answered 404: no_service"
    assert mails_leave().ok
    tell(cast.mara, about="row:2")
    chat_due(timezone.now())
    assert (chats_take_messages().ok, chats_take_messages().detail) == (True, "every message has left")


def test_a_push_service_that_fails_is_found(cast: Cast, receiver: Receiver) -> None:  # noqa: F811
    Browser(receiver, cast.mara)
    receiver.usual = (500, {}, "")
    tell(cast.mara)
    push_due(timezone.now())
    assert pushes_leave().detail == "1 refused; the last: 127.0.0.1 answered 500"
