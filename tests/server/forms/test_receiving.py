"""Posting to a form: what becomes of it, and that the visitor always sees success."""

import json
from datetime import UTC, datetime

import pytest
from django.test import Client
from tests.server.forms.conftest import ADA, Visitor, take
from tests.server.intake.conftest import FIREFOX

from accord.server.forms.models import Submission
from accord.server.forms.reading import LARGEST_BODY, UNREADABLE
from accord.server.people.models import Company, Person, Touchpoint
from accord.server.people.models import Visitor as KnownVisitor
from accord.server.pipeline.models import Lead
from accord.server.tracking.log import append
from accord.server.tracking.models import Message, Source

pytestmark = pytest.mark.django_db


def test_a_form_of_any_website_becomes_a_touchpoint_a_person_a_company_and_a_lead(visitor: Visitor) -> None:
    answer = visitor.post({**ADA, "staff": "250", "budget": "planned", "note": "Please call", "colour": "red"})
    assert (answer.status_code, answer["Location"]) == (303, f"/f/{visitor.form.key}/thanks")
    take()
    touchpoint = Touchpoint.objects.get()
    assert (touchpoint.event, touchpoint.source, touchpoint.counts) == ("form_submitted", "Demo request", True)
    assert touchpoint.properties == {
        "note": "Please call", "colour": "red", "form_name": "Demo request", "form": "demo"
    }  # fmt: skip
    person = Person.objects.get()
    assert (person.name, person.email_key) == ("Ada Lovelace", "ada@analytical.example")
    company = Company.objects.get()
    assert (company.name, company.fields, person.company) == ("Analytical Engines", {"employees": 250}, company)
    lead = Lead.objects.get()
    assert (lead.person, lead.fields) == (person, {"budget": "planned"})


def test_the_three_ways_in_which_forms_are_sent_say_the_same(visitor: Visitor) -> None:
    sent = {"name": "Zoë 你好", "email": "zoe@a.example"}
    visitor.post(b"name=Zo%C3%AB+%E4%BD%A0%E5%A5%BD&email=zoe@a.example", content_type="application/x-www-form-urlencoded")  # noqa: E501  # fmt: skip
    first = visitor.last().fields
    visitor.post(sent)  # multipart
    second = visitor.last().fields
    answer = visitor.post(json.dumps(sent).encode(), content_type="application/json")
    assert answer.json() == {"ok": True, "text": "Thank you. We will be in touch.", "address": None}
    assert first == second == visitor.last().fields == sent


def test_it_is_in_the_log_when_it_is_acknowledged_with_the_page_and_a_cut_address(visitor: Visitor) -> None:
    visitor.post(headers={"referer": "https://test.works/contact?utm_source=x"})
    message = Message.objects.get()
    assert (message.event, message.ip_prefix, message.user_agent) == ("Form Submitted", "198.51.100.0/24", FIREFOX)
    body = json.loads(message.body)
    assert body["context"]["page"] == {"url": "https://test.works/contact?utm_source=x"}
    assert body["context"]["ip"] == "198.51.100.0"
    submission = visitor.last()
    assert (submission.page, submission.ip_prefix) == ("https://test.works/contact?utm_source=x", "198.51.100.0/24")
    assert "198.51.100.23" not in str(vars(submission))


def test_the_anonymous_past_joins_the_person(visitor: Visitor) -> None:
    site = Source.objects.create(name="Website", kind="browser", created_at=datetime.now(UTC))
    page = {"page": {"url": "https://test.works/pricing", "path": "/pricing"}, "userAgent": FIREFOX}
    view = {"type": "page", "messageId": "1", "anonymousId": "a" * 32, "context": page}
    append(site, [view], received_at=datetime.now(UTC))
    visitor.post({**ADA, "accord_visitor": "a" * 32 + " https://test.works/contact"})
    take()
    person = Person.objects.get()
    assert set(Touchpoint.objects.values_list("event", "person")) == {
        ("page_viewed", person.pk), ("form_submitted", person.pk)
    }  # fmt: skip
    assert KnownVisitor.objects.get().person == person
    assert visitor.last().page == "https://test.works/contact"
    assert "accord_visitor" not in visitor.last().fields


def test_the_cookie_of_the_snippet_says_who_it_is_on_a_server_of_the_same_site(visitor: Visitor) -> None:
    known = "b" * 32
    visitor.post(headers={"cookie": f"accord_visitor={known}.zzzzzzzz.yes"})
    assert visitor.last().anonymous_id == known
    visitor.post(headers={"cookie": f"accord_visitor={known}.zzzzzzzz.no"})
    assert visitor.last().anonymous_id != known  # who refused is not told from others


