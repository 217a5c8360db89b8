"""The tracking API: what it takes, what it refuses and how it says so."""

import asyncio
import gzip
import json
import threading
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from django.utils import timezone
from tests.server.tracking.conftest import Api, logged, run

from accord.server.tracking.front import api as module
from accord.server.tracking.front.request import LARGEST_BATCH
from accord.server.tracking.front.writer import Writer
from accord.server.tracking.message import LARGEST_EVENT
from accord.server.tracking.models import Message, Pending, Source, Tally

EVENT = {"event": "Signed up", "userId": "u1"}


def padded(size: int, **more: object) -> bytes:
    """A track message of exactly so many bytes."""
    empty = len(json.dumps({**EVENT, **more, "x": ""}))
    return json.dumps({**EVENT, **more, "x": "a" * (size - empty)}).encode()


@pytest.mark.parametrize(
    ("path", "type_"),
    [(name, name) for name in ("track", "identify", "page", "screen", "group", "alias")]
    + [("t", "track"), ("i", "identify"), ("p", "page"), ("s", "screen"), ("g", "group"), ("a", "alias")],
)
def test_every_call_is_taken_under_its_name_and_its_letter(api: Api, backend: Source, path: str, type_: str) -> None:
    answer = api(path, {**EVENT, "messageId": "m"})
    assert (answer.status, answer.json) == (200, {"success": True})
    message = Message.objects.get()
    assert (message.type, message.user_id, message.message_id) == (type_, "u1", "m")
    assert logged() == [{**EVENT, "messageId": "m"}]


@pytest.mark.parametrize("path", ["batch", "b", "import"])
def test_the_messages_of_a_batch_are_stored_in_their_order_with_its_context(
    api: Api, backend: Source, path: str
) -> None:
    batch = [
        {"type": "identify", "userId": "u1", "traits": {"a": 1}, "context": {"locale": "de"}},
        {"type": "track", "event": "Played", "anonymousId": "a1"},
    ]
    assert api(path, {"batch": batch, "context": {"locale": "en", "app": {"v": 1}}}).status == 200
    assert logged() == [
        {**batch[0], "context": {"locale": "de", "app": {"v": 1}}},
        {**batch[1], "context": {"locale": "en", "app": {"v": 1}}},
    ]


def test_the_key_may_stand_in_the_header_the_body_or_the_address_and_is_not_stored(api: Api, backend: Source) -> None:
    assert api("track", EVENT).status == 200
    assert api("track", {**EVENT, "writeKey": "shop"}, key="").status == 200
    assert api("track?writeKey=shop", EVENT, key="").status == 200
    assert api("batch", {"batch": [{**EVENT, "type": "track"}], "writeKey": "shop"}, key="").status == 200
    assert api("track", {**EVENT, "writeKey": "shop"}, key="", authorization="Bearer token").status == 200
    assert Message.objects.count() == 5
    assert not Message.objects.filter(body__contains="shop").exists()


def test_a_beacon_in_plain_text_is_taken(api: Api, website: Source) -> None:
    sent = api("track", {**EVENT, "writeKey": "web"}, key="", content_type="text/plain;charset=UTF-8")
    assert sent.status == 200
    assert Message.objects.count() == 1


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("track", b"", "invalid_json"),
        ("track", b"{", "invalid_json"),
        ("track", b'{"a": NaN}', "invalid_json"),
        ("track", b'{"a":"\xff"}', "invalid_json"),
        ("track", b'{"a":' + b"[" * 9000, "invalid_json"),
        ("track", b"[]", "not_an_object"),
        ("track", {"event": "x"}, "no_user_anon_id"),
        ("track", {"event": "x", "userId": None, "anonymousId": ""}, "no_user_anon_id"),
        ("track", {"event": "x", "userId": {"id": 1}}, "no_user_anon_id"),
        ("track", {"userId": "u1"}, "no_event"),
        ("batch", {"batch": [{"type": "sing", "userId": "u1"}]}, "unknown_type"),
        ("batch", {"batch": {}}, "no_batch"),
        ("batch", EVENT, "no_batch"),
        ("batch", {"batch": [{"type": "page", "userId": "u"}] * 2501}, "batch_too_long"),
        ("track", padded(LARGEST_EVENT + 1), "event_too_large"),
        ("batch", b'{"batch":[' + padded(LARGEST_EVENT + 1, type="track") + b"]}", "event_too_large"),
        ("batch", b'{"batch":[]}' + b" " * LARGEST_BATCH, "batch_too_large"),
        (
            "batch",
            {"batch": [{"type": "page", "userId": "u"}] * 200, "context": {"x": "a" * 30_000}},
            "batch_too_large",
        ),
    ],
)
def test_what_is_not_as_it_must_be_is_refused_with_the_reason(
    api: Api, backend: Source, path: str, body: object, code: str
) -> None:
    answer = api(path, body)
    assert (answer.status, answer.code, answer.json["success"]) == (400, code, False)
    assert answer.json["message"]
    assert not Message.objects.exists()


