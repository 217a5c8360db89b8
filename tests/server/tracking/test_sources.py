"""Sources: who keeps them, what becomes of their keys, and the pages about them."""

import json
import re
from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.server.conftest import Cast, cast  # noqa: F401  # a fixture
from tests.server.tracking.conftest import NOW

from accord.cli.source import source as command
from accord.server.accounts.access import AccessError
from accord.server.accounts.models import AuditEntry, User
from accord.server.tracking import queries, sources, tally, work
from accord.server.tracking.log import TrackingError, append
from accord.server.tracking.models import Message, Pending, Source
from accord.server.tracking.queries import Wanted
from accord.server.tracking.sources import Wish, origin_of


def pages_seen(source: Source, number: int, **more: object) -> None:
    sent = [
        {"type": "page", "name": f"Page {n}", "anonymousId": "a1", "messageId": f"p{n}", **more} for n in range(number)
    ]
    append(source, sent, received_at=NOW)


@pytest.fixture
def olga(cast: Cast) -> Client:  # noqa: F811
    client = Client()
    client.force_login(cast.olga)
    return client


def test_operations_and_marketing_keep_sources_and_nobody_else(cast: Cast) -> None:  # noqa: F811
    made = sources.create("server", Wish(" Our  shop "), by=cast.olga, at=NOW)
    assert (made.name, made.kind, made.created_by, len(made.write_key)) == ("Our shop", "server", cast.olga, 32)
    sources.change(made.pk, Wish("Shop", rate=5), by=cast.mara, at=NOW)
    for stranger in (cast.priya, cast.xenia, cast.alma):
        for verb in (
            lambda by=stranger: sources.create("server", Wish("X"), by=by, at=NOW),
            lambda by=stranger: sources.disable(made.pk, by=by, at=NOW),
            lambda by=stranger: sources.rotate(made.pk, at_once=True, by=by, at=NOW),
            lambda by=stranger: queries.source_rows(by, NOW),
            lambda by=stranger: queries.stream(Wanted(), by),
        ):
            with pytest.raises(AccessError):
                verb()
    made.refresh_from_db()
    assert (made.name, made.rate_limit, made.disabled_at) == ("Shop", 5, None)
    assert set(AuditEntry.objects.values_list("action", flat=True)) >= {"source.created", "source.changed"}


def test_two_sources_do_not_share_a_name_and_none_has_none(website: Source) -> None:
    with pytest.raises(TrackingError, match="called website already"):
        sources.create("server", Wish("website"), by=None, at=NOW)
    with pytest.raises(TrackingError, match="needs a name"):
        sources.create("server", Wish("  "), by=None, at=NOW)
    sources.change(website.pk, Wish("WEBSITE"), by=None, at=NOW)


