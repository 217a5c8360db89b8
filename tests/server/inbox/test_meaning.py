"""What mails lead to."""

from datetime import timedelta

import pytest
from tests.server.conftest import MONDAY, Cast, World
from tests.server.inbox.conftest import Post, written

from accord.server.handoffs.models import Attempt, Clock
from accord.server.inbox.models import Mailbox, OwnDomain, UnreadMail
from accord.server.people.models import Person, Touchpoint
from accord.server.pipeline.models import Lead
from accord.server.tracking.models import Message, Pending, Source


def told() -> list[tuple[str, str, bool]]:
    rows = Touchpoint.objects.order_by("pk").values_list("person__email_key", "event", "counts")
    return [(person or "", event, counts) for person, event, counts in rows]


def test_a_mail_of_somebody_we_know_is_theirs(post: Post, world: World) -> None:
    person = world.person()
    assert post.brings(written(f"Another Name <{person.email.upper()}>", post.address, text="Please call me"))
    touchpoint = Touchpoint.objects.get()
    assert (touchpoint.person, touchpoint.event, touchpoint.at) == (person, "mail_received", MONDAY)
    assert touchpoint.properties == {"subject": "Gauges", "excerpt": "Please call me"}
    assert Person.objects.get().name == person.name


def test_who_writes_to_us_for_the_first_time_becomes_a_person(post: Post) -> None:
    post.brings(written("Ada Lovelace <ada@c9.example>", "sales@test.works"))
    person = Person.objects.get()
    assert (person.name, person.email_key) == ("Ada Lovelace", "ada@c9.example")
    assert not Lead.objects.exists()
    Mailbox.objects.create(source=post.source, opens_leads=True)
    post.brings(written("Bo <bo@c9.example>", "sales@test.works", id_="m2@test"))
    assert Lead.objects.get().person.name == "Bo"
    assert Lead.objects.get().source == "Mail"


def test_a_mail_that_comes_twice_is_one_touchpoint(post: Post, world: World) -> None:
    """Lesson 25: again by the same way, and by another source."""
    mail = written(world.person().email, post.address)
    post.brings(mail)
    post.brings(mail)
    other = Post(Source.objects.create(name="Second", kind="mail", created_at=MONDAY))
    other.brings(mail)
    assert Touchpoint.objects.count() == 1


def test_our_own_addresses_never_become_contacts(post: Post, cast: Cast) -> None:
    """Lesson 30."""
    OwnDomain.objects.create(domain="test-works.example")
    post.brings(written(cast.tom.email, f"{cast.priya.email}, stranger@c8.example", id_="m1@t"))
    post.brings(written("boss@test-works.example", "sales@test.works", id_="m2@t"))
    post.brings(written("info@test.works", post.address, id_="m3@t"))
    assert not Person.objects.exists()
    assert not Pending.objects.exists()


def test_users_with_free_mail_do_not_make_its_domain_ours(post: Post, cast: Cast) -> None:
    cast.tom.email = "tom@gmail.com"
    cast.tom.save()
    post.brings(written("tom@gmail.com", "x@c1.example", id_="m1@t"))
    post.brings(written("ada@gmail.com", "sales@test.works", id_="m2@t"))
    assert Person.objects.get().email_key == "ada@gmail.com"


def test_a_mail_of_the_owner_is_an_attempt_and_stops_the_clock(post: Post, world: World) -> None:
    lead = world.demo_request(MONDAY)
    at = MONDAY + timedelta(minutes=5)
    mail = written(lead.owner.email, f"{lead.person.email}, {post.address}", subject="Your demo", at=at)
    post.brings(mail, at)
    post.brings(mail, at)
    attempt = Attempt.objects.get()
    assert (attempt.by, attempt.channel, attempt.outcome, attempt.at) == (lead.owner, "mail", "sent", at)
    assert Clock.objects.get(promise="first_attempt").outcome == "kept"
    assert Touchpoint.objects.get(event="mail_sent").person == lead.person


def test_a_mail_of_somebody_whose_lead_it_is_not_is_a_touchpoint_alone(post: Post, world: World, cast: Cast) -> None:
    lead = world.demo_request(MONDAY)
    post.brings(written(cast.mara.email, lead.person.email))
    assert not Attempt.objects.exists()
    assert Touchpoint.objects.filter(event="mail_sent").count() == 1


def test_an_automatic_reply_and_a_bounce_are_no_interest(post: Post, world: World) -> None:
    """Lesson 17."""
    person = world.person()
    away = written(person.email, "tom@test.works", subject="Out of office", id_="m1@t")
    bounce = written("mailer-daemon@mx.example", "tom@test.works", subject="Undelivered Mail", id_="m2@t")
    bounce["X-Failed-Recipients"] = f"{person.email}, stranger@c8.example"
    stranger = written("no-reply@c8.example", "tom@test.works", id_="m3@t")
    for mail in (away, bounce, stranger):
        post.brings(mail)
    assert told() == [(person.email_key, "mail_auto_replied", False), (person.email_key, "mail_bounced", False)]
    assert Person.objects.count() == 1


def test_what_cannot_be_read_is_set_aside_whole_and_once(post: Post) -> None:
    raw = b"Subject: nobody\r\n\r\ntext \x00\xff"
    assert not post.brings(raw)
    assert not post.brings(raw)
    kept = UnreadMail.objects.get()
    assert bytes(kept.raw) == raw
    assert "does not say who wrote it" in kept.reason
    assert not Message.objects.exists()


def test_of_a_mail_headers_and_the_beginning_are_kept_and_nothing_else(post: Post, world: World) -> None:
    mail = written(world.person().email, post.address, text="word " * 200 + "the secret end")
    mail.add_attachment(b"attached secret", maintype="application", subtype="pdf", filename="secret.pdf")
    post.brings(mail)
    assert "word word" in Message.objects.get().body
    assert "secret" not in Message.objects.get().body


@pytest.mark.parametrize("address", ["ada@@c1.example", "a b@c1.example", "ada@localhost"])
def test_a_sender_that_is_no_address_is_set_aside_and_holds_up_nobody(post: Post, world: World, address: str) -> None:
    post.brings(written("ada@c1.example", post.address).as_bytes().replace(b"ada@c1.example", address.encode()))
    post.brings(written(world.person().email, post.address, id_="m2@test"))
    assert Touchpoint.objects.filter(event="mail_received").count() == 1
    assert UnreadMail.objects.exists() or Pending.objects.exclude(set_aside_at=None).exists()