def test_what_is_just_as_large_as_it_may_be_is_taken(api: Api, backend: Source) -> None:
    assert api("track", padded(LARGEST_EVENT)).status == 200
    messages = [padded(30_000, type="track") for _ in range(17)]
    batch = b'{"batch":[' + b",".join(messages) + b"]}"
    assert api("batch", batch + b" " * (LARGEST_BATCH - len(batch))).status == 200
    assert Message.objects.count() == 18


def test_bad_messages_of_a_batch_cost_only_themselves_and_are_named(api: Api, backend: Source) -> None:
    """As Segment does: 200 for the batch, and what is not accepted is left out."""
    answer = api("batch", {"batch": [{"type": "track"}, {**EVENT, "type": "track"}, 5]})
    assert (answer.status, answer.json["success"], answer.json["refused"]) == (200, True, 2)
    assert [(each["index"], each["code"]) for each in answer.json["errors"]] == [
        (0, "no_user_anon_id"),
        (2, "not_an_object"),
    ]
    assert len(logged()) == 1


def test_gzip_is_unpacked_and_a_bomb_is_not(api: Api, backend: Source) -> None:
    assert api("track", gzip.compress(json.dumps(EVENT).encode()), content_encoding="gzip").status == 200
    bomb = gzip.compress(b" " * 200_000_000)
    assert len(bomb) < LARGEST_BATCH
    assert api("batch", bomb, content_encoding="gzip").code == "batch_too_large"
    assert api("track", b"no gzip", content_encoding="gzip").code == "invalid_gzip"
    assert api("track", gzip.compress(b"{}")[:-9], content_encoding="gzip").code == "invalid_gzip"
    assert api("track", EVENT, content_encoding="br").status == 415
    assert logged() == [EVENT]


def test_without_a_key_that_works_nothing_is_taken(api: Api, backend: Source) -> None:
    now = timezone.now()
    Source.objects.create(name="Off", kind="server", write_key="off", created_at=now, disabled_at=now)
    assert api("track", EVENT, key="").code == "no_write_key"
    assert api("track", EVENT, key="another").code == "unknown_write_key"
    assert api("track", EVENT, key="off").code == "source_disabled"
    assert not Message.objects.exists()
    assert {api("track", EVENT, key=key).status for key in ("", "another", "off")} == {401}