def test_a_form_adds_what_is_missing_and_corrects_nothing(visitor: Visitor) -> None:
    """Lesson 11: anybody can type anybody's address into a form."""
    visitor.post({**ADA, "budget": "planned", "staff": "250"})
    take()
    visitor.post({**ADA, "name": "Mallory", "phone": "+49 89 1", "company": "Evil", "staff": "1", "budget": "none"})
    take()
    person = Person.objects.get()
    assert (person.name, person.phone) == ("Ada Lovelace", "+49 89 1")
    assert Company.objects.get().fields == {"employees": 250}
    assert Lead.objects.get().fields == {"budget": "planned"}


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "application/x-www-form-urlencoded"),
        (b"\xff\xfe%%%&&&==&a=%00%ff", "application/x-www-form-urlencoded"),
        (b"{not json", "application/json"),
        (b"[1, 2]", "application/json"),
        (b'{"a": {"b": ["\\ud800", 1, null, {"c": 2}]}, "": 1}', "application/json"),
        (b"[" * 30_000, "application/json"),
        (b"no boundary", "multipart/form-data"),
        (b"--x\r\nContent-Disposition: form-data; name=a", "multipart/form-data; boundary=x"),
        (b"a=b\r\n", "text/plain"),
        (b"&".join(b"f%d=%d" % (n, n) for n in range(5000)), "application/x-www-form-urlencoded"),
        (b"<a/>", "application/xml"),
        ("name=" + "x" * 50_000, "application/x-www-form-urlencoded"),
    ],
)
def test_odd_input_is_kept_and_the_visitor_sees_success(visitor: Visitor, body: bytes, kind: str) -> None:
    answer = visitor.post(body, content_type=kind, headers={"user-agent": "Mozilla/5.0 \x00 Firefox/1"})
    assert answer.status_code == (200 if kind == "application/json" else 303)
    assert Submission.objects.count() == 1
    take()


def test_what_nobody_should_send_is_not_kept(visitor: Visitor) -> None:
    visitor.post({**ADA, "password": "hunter2", "note": "my card 4111 1111 1111 1111", "phone": "+4915112345678"})
    assert visitor.last().fields == {
        **ADA, "password": "(not kept)", "note": "(not kept)", "phone": "+4915112345678"
    }  # fmt: skip


def test_a_body_that_is_too_large_and_a_form_that_is_not_there_say_so_in_plain_words(visitor: Visitor) -> None:
    large = visitor.post(b"a=" + b"x" * LARGEST_BODY, content_type="application/x-www-form-urlencoded")
    assert (large.status_code, b"64 kB" in large.content) == (413, True)
    missing = Client().post("/f/nothing", ADA)
    assert (missing.status_code, b"This form does not exist" in missing.content) == (404, True)
    Source.objects.filter(pk=visitor.form.source_id).update(disabled_at=datetime.now(UTC))
    closed = visitor.post()
    assert (closed.status_code, b"has not been sent" in closed.content) == (410, True)
    asked = visitor.post(headers={"accept": "application/json"})
    assert (asked.status_code, asked.json()["ok"]) == (410, False)
    assert not Submission.objects.exists()


def test_everything_that_a_message_may_hold_at_most_still_fits(visitor: Visitor) -> None:
    long = "€" * 2000
    sent = {**ADA, **{f"f{place}": long for place in range(3)}, "company": long, "staff": long}
    body = "&".join(f"{name}={value}" for name, value in sent.items()).encode()
    visitor.post(body, content_type="application/x-www-form-urlencoded", headers={"referer": f"https://a.example/{'x' * 5000}"})  # noqa: E501  # fmt: skip
    take()
    assert Touchpoint.objects.filter(event="form_submitted").count() == 1
    assert visitor.last().fields["f2"] == long


def test_no_token_and_no_sign_in_is_asked_for(visitor: Visitor) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post(f"/f/{visitor.form.key}", ADA, headers={"user-agent": FIREFOX})
    assert answer.status_code == 303
    assert client.get(answer["Location"]).status_code == 200


def test_a_script_of_an_allowed_website_may_read_the_answer_and_another_may_not(visitor: Visitor) -> None:
    Source.objects.filter(pk=visitor.form.source_id).update(allowed_origins=["https://test.works"])
    path = f"/f/{visitor.form.key}"
    asked = Client().options(path, headers={"origin": "https://test.works"})
    assert asked.status_code == 204
    assert asked["Access-Control-Allow-Origin"] == "https://test.works"
    assert asked["Access-Control-Allow-Headers"] == "Content-Type, Accept"
    assert "Access-Control-Allow-Origin" not in Client().options(path, headers={"origin": "https://evil.example"})
    there = visitor.post(headers={"origin": "https://test.works"})
    assert there["Access-Control-Allow-Origin"] == "https://test.works"
    assert visitor.last().verdict == "taken" or visitor.last().reasons == []
    elsewhere = visitor.post({**ADA, "email": "b@b.example"}, headers={"origin": "https://evil.example"})
    assert elsewhere.status_code == 303
    assert visitor.last().verdict == "spam"


def test_an_unreadable_body_is_kept_as_it_came(visitor: Visitor) -> None:
    visitor.post(b"{not json", content_type="application/json")
    assert visitor.last().fields == {UNREADABLE: "{not json"}
    assert visitor.last().verdict == "spam"
