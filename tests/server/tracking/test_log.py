"""What gets into the log, once, and how it is taken out."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import InternalError, connection, transaction
from django.db.utils import IntegrityError
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.server.tracking.conftest import NOW, logged

from accord.server.tracking import work
from accord.server.tracking.log import TrackingError, append
from accord.server.tracking.models import Message, Pending, Receipt, Source

REFUSED = (InternalError, IntegrityError)


def track(**more: object) -> dict[str, object]:
    return {"type": "track", "event": "Signed up", "userId": "u1", "messageId": "m1", **more}


def claimed(limit: int = 100) -> list[work.Captured]:
    with transaction.atomic():
        return work.claim(limit)


def test_a_message_is_logged_with_all_that_it_says(backend: Source) -> None:
    sent = track(
        properties={"plan": "größer", "path": "a\\b\tc\nd", "unknown": [1, 2.5, None]},
        timestamp="2026-11-20T10:00:00+01:00",
        context={"ip": "203.0.113.77", "userAgent": "Mozilla/5.0"},
    )
    assert append(backend, [sent], received_at=NOW) == 1
    message = Message.objects.get()
    assert logged() == [{**sent, "context": {"ip": "203.0.113.0", "userAgent": "Mozilla/5.0"}}]
    assert (message.source_id, message.type, message.event, message.message_id) == (
        backend.pk, "track", "Signed up", "m1",
    )  # fmt: skip
    assert (message.user_id, message.anonymous_id, message.user_agent) == ("u1", "", "Mozilla/5.0")
    assert message.ip_prefix == "203.0.113.0/24"
    assert message.at == datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert message.received_at == NOW


def test_only_the_pending_row_has_the_whole_address_and_it_goes_with_the_work(backend: Source) -> None:
    append(backend, [track(context={"ip": "2001:db8:1234:5678::9"})], received_at=NOW)
    assert Message.objects.get().ip_prefix == "2001:db8:1234::/48"
    assert "5678" not in Message.objects.get().body
    (captured,) = claimed()
    assert captured.ip == "2001:db8:1234:5678::9"
    work.done([captured.id])
    assert not Pending.objects.exists()


def test_the_same_message_of_one_source_is_taken_once_and_of_two_sources_twice(
    website: Source, backend: Source
) -> None:
    assert append(backend, [track(), track()], received_at=NOW) == 1
    assert append(backend, [track(), track(messageId="m2")], received_at=NOW + timedelta(days=30)) == 1
    assert append(website, [track()], received_at=NOW) == 1
    assert Message.objects.count() == Receipt.objects.count() == Pending.objects.count() == 3


def test_two_calls_in_one_transaction_take_each_message_once(backend: Source) -> None:
    with transaction.atomic():
        assert append(backend, [track()], received_at=NOW) == 1
        assert append(backend, [track(messageId="m2")], received_at=NOW) == 1
    assert Message.objects.count() == 2


def test_what_was_sent_together_keeps_its_order(backend: Source) -> None:
    append(backend, [track(messageId=f"m{number}") for number in range(50)], received_at=NOW)
    assert [each.message_id for each in claimed()] == [f"m{number}" for number in range(50)]


def test_what_postgresql_cannot_store_is_stored_all_the_same(backend: Source) -> None:
    append(backend, [track(userId="a\x00b", properties={"nul\x00": "x\x00y"})], received_at=NOW)
    assert logged()[0]["properties"] == {"nul\x00": "x\x00y"}
    assert Message.objects.get().user_id == "a\ufffdb"
    (captured,) = claimed()
    assert captured.body["properties"] == {"nul\ufffd": "x\ufffdy"}


@pytest.mark.parametrize("at", ["2031-01-01T00:00:00Z", "never", None, 4_102_444_800_000, "0001-01-01T00:00:00Z"])
def test_nothing_happens_after_it_arrived_or_before_there_were_computers(backend: Source, at: object) -> None:
    append(backend, [track(timestamp=at)], received_at=NOW)
    assert Message.objects.get().at == NOW


def test_a_wrong_clock_is_corrected_by_when_the_sender_says_it_sent(backend: Source) -> None:
    """The sender's clock is two hours ahead: what happened 5 minutes before it was sent, did so before it arrived."""
    append(backend, [track(timestamp="2026-11-20T11:25:00Z", sentAt="2026-11-20T11:30:00.000Z")], received_at=NOW)
    assert Message.objects.get().at == NOW - timedelta(minutes=5)


def test_a_message_of_nobody_is_refused_and_nothing_of_its_call_is_stored(backend: Source) -> None:
    with pytest.raises(TrackingError, match="userId or anonymousId"):
        append(backend, [track(), {"type": "page"}], received_at=NOW)
    assert not Message.objects.exists()


def test_the_log_can_only_be_added_to(backend: Source) -> None:
    append(backend, [track()], received_at=NOW)
    changes = ("UPDATE tracking_message SET body = '{}'", "DELETE FROM tracking_message", "DELETE FROM tracking_source")
    for change in changes:
        with pytest.raises(REFUSED, match="can only be added to"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)
    assert Message.objects.count() == 1


def test_intake_is_woken_once_when_messages_are_committed(backend: Source, django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        append(backend, [track()], received_at=NOW)
        append(backend, [track(messageId="m2")], received_at=NOW)
    assert ProcrastinateJob.objects.filter(task_name="intake.take_in").count() == 1


def test_a_message_set_aside_holds_up_nothing_and_comes_again_on_demand(backend: Source) -> None:
    append(backend, [track(messageId=name) for name in ("a", "b")], received_at=NOW)
    first, second = claimed()
    work.set_aside(first.id, "no such\x00field")
    assert [each.id for each in claimed()] == [second.id]
    aside = Pending.objects.get(pk=first.id)
    assert (aside.tries, aside.error) == (1, "no such\ufffdfield")
    assert work.retry([first.id, second.id]) == 1
    assert [each.id for each in claimed()] == [first.id, second.id]


def test_a_message_that_is_to_wait_is_not_due_before(backend: Source) -> None:
    append(backend, [track()], received_at=NOW)
    (first,) = claimed()
    work.later([first.id], "busy", timedelta(hours=1))
    assert claimed() == []
    work.later([first.id], "busy", timedelta(seconds=-1))
    assert [each.id for each in claimed()] == [first.id]


def test_a_body_that_cannot_be_read_is_set_aside_and_the_others_are_claimed(backend: Source) -> None:
    append(backend, [track(messageId=name) for name in ("a", "b")], received_at=NOW)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE tracking_message DISABLE TRIGGER message_append_only")
        cursor.execute("UPDATE tracking_message SET body = '{' WHERE message_id = 'a'")
        cursor.execute("ALTER TABLE tracking_message ENABLE TRIGGER message_append_only")
    assert [each.message_id for each in claimed()] == ["b"]
    assert Pending.objects.get(set_aside_at__isnull=False).error.startswith(work.UNREADABLE)


@pytest.mark.parametrize("ip", ["2002:cb00:7109::1", "::ffff:203.0.113.9", "203.0.113.9"])
def test_an_address_of_ipv4_within_one_of_ipv6_is_cut_as_what_it_is(backend: Source, ip: str) -> None:
    append(backend, [track(context={"ip": ip})], received_at=NOW)
    message = Message.objects.get()
    assert message.ip_prefix == "203.0.113.0/24"
    assert "203.0.113.9" not in message.body
    assert "cb00:7109" not in message.body