def test_a_key_that_is_disabled_stops_working_within_seconds(
    api: Api, backend: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert api("track", EVENT).status == 200
    Source.objects.update(disabled_at=timezone.now())
    monkeypatch.setattr("accord.server.tracking.front.clerk.FRESH_SECONDS", 0.0)  # what is known is too old by now
    monkeypatch.setattr("accord.server.tracking.front.clerk.ASK_AGAIN_SECONDS", 0.0)
    assert api("track", EVENT).code == "source_disabled"


def test_a_replaced_key_works_until_its_day(api: Api, backend: Source) -> None:
    Source.objects.update(write_key="new", old_key="shop", old_key_until=timezone.now() + timedelta(hours=1))
    assert api("track", EVENT, key="new").status == api("track", EVENT).status == 200


def test_a_replaced_key_stops_when_its_day_has_come(api: Api, backend: Source) -> None:
    Source.objects.update(write_key="new", old_key="shop", old_key_until=timezone.now())
    assert api("track", EVENT, key="new").status == 200
    assert api("track", EVENT).code == "unknown_write_key"


def test_only_allowed_websites_may_send_and_read_the_answer(api: Api, website: Source) -> None:
    Source.objects.update(allowed_origins=["https://www.example.com"])
    taken = api("track", EVENT, key="web", origin="https://www.example.com")
    assert taken.status == 200
    assert taken.headers["access-control-allow-origin"] == "https://www.example.com"
    assert taken.headers["vary"] == "origin"
    assert api("track", EVENT, key="web", origin="https://evil.example").status == 403
    assert api("track", EVENT, key="web", origin="null").status == 403
    assert Message.objects.count() == 1


def test_a_browser_that_asks_first_is_told_what_it_may_send(api: Api, website: Source) -> None:
    asked = api("t", method="OPTIONS", key="", origin="https://a.example", access_control_request_headers="x-a, x-b")
    assert asked.status == 200
    assert asked.headers["access-control-allow-headers"] == "x-a, x-b"
    assert "POST" in asked.headers["access-control-allow-methods"]
    odd = api("t", method="OPTIONS", key="", origin="https://a.example", access_control_request_headers="a: b")
    assert odd.headers["access-control-allow-headers"] == "content-type, authorization"


def test_more_than_the_rate_is_asked_to_wait(api: Api, backend: Source) -> None:
    Source.objects.update(rate_limit=2)
    answers = [api("track", EVENT) for _ in range(4)]
    assert [each.status for each in answers[:2]] == [200, 200]
    late = next(each for each in answers if each.status == 429)
    assert late.code == "rate_limited"
    assert int(late.headers["retry-after"]) >= 1


def test_the_address_and_agent_of_a_website_are_those_of_the_connection(api: Api, website: Source) -> None:
    api("track", {**EVENT, "context": {"ip": "8.8.8.8"}}, key="web", user_agent="Mozilla/5.0")
    message, pending = Message.objects.get(), Pending.objects.get()
    assert (message.ip_prefix, pending.ip, message.user_agent) == ("198.51.100.0/24", "198.51.100.23", "Mozilla/5.0")
    assert logged()[0]["context"] == {"ip": "198.51.100.0"}


def test_a_website_that_hides_the_address_has_it_hidden(api: Api, website: Source) -> None:
    api("track", {**EVENT, "context": {"ip": "0.0.0.0"}}, key="web")  # noqa: S104
    assert (Message.objects.get().ip_prefix, Pending.objects.get().ip) == ("", None)


def test_a_server_speaks_of_others_and_its_own_address_and_agent_are_nobodys(api: Api, backend: Source) -> None:
    api("track", {**EVENT, "context": {"ip": "::ffff:203.0.113.9"}}, user_agent="analytics-python/2")
    api("track", {**EVENT, "context": {"direct": True}})
    api("track", EVENT, user_agent="analytics-python/2")
    found = Pending.objects.order_by("id").values_list("ip", flat=True)
    assert list(found) == ["203.0.113.9", "198.51.100.23", None]
    assert set(Message.objects.values_list("user_agent", flat=True)) == {""}


def test_the_clock_of_the_sender_is_corrected_by_when_the_batch_was_sent(api: Api, backend: Source) -> None:
    batch = [{**EVENT, "type": "track", "timestamp": "2020-01-01T00:00:00Z"}]
    before = datetime.now(UTC)
    api("batch", {"batch": batch, "sentAt": "2020-01-01T00:10:00Z"})
    message = Message.objects.get()
    assert message.received_at - message.at == timedelta(minutes=10)
    assert before <= message.received_at <= datetime.now(UTC)


def test_the_same_message_a_thousand_times_at_once_is_stored_once(api: Api, backend: Source) -> None:
    async def all_at_once() -> set[int]:
        sent = (api.request("track", {**EVENT, "messageId": "once"}) for _ in range(1000))
        return {answer.status for answer in await asyncio.gather(*sent)}

    assert run(all_at_once()) == {200}
    assert Message.objects.count() == Pending.objects.count() == 1


def test_requests_that_arrive_together_share_a_commit(api: Api, backend: Source) -> None:
    async def all_at_once() -> None:
        await asyncio.gather(*(api.request("track", EVENT) for _ in range(300)))

    run(all_at_once())
    assert Message.objects.count() == 300
    assert Message.objects.extra(select={"x": "xmin::text"}).values_list("x").distinct().count() < 30


def test_lone_surrogates_and_nul_are_no_fault_of_the_server(api: Api, backend: Source) -> None:
    body = rb'{"event":"a\u0000b","userId":"\ud800","x":"\\ud800 \ud83d\ude00 \udc00","messageId":"\u0000"}'
    assert api("track", body).status == 200
    assert logged() == [{"event": "a\0b", "userId": "\ufffd", "x": "\\ud800 \U0001f600 \ufffd", "messageId": "\0"}]


def test_numbers_come_out_as_they_went_in(api: Api, backend: Source) -> None:
    body = b'{"event":"x","userId":12345678901234567890123,"x":1e999,"y":1.10,"z":123456789012345678901}'
    assert api("track", body).status == 200
    message = Message.objects.get()
    assert message.body == body.decode()
    assert message.user_id == "12345678901234567890123"


def test_a_request_that_cannot_be_stored_costs_only_its_sender(
    api: Api, backend: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = module.shape

    def poison(fields, type_, sender):
        row = real(fields, type_, sender)
        return type(row)(row.digest, b"not a row") if b"poison" in bytes(fields["event"]) else row

    monkeypatch.setattr(module, "shape", poison)

    async def all_at_once() -> list[int]:
        sent = (api.request("track", {"event": name, "userId": "u"}) for name in ["good", "poison", "good"] * 10)
        return [answer.status for answer in await asyncio.gather(*sent)]

    assert run(all_at_once()) == [200, 400, 200] * 10
    assert Message.objects.count() == 20


def test_what_was_taken_and_refused_is_counted(api: Api, backend: Source) -> None:
    api("batch", {"batch": [{**EVENT, "type": "track"}, {**EVENT, "type": "track"}, 5]})
    api("track", EVENT, key="nobody")
    run(api.front.close())
    found = {(tally.source_id, tally.reason): tally.count for tally in Tally.objects.all()}
    assert found == {(backend.pk, ""): 2, (backend.pk, "not_an_object"): 1, (None, "unknown_write_key"): 1}


def test_beyond_what_fits_into_memory_senders_are_asked_to_come_again(
    api: Api, backend: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = threading.Event()
    connect = module.connect

    def slow() -> "psycopg.Connection":
        go.wait(10)
        return connect()

    api.front._writer = Writer(slow, lambda: None)
    monkeypatch.setattr("accord.server.tracking.front.writer.MOST_ROWS", 10)

    async def burst() -> list[object]:
        await api.front._clerk.source("shop")
        sent = [asyncio.ensure_future(api.request("track", EVENT)) for _ in range(50)]
        await asyncio.sleep(0.2)
        assert api.front._writer._rows == 10
        go.set()
        return await asyncio.gather(*sent)

    answers = run(burst())
    refused = [answer for answer in answers if answer.status == 503]
    assert len(refused) == 40
    assert {(answer.code, answer.headers["retry-after"]) for answer in refused} == {("overloaded", "2")}
    assert Message.objects.count() == 10
    assert api("track", EVENT).status == 200, "and it recovers by itself"


def test_while_the_database_is_away_it_is_said_so(api: Api, backend: Source) -> None:
    away = True

    def connect() -> "psycopg.Connection":
        if away:
            raise psycopg.OperationalError("away")
        return module.connect()

    api.front._writer = Writer(connect, lambda: None)
    answer = api("track", {**EVENT, "messageId": "m"})
    assert (answer.status, answer.code) == (503, "unavailable")
    assert "retry-after" in answer.headers
    away = False
    assert api("track", {**EVENT, "messageId": "m"}).status == 200
    assert Message.objects.count() == 1


def test_a_connection_that_was_cut_is_opened_anew_unseen(api: Api, backend: Source) -> None:
    assert api("track", EVENT).status == 200
    with module.connect() as other:
        cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'accord-tracking'"
        other.execute(cut + " AND pid <> pg_backend_pid()")
    assert api("track", EVENT).status == 200
    assert Message.objects.count() == 2


def test_whoever_opens_the_hidden_link_of_a_mail_is_told_of_once_a_second(api: Api, website: Source) -> None:
    """Lesson 14."""
    path = "trap/web?to=ada%40c.example&mail=autumn-1"
    answers = [api(path, method=method, key="", user_agent="FilterBot/1") for method in ("GET", "HEAD")]
    assert [answer.status for answer in answers] == [200, 200]
    assert answers[0].headers["cache-control"] == "no-store"
    message = Message.objects.order_by("pk").first()
    assert message is not None
    assert (message.type, message.event, message.user_id) == ("track", "Email Trap Opened", "ada@c.example")
    assert logged()[0]["properties"] == {"mail": "autumn-1"}
    assert Message.objects.count() <= 2, "once a second at most"


@pytest.mark.parametrize(
    ("path", "code"),
    [("trap/shop?to=ada", "key_is_secret"), ("trap/web", "no_user_anon_id"), ("trap/nobody?to=a", "unknown_write_key")],
)
def test_a_hidden_link_that_cannot_be_is_refused(
    api: Api, website: Source, backend: Source, path: str, code: str
) -> None:
    assert api(path, method="GET", key="").code == code
    assert not Message.objects.exists()


def test_closing_writes_what_waits(backend: Source, transactional_db: None) -> None:
    front = module.Front()
    api = Api(front)

    async def then_close() -> list[int]:
        await front._clerk.source("shop")
        sent = [asyncio.ensure_future(api.request("track", EVENT)) for _ in range(100)]
        await asyncio.sleep(0)
        await front.close()
        return [answer.status for answer in await asyncio.gather(*sent)]

    assert set(run(then_close())) == {200}
    assert Message.objects.count() == 100


def test_what_segments_browser_library_asks_for_first_leads_it_here(api: Api, website: Source) -> None:
    said = api("projects/web/settings", method="GET", key="", host="track.example.com", origin="https://a.example")
    assert said.headers["access-control-allow-origin"] == "https://a.example"
    assert said.json["integrations"]["Segment.io"]["apiHost"] == "track.example.com/v1"
    assert api("projects/nobody/settings", method="GET", key="").status == 401
    assert api("m", {"series": []}, key="").json == {"success": True}


def test_other_addresses_and_methods_are_answered_as_such(api: Api, transactional_db: None) -> None:
    assert api("nothing").status == 404
    assert api("").status == 404
    assert api("track/more").status == 404
    wrong = api("track", method="GET")
    assert (wrong.status, wrong.headers["allow"]) == (405, "POST, OPTIONS")