@pytest.mark.parametrize(
    ("typed", "origin"),
    [
        ("https://www.Example.com/prices?x=1", "https://www.example.com"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("https://example.com:443", "https://example.com"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("https://[2001:db8::1]:8443", "https://[2001:db8::1]:8443"),
    ],
)
def test_a_website_is_kept_as_browsers_state_it(typed: str, origin: str) -> None:
    assert origin_of(typed) == origin


@pytest.mark.parametrize("typed", ["www.example.com", "ftp://example.com", "https://", "https://[", "https://a:b", "*"])
def test_what_is_no_website_is_refused(typed: str) -> None:
    with pytest.raises(TrackingError) as refused:
        origin_of(typed)
    assert refused.value.code == "tracking.bad_origin"


def test_a_replaced_key_works_for_a_week_or_stops_at_once(website: Source) -> None:
    first = sources.rotate(website.pk, at_once=False, by=None, at=NOW)
    assert (first.old_key, first.old_key_until) == ("web", NOW + timedelta(days=7))
    assert first.write_key not in {"", "web"}
    second = sources.rotate(website.pk, at_once=True, by=None, at=NOW)
    assert (second.old_key, second.old_key_until) == ("", None)
    assert second.write_key != first.write_key


def test_disabling_twice_is_recorded_once(website: Source) -> None:
    sources.disable(website.pk, by=None, at=NOW)
    again = sources.disable(website.pk, by=None, at=NOW + timedelta(days=1))
    assert again.disabled_at == NOW
    assert sources.enable(website.pk, by=None, at=NOW).disabled_at is None
    assert list(AuditEntry.objects.order_by("pk").values_list("action", flat=True)) == [
        "source.disabled",
        "source.enabled",
    ]


def test_only_the_messages_of_the_source_are_tried_again(website: Source, backend: Source) -> None:
    pages_seen(website, 3)
    pages_seen(backend, 2)
    for pending in Pending.objects.all():
        work.set_aside(pending.pk, "no such field")
    assert sources.try_again(website.pk, by=None, at=NOW) == 3
    with transaction.atomic():
        assert {each.source_name for each in work.claim(10)} == {"Website"}


def test_the_list_says_what_came_was_refused_and_waits(olga: Client, website: Source, backend: Source) -> None:
    pages_seen(website, 3)
    now, counts = timezone.now(), tally.Counts()
    counts.add(website.pk, "", 3, now)
    counts.add(website.pk, "no_event", 1, now)
    counts.add(None, "unknown_write_key", 7, now)
    tally.write(counts)
    tally.write(counts)
    work.set_aside(Message.objects.earliest("id").pk, "no such field")
    text = olga.get(reverse("sources")).content.decode()
    rows = {row.source.name: row for row in queries.source_rows(cast_user(olga), now)}
    web = rows["Website"]
    assert (web.taken, web.refused, web.refused_share, web.pending, web.aside) == (6, 2, 0.25, 2, 1)
    assert (rows["Shop"].taken, rows["Shop"].last_at, rows["Shop"].refused_share) == (0, None, None)
    assert re.search(r"25(\.0)?\s*%", text)
    assert "14 requests in the last 24 hours came without a key" in text
    assert "1 set aside" in re.sub(r"<[^>]+>", "", text)


def cast_user(client: Client) -> User:
    return User.objects.get(pk=client.session["_auth_user_id"])


def test_empty_pages_say_what_to_do_next(olga: Client) -> None:
    assert "Nothing sends messages yet" in olga.get(reverse("sources")).content.decode()
    assert "No message has arrived yet" in olga.get(reverse("messages")).content.decode()


def test_a_source_is_added_changed_and_shown_with_its_key(olga: Client) -> None:
    made = olga.post(reverse("source-new"), {"name": "Shop", "kind": "server", "origins": "https://Shop.example/x\n"})
    source = Source.objects.get()
    assert made["Location"] == reverse("source", args=[source.pk])
    assert source.allowed_origins == ["https://shop.example"]
    text = olga.get(made["Location"]).content.decode()
    assert text.count(source.write_key) >= 6, "the key and every way to send"
    changed = olga.post(reverse("source-edit", args=[source.pk]), {"name": "Shop 2", "origins": "", "rate": "9"})
    assert changed.status_code == 302
    source.refresh_from_db()
    assert (source.name, source.allowed_origins, source.rate_limit) == ("Shop 2", [], 9)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": "", "kind": "server"}, "This field is required"),
        ({"name": "website", "kind": "server"}, "there is a source called website already"),
        ({"name": "X", "kind": "server", "origins": "nonsense"}, "is no website"),
        ({"name": "X", "kind": "radio"}, "Select a valid choice"),
    ],
)
def test_what_is_typed_wrongly_is_kept_and_said(
    olga: Client, website: Source, typed: dict[str, str], said: str
) -> None:
    answer = olga.post(reverse("source-new"), typed)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert Source.objects.count() == 1


def test_what_was_set_aside_is_shown_with_its_error_and_tried_again(olga: Client, website: Source) -> None:
    pages_seen(website, 1)
    work.set_aside(Message.objects.get().pk, "the person has two <names>")
    text = olga.get(reverse("source", args=[website.pk])).content.decode()
    assert "the person has two &lt;names&gt;" in text
    assert olga.post(reverse("source-try-again", args=[website.pk])).status_code == 302
    assert Pending.objects.get().set_aside_at is None


