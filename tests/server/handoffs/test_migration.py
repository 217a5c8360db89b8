"""What was in the outbox of leads before it became everybody's."""

from datetime import timedelta

import pytest
from django.db import connection
from tests.server.conftest import MONDAY, World
from tests.server.migrations import migrated_back
from tests.server.postbox import Postbox

from accord.server.handoffs.escalation import sweep
from accord.server.handoffs.marketing import follow
from accord.server.handoffs.models import Clock
from accord.server.notifications.delivering import mail_due
from accord.server.notifications.models import Notification
from accord.server.notifications.outbox import notify


@pytest.mark.django_db(transaction=True)
def test_no_notification_is_lost_on_the_way_there_or_back(world: World, postbox: Postbox) -> None:
    """Neither those that are mailed nor those that wait; what goes on afterwards gets ids of its own."""
    world.agree(("at least 70 %}", "at least 70 %}\n    - {fill_in: 1 working day}"), at=MONDAY)
    lead = world.demo_request()
    mail_due(MONDAY + timedelta(minutes=1))
    sweep(MONDAY + timedelta(minutes=16))
    was = list(Notification.objects.order_by("pk").values())
    clocks = list(Clock.objects.order_by("pk").values())
    assert any(clock["warned_at"] for clock in clocks), "which is found again by what they did"
    held = world.mql(phone="")
    follow(MONDAY + timedelta(minutes=16))
    assert Clock.objects.filter(lead=held, offer=None).exists()
    assert {row["kind"] for row in was} == {"lead.offered", "lead.reminder", "lead.escalation"}
    assert {row["about"].partition(":")[0] for row in was} == {"offer", "clock_event"}
    assert {row["link"] for row in was} == {f"/leads/{lead.pk}/"}
    with migrated_back("handoffs", "0001_initial"), connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, lead_id, kind, offer_id IS NULL, clock_event_id IS NULL FROM handoffs_notification ORDER BY id"
        )
        assert cursor.fetchall() == [
            (row["id"], lead.pk, row["kind"].partition(".")[2], False, row["about"].startswith("offer")) for row in was
        ]
    kept = [dict(row, due_at=None, urgent=False) for row in was]  # which nobody wrote down before
    assert list(Notification.objects.order_by("pk").values()) == kept
    assert list(Clock.objects.order_by("pk").values()) == clocks, "of marketing's clocks nothing was known before"
    notify([world.cast.mara.pk], "lead.offered", "One more", about="offer:0", link="/queue/", at=MONDAY)
    assert Notification.objects.get(about="offer:0").pk > was[-1]["id"]
    assert mail_due(MONDAY + timedelta(minutes=17)) == len(was) - 1
