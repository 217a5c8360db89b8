"""What stood in the outbox before each notice had deliveries of its own."""

from datetime import timedelta

import pytest
from django.db import connection
from tests.server.conftest import MONDAY, Cast
from tests.server.migrations import migrated_back
from tests.server.postbox import Postbox

from accord.server.notifications.delivering import mail_due
from accord.server.notifications.models import Delivery, Notification

LATER = MONDAY + timedelta(minutes=4)
INSERT = (
    "INSERT INTO notifications_notification"
    " (user_id, kind, about, text, body, link, created_at, mailed_at, failures, next_try_at, last_error)"
    " VALUES (%s, 'room.news', %s, %s, '', '/queue/', %s, %s, %s, %s, %s)"
)


@pytest.mark.django_db(transaction=True)
def test_nothing_that_was_mailed_is_mailed_again_and_nothing_that_waits_is_lost(cast: Cast, postbox: Postbox) -> None:
    """Mailed, withdrawn, given up, refused and to be tried again, and not tried yet."""
    rows = [
        ("row:1", "mailed", LATER, 0, None, ""),
        ("row:2", "withdrawn", None, 0, None, "does not concern them any more"),
        ("row:3", "given up", None, 8, None, "no such mailbox"),
        ("row:4", "refused", None, 2, LATER, "try again later"),
        ("row:5", "new", None, 0, MONDAY, ""),
    ]
    with migrated_back("notifications", "0002_seen"), connection.cursor() as cursor:
        for about, text, mailed, failures, again, error in rows:
            cursor.execute(INSERT, [cast.mara.pk, about, text, MONDAY, mailed, failures, again, error])
    found = Delivery.objects.select_related("notification").order_by("notification__about")
    assert [(row.notification.text, row.outcome, row.tries, row.next_try_at, row.last_error) for row in found] == [
        ("mailed", "sent", 0, None, ""),
        ("withdrawn", "withdrawn", 0, None, "does not concern them any more"),
        ("given up", "given_up", 8, None, "no such mailbox"),
        ("refused", "", 2, LATER, "try again later"),
    ]
    assert found[0].ended_at == LATER
    assert [notice.text for notice in Notification.objects.filter(planned=False)] == ["new"]
    assert mail_due(LATER) == 2
    assert sorted(str(mail["Subject"]) for mail in postbox.mails) == ["new", "refused"]