def test_the_stream_is_filtered_and_goes_back_to_the_first_message(
    olga: Client, website: Source, backend: Source
) -> None:
    pages_seen(website, 60)
    append(
        backend,
        [{"type": "track", "event": "Signed up", "userId": "u 1", "messageId": "t"}],
        received_at=NOW - timedelta(days=3),
    )
    reader = cast_user(olga)
    newest = queries.stream(Wanted(), reader)
    assert [line.event for line in newest.lines[:2]] == ["Page 59", "Page 58"]
    assert len(newest.lines) == 50
    assert newest.older is not None
    rest = queries.stream(Wanted(before=(queries.instant_of(newest.older[0]), newest.older[1])), reader)
    assert [line.event for line in rest.lines] == [*(f"Page {n}" for n in range(9, -1, -1)), "Signed up"]
    assert rest.older is None
    for filters in ({"source": backend.pk}, {"type": "track"}, {"event": "signed"}, {"q": "u 1"}):
        text = olga.get(reverse("messages"), filters).content.decode()
        assert "Signed up" in text
        assert "Page 5" not in text
    assert "No such message" in olga.get(reverse("messages"), {"q": "nobody"}).content.decode()
    for odd in ("x", "1-", "-1", "9" * 30 + "-1", "1-" + "9" * 30, "\x00"):
        assert olga.get(reverse("messages"), {"before": odd, "event": odd, "source": odd, "q": odd}).status_code == 200


def test_the_stream_looks_only_so_far_at_once_and_goes_on(
    olga: Client, website: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages_seen(website, 30)
    monkeypatch.setattr(queries, "SEARCHED", 20)
    found = queries.stream(Wanted(event="Page 3"), cast_user(olga))
    assert (found.lines, found.searched) == ([], True)
    assert found.older is not None
    on = queries.stream(
        Wanted(event="Page 3", before=(queries.instant_of(found.older[0]), found.older[1])), cast_user(olga)
    )
    assert [line.event for line in on.lines] == ["Page 3"]


def test_a_message_is_shown_whole(olga: Client, website: Source) -> None:
    pages_seen(website, 1, properties={"deep": {"er": "<b>\x00"}})
    line = queries.stream(Wanted(), cast_user(olga)).lines[0]
    text = olga.get(reverse("message", args=[line.micros, line.id])).content.decode()
    assert "&quot;er&quot;: &quot;&lt;b&gt;" in text
    assert olga.get(reverse("message", args=[line.micros, line.id + 1])).status_code == 404
    assert olga.get(f"/tracking/messages/{'9' * 40}/{'9' * 40}/").status_code == 404


def run(*words: str) -> str:
    ran = CliRunner().invoke(command, words, catch_exceptions=False)
    assert ran.exit_code == 0
    return ran.output


def test_sources_are_kept_on_the_command_line(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accord.cli.database.start_database", lambda: None)
    assert "nothing sends messages yet" in run("list")
    made = json.loads(run("add", "Shop", "--kind", "server", "--origin", "https://a.example", "--rate", "5", "--json"))
    assert (made["name"], made["kind"], made["origins"], made["rate"]) == ("Shop", "server", ["https://a.example"], 5)
    assert made["write_key"] in run("list")
    rotated = json.loads(run("rotate", "shop", "--json"))
    assert (rotated["old_key"], rotated["write_key"] != made["write_key"]) == (made["write_key"], True)
    assert run("disable", "shop") == "Shop is disabled\n"
    assert json.loads(run("list", "--json"))[0]["disabled_at"] is not None
    assert run("enable", "shop") == "Shop is enabled\n"
    with pytest.raises(TrackingError, match="no source called Nope"):
        CliRunner().invoke(command, ["disable", "Nope"], catch_exceptions=False)
