"""The weeks of the log, over time."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone
from tests.server.tracking.conftest import logged

from accord.server.tracking import health, partitions
from accord.server.tracking.log import append
from accord.server.tracking.models import Message, Pending, Receipt, Source
from accord.server.tracking.partitions import REST, Week, drop_old, forget_receipts, make_ahead, weeks

SUNDAY = datetime(2031, 3, 2, 23, 59, tzinfo=UTC)
"""Years from now: no week has been made there."""


def page(name: str) -> dict[str, object]:
    return {"type": "page", "anonymousId": "a", "messageId": name, "context": {"ip": "203.0.113.9"}}


def tables() -> dict[str, str]:
    """In which table each message lies."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT message_id, tableoid::regclass::text FROM tracking_message")
        return dict(cursor.fetchall())


def test_a_week_begins_on_monday_at_midnight_utc() -> None:
    assert Week.of(SUNDAY).monday == date(2031, 2, 24)
    assert Week.of(SUNDAY + timedelta(minutes=1)).monday == date(2031, 3, 3)


def test_the_next_weeks_are_there_from_the_start_and_stay_ahead(db: None) -> None:
    assert make_ahead(timezone.now()) == 0
    assert health.log_has_its_weeks().ok
    assert make_ahead(SUNDAY) == 5
    assert make_ahead(SUNDAY) == 0
    assert Week(date(2031, 3, 24)) in weeks()


def test_what_came_before_its_week_was_there_is_taken_and_sorted_afterwards(backend: Source) -> None:
    append(backend, [page("a")], received_at=SUNDAY)
    append(backend, [page("b")], received_at=SUNDAY + timedelta(minutes=1))
    before = logged()
    assert set(tables().values()) == {REST}
    make_ahead(SUNDAY)
    assert tables() == {"a": "tracking_message_20310224", "b": "tracking_message_20310303"}
    assert logged() == before
    append(backend, [page("c")], received_at=SUNDAY)
    assert tables()["c"] == "tracking_message_20310224"
    with pytest.raises(Exception, match="can only be added to"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM tracking_message")


def test_old_weeks_are_dropped_whole_with_the_addresses_that_waited(backend: Source) -> None:
    make_ahead(SUNDAY)
    append(backend, [page("old")], received_at=SUNDAY)
    append(backend, [page("new")], received_at=SUNDAY + timedelta(days=7))
    end = datetime(2031, 3, 3, tzinfo=UTC)
    drop_old(end + timedelta(days=90) - timedelta(seconds=1))
    assert list(Message.objects.values_list("message_id", flat=True)) == ["new", "old"]
    assert drop_old(end + timedelta(days=90)) >= 1
    assert list(Message.objects.values_list("message_id", flat=True)) == ["new"]
    assert Pending.objects.count() == 1


def test_receipts_are_kept_for_longer_than_anybody_sends_again(
    backend: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(partitions, "RECEIPTS_AT_ONCE", 2)
    append(backend, [page(f"m{number}") for number in range(5)], received_at=SUNDAY)
    append(backend, [page("later")], received_at=SUNDAY + timedelta(seconds=1))
    assert forget_receipts(SUNDAY + timedelta(days=30)) == 0
    assert forget_receipts(SUNDAY + timedelta(days=35, microseconds=1)) == 5
    assert Receipt.objects.count() == 1


def test_the_doctor_says_how_far_intake_is_behind_and_what_was_set_aside(backend: Source) -> None:
    assert health.intake_keeps_up().ok
    append(backend, [page("a")], received_at=timezone.now())
    assert health.intake_keeps_up().ok
    append(backend, [page("b")], received_at=timezone.now() - timedelta(minutes=6))
    behind = health.intake_keeps_up()
    assert not behind.ok
    assert behind.detail.startswith("2 waiting, the oldest for 36")
    Pending.objects.update(set_aside_at=timezone.now())
    aside = health.intake_keeps_up()
    assert not aside.ok
    assert aside.detail.endswith("2 set aside")
