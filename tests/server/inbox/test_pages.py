"""The page of a source of mails."""

import pytest
from django.test import Client
from tests.server.conftest import MONDAY, Cast
from tests.server.inbox.conftest import Post, written

from accord.server.accounts.models import AuditEntry
from accord.server.inbox import mail as reading
from accord.server.inbox.mail import Mail
from accord.server.inbox.models import Mailbox, OwnDomain, UnreadMail
from accord.server.tracking.models import Message

TYPED = {"port": "993", "folder": "INBOX", "tls": "on"}


@pytest.fixture
def olga(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.olga)
    return client


def page(post: Post) -> str:
    return f"/tracking/{post.source.pk}/mail/"


def test_the_page_has_the_address_and_stores_how_mails_come(post: Post, olga: Client, settings: object) -> None:
    settings.ACCORD_MAIL_DOMAIN = "in.test.works"  # type: ignore[attr-defined]
    said = olga.get(page(post)).content.decode()
    assert f"{post.source.write_key}@in.test.works" in said
    assert "Ours by now: test.works." in said
    wanted = {"host": "imap.test.works", "user": "sales", "password": " secret", "opens_leads": "on"}
    assert (
        olga.post(page(post), TYPED | wanted | {"domains": "test-works.example\nhttps://www.tw.example/"}).status_code
        == 302
    )
    box = Mailbox.objects.get()
    assert (box.host, box.password, box.opens_leads, box.tls) == ("imap.test.works", " secret", True, True)
    assert {each.domain for each in OwnDomain.objects.all()} == {"test-works.example", "tw.example"}
    assert "secret" not in olga.get(page(post)).content.decode().replace('secret"', "")
    assert " secret" not in str(AuditEntry.objects.get(action="mail.set_up").details)


def test_the_password_is_kept_and_another_mailbox_begins_anew(post: Post, olga: Client) -> None:
    Mailbox.objects.create(source=post.source, host="a.test", user="u", password="p", uid_validity=1, last_uid=9)
    olga.post(page(post), TYPED | {"host": "a.test", "user": "u", "port": "143"})
    box = Mailbox.objects.get()
    assert (box.password, box.port, box.tls, box.last_uid) == ("p", 143, True, 9)
    olga.post(page(post), TYPED | {"host": "b.test", "user": "u"})
    box.refresh_from_db()
    assert (box.uid_validity, box.last_uid) == (None, 0)


@pytest.mark.parametrize(
    "wrong", [{"folder": 'IN"BOX'}, {"folder": "Ordner ü"}, {"domains": "not a domain!"}, {"port": "0"}, {"folder": ""}]
)
def test_what_does_not_fit_is_pointed_out_and_nothing_stored(post: Post, olga: Client, wrong: dict[str, str]) -> None:
    answer = olga.post(page(post), TYPED | {"host": "imap.test.works"} | wrong)
    assert answer.status_code == 422
    assert "imap.test.works" in answer.content.decode()
    assert not Mailbox.objects.exists()


def test_a_mail_that_could_not_be_read_is_tried_again_or_deleted(
    post: Post, olga: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = bytes(written("ada@c1.example", "x@test.works"))

    def fails(_: bytes) -> Mail:
        msg = "a fault of ours"
        raise ValueError(msg)

    with monkeypatch.context() as broken:
        broken.setattr("accord.server.inbox.receiving.read_mail", fails)
        post.brings(raw)
        unread = UnreadMail.objects.get()
        assert "a fault of ours" in olga.get(page(post)).content.decode()
        olga.post(f"{page(post)}{unread.pk}/try-again/")
        assert UnreadMail.objects.exists()
    olga.post(f"{page(post)}{unread.pk}/try-again/")
    assert not UnreadMail.objects.exists()
    assert Message.objects.get().message_id == reading.read_mail(raw).id
    post.brings(b"Subject: x\r\n\r\n", MONDAY)
    for _ in range(2):
        assert (
            olga.post(f"{page(post)}{UnreadMail.objects.values_list('pk', flat=True).first() or 1}/drop/").status_code
            == 302
        )
    assert not UnreadMail.objects.exists()


def test_a_source_of_another_kind_has_no_such_page(post: Post, olga: Client) -> None:
    post.source.kind = "server"
    post.source.save()
    assert olga.get(page(post)).status_code == 404
