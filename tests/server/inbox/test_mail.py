"""What is read of a mail, and whether a person wrote it."""

from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.server.conftest import MONDAY
from tests.server.inbox.conftest import written

from accord.server.inbox.mail import Address, MailError, Nature, read_mail


def test_a_mail_says_who_wrote_what_to_whom() -> None:
    text = "Dear Tom,\n\nplease call me.\n\n> what you wrote\nOn Monday, Tom wrote:\n> more of it"
    mail = written('"Müller, Änne" <aenne@c1.example>', "Tom <tom@test.works>, x@c2.example", text=text)
    read = read_mail(bytes(mail))
    assert read.sender == Address("Müller, Änne", "aenne@c1.example")
    assert [each.address for each in read.recipients] == ["tom@test.works", "x@c2.example"]
    assert (read.id, read.subject, read.at, read.nature) == ("m1@test", "Gauges", MONDAY, Nature.WRITTEN)
    assert read.excerpt == "Dear Tom, please call me."


def test_of_a_mail_in_html_the_words_are_read_and_of_a_long_one_the_beginning() -> None:
    mail = written("a@c1.example", "b@c2.example", text="")
    mail.set_content("<style>p {}</style><p>Hello <b>you</b></p>" + "<p>word</p>" * 500, subtype="html")
    read = read_mail(bytes(mail))
    assert read.excerpt.startswith("Hello you word")
    assert len(read.excerpt) == 300


def with_headers(headers: dict[str, str]) -> bytes:
    mail = written("a@c1.example", "b@c2.example")
    for name, value in headers.items():
        del mail[name]
        mail[name] = value
    return bytes(mail)


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto-Submitted": "auto-replied"},
        {"Auto-Submitted": "auto-generated; owner-email=x"},
        {"X-Autoreply": "yes"},
        {"Precedence": "bulk"},
        {"Precedence": "auto_reply"},
        {"List-Id": "<news.c1.example>"},
        {"Subject": "Automatic reply: Gauges"},
        {"Subject": "Abwesenheitsnotiz: Messgeräte"},
        {"Subject": "Out of Office"},
        {"From": "no-reply@c1.example"},
    ],
)
def test_what_a_program_wrote_is_known_as_such(headers: dict[str, str]) -> None:
    """Lesson 17."""
    assert read_mail(with_headers(headers)).nature is Nature.AUTOMATIC


@pytest.mark.parametrize("headers", [{"Auto-Submitted": "no"}, {"Precedence": "normal"}, {"Subject": "Office chairs"}])
def test_what_a_person_wrote_is_theirs(headers: dict[str, str]) -> None:
    assert read_mail(with_headers(headers)).nature is Nature.WRITTEN


def test_a_report_of_failure_says_whom_it_was_for() -> None:
    raw = b"""From: MAILER-DAEMON@mx.example\r\nTo: tom@test.works\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r
Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nSorry\r\n--b\r
Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r
Final-Recipient: rfc822; ada@c1.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n"""
    read = read_mail(raw)
    assert (read.nature, read.failed) == (Nature.BOUNCE, ("ada@c1.example",))


@pytest.mark.parametrize(
    "raw", [b"", b"\x00\xff", b"Subject: no one\r\n\r\nx", b"From: nobody\r\n\r\nx", b"From: @\r\n\r\n"]
)
def test_what_names_no_sender_cannot_be_read(raw: bytes) -> None:
    with pytest.raises(MailError):
        read_mail(raw)


def test_a_mail_without_an_id_is_known_by_what_it_says() -> None:
    mail = written("a@c1.example", "b@c2.example")
    del mail["Message-ID"]
    assert read_mail(bytes(mail)).id == read_mail(bytes(mail)).id
    assert read_mail(bytes(mail)).id != read_mail(bytes(mail) + b"x").id


PIECES = [
    b"From: a@b.example\r\n",
    b"To: =?x?q?",
    b"Subject: =?utf-8?b?w?=\r\n",
    b"Date: Mon, 99\r\n",
    b"Content-Type: multipart/mixed; boundary=b\r\n",
    b"\r\n",
    b"--b\r\n",
    b"Content-Transfer-Encoding: base64\r\n",
    b"Content-Type: text/plain; charset=nonsense\r\n",
    b"Content-Type: text/html\r\n",
    b"<!DOCTYPE [<![if x",
]


@given(st.binary(max_size=300), st.lists(st.sampled_from(PIECES), max_size=9))
def test_whatever_arrives_is_read_or_refused_with_a_reason(noise: bytes, pieces: list[bytes]) -> None:
    try:
        read = read_mail(b"".join(pieces) + noise)
    except MailError:
        return
    for text in (read.subject, read.excerpt, read.sender.name, read.id):
        text.encode()
        assert "\x00" not in text


def test_parts_that_are_nested_deeply_are_read_all_the_same() -> None:
    mail = EmailMessage()
    mail["From"] = "a@c1.example"
    levels = (b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (each, each) for each in range(90))
    assert read_mail(b"From: a@c1.example\r\n" + b"".join(levels) + b"\r\ndeep").sender.address == "a@c1.example"


@pytest.mark.shared_data
def test_real_bounces_are_known_as_such(shared_data: Callable[[str], Path]) -> None:
    """Of sisimai's collection, of which three are automatic replies; what it lists as no bounce is none here."""
    natures: dict[str, list[Nature]] = {}
    for path in sorted(shared_data("bounces/sisimai/maildir").glob("*/*.eml")):
        try:
            nature = read_mail(path.read_bytes()).nature
        except MailError:
            nature = Nature.AUTOMATIC  # it is set aside, and nobody's interest
        natures.setdefault(path.parent.name, []).append(nature)
    bounces = natures["bsd"]
    known, taken_for_a_person = bounces.count(Nature.BOUNCE), bounces.count(Nature.WRITTEN)
    assert len(bounces) == 333
    assert (known, taken_for_a_person) == (317, 2)
    assert Nature.BOUNCE not in natures["not"]
