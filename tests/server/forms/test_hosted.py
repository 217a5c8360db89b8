"""The page of a form: what it shows, what it keeps, what it never tells; consent; fields that are asked in turn."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone
from tests.server.conftest import Cast
from tests.server.forms.conftest import ADA, DEMO, Visitor, take
from tests.server.intake.conftest import FIREFOX

from accord.server.forms import hosted, stamp
from accord.server.forms.editing import change, create
from accord.server.forms.fields import Asked, ConsentBox, FormField, Kind
from accord.server.forms.models import Consent, ConsentText, Form, Openings, Submission
from accord.server.people.models import Person, Touchpoint
from accord.server.people.models import Visitor as KnownVisitor

pytestmark = pytest.mark.django_db
HEADERS = {"user-agent": FIREFOX, "accept": "text/html"}


def opened(form: Form, client: Client | None = None, query: str = "") -> str:
    answer = (client or Client()).get(f"/f/{form.key}{query}", headers=HEADERS)
    assert answer.status_code == 200
    return answer.content.decode()


def hidden(text: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(accord_\w+)" value="([^"]*)">', text))


def asked(text: str) -> set[str]:
    found = re.findall(r'<(?:input|select|textarea)[^>]* name="(\w+)"', text)
    return {name for name in found if not name.startswith("accord_")}


def earlier(form: Form, names: list[str]) -> str:
    return stamp.stamped(form, names, timezone.now() - timedelta(minutes=1))


def test_the_page_keeps_what_was_typed_if_something_is_missing(visitor: Visitor) -> None:
    sent = {"name": "", "email": "ada at home", "note": "I <3 tea", "accord_stamp": earlier(visitor.form, ["name", "email", "note"])}  # noqa: E501  # fmt: skip
    answer = visitor.post(sent)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "please check 2 fields" in text
    assert 'value="ada at home"' in text
    assert "I &lt;3 tea</textarea>" in text
    assert 'aria-describedby="wrong-name"' in text
    assert hidden(text)["accord_stamp"] == sent["accord_stamp"]
    assert not Submission.objects.exists()


def test_a_form_elsewhere_is_never_refused_for_what_is_missing(visitor: Visitor) -> None:
    assert visitor.post({"email": "ada at home"}).status_code == 303


def test_the_page_goes_through_to_a_lead_with_its_own_address_and_what_led_to_it(visitor: Visitor) -> None:
    client = Client()
    path = f"/f/{visitor.form.key}?utm_source=fair"
    page = client.get(path, headers={**HEADERS, "referer": "https://partner.example/list"}).content.decode()
    own = {**hidden(page), "accord_stamp": earlier(visitor.form, ["name", "email"])}
    assert client.post(path, {**ADA, **own}, headers=HEADERS).status_code == 303
    found = visitor.last()
    assert (found.page, found.referrer) == (
        f"http://testserver/f/{visitor.form.key}?utm_source=fair", "https://partner.example/list"
    )  # fmt: skip
    take()
    assert Touchpoint.objects.get().visit.source == "fair"  # type: ignore[union-attr]


def test_only_the_form_s_websites_may_frame_it_and_its_thanks_may_be_elsewhere(visitor: Visitor, cast: Cast) -> None:
    page = Client().get(f"/f/{visitor.form.key}", headers=HEADERS)
    assert "frame-ancestors *;" in page["Content-Security-Policy"] + ";"
    assert "X-Frame-Options" not in page
    draft = replace(DEMO, origins=["https://test.works"], thanks_url="https://test.works/thanks?a=1")
    form = change(visitor.form.pk, draft, 1, by=cast.mara, at=timezone.now())
    policy = Client().get(f"/f/{form.key}", headers=HEADERS)["Content-Security-Policy"]
    assert "frame-ancestors 'self' https://test.works" in policy
    assert "form-action 'self' https://test.works" in policy
    assert visitor.post()["Location"] == "https://test.works/thanks?a=1"
    assert 'target="_top"' in opened(form, query="?embed=1")


def test_openings_are_counted_for_browsers_alone(visitor: Visitor) -> None:
    opened(visitor.form)
    opened(visitor.form)
    Client().get(f"/f/{visitor.form.key}", headers={"user-agent": "curl/8"})
    assert Openings.objects.get().count == 2


# -- consent


def test_a_submission_keeps_which_text_was_shown_and_whether_it_was_ticked(visitor: Visitor, cast: Cast) -> None:
    first = hosted.shown_texts(visitor.form)
    visitor.post({**ADA, "accord_consents": first, "consent_newsletter": "yes"})
    longer = replace(DEMO, boxes=(ConsentBox("newsletter", "Write to me twice a month."),))
    form = change(visitor.form.pk, longer, 1, by=cast.mara, at=timezone.now())
    second = hosted.shown_texts(form)
    assert second != first
    visitor.post({**ADA, "email": "b@b.example", "accord_consents": second})
    visitor.post(
        {**ADA, "email": "c@c.example", "accord_consents": first, "consent_newsletter": "yes"}
    )  # a page of old
    found = Consent.objects.order_by("pk").values_list("text__version", "text__text", "given")
    assert list(found) == [
        (1, "Write to me once a month.", True),
        (2, "Write to me twice a month.", False),
        (1, "Write to me once a month.", True),
    ]
    take()
    assert Touchpoint.objects.order_by("pk").first().properties["consent_newsletter"] is True  # type: ignore[union-attr]
    assert "consent_newsletter" not in visitor.last().fields


def test_an_unchanged_text_is_no_new_version(visitor: Visitor, cast: Cast) -> None:
    change(visitor.form.pk, replace(DEMO, button="Go"), 1, by=cast.mara, at=timezone.now())
    assert ConsentText.objects.count() == 1


def test_the_texts_of_another_form_cannot_be_claimed(visitor: Visitor, cast: Cast) -> None:
    other = create(replace(DEMO, name="Other"), by=cast.mara, at=timezone.now())
    visitor.post({**ADA, "accord_consents": hosted.shown_texts(other) + ",999,99999999999999999999"})
    assert not Consent.objects.exists()


def test_what_was_agreed_to_can_be_neither_changed_nor_deleted(visitor: Visitor) -> None:
    visitor.post({**ADA, "accord_consents": hosted.shown_texts(visitor.form)})
    for statement in (
        "UPDATE forms_consent SET given = true",
        "DELETE FROM forms_consent",
        "UPDATE forms_consenttext SET text = 'x'",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_required_box_must_be_ticked_on_our_page(visitor: Visitor, cast: Cast) -> None:
    must = replace(DEMO, boxes=(ConsentBox("privacy", "I have read how it is used.", required=True),))
    form = change(visitor.form.pk, must, 1, by=cast.mara, at=timezone.now())
    sent = {**ADA, "accord_stamp": earlier(form, ["name", "email"]), "accord_consents": hosted.shown_texts(form)}
    assert visitor.post(sent).status_code == 422
    assert visitor.post({**sent, "consent_privacy": "yes"}).status_code == 303


# -- fields that are asked in turn

IN_TURN = replace(
    DEMO,
    fields=(
        FormField("name", "Name", required=True, fills="person.name", asked=Asked.UNKNOWN),
        FormField("email", "E-mail", Kind.EMAIL, required=True, fills="person.email", asked=Asked.UNKNOWN),
        FormField("topic", "Topic"),
        FormField("staff", "Staff", fills="company.employees", asked=Asked.INSTEAD),
        FormField("phone", "Phone", Kind.TEL, fills="person.phone", asked=Asked.INSTEAD),
        FormField("budget", "Budget", fills="lead.budget", asked=Asked.INSTEAD),
    ),
    boxes=(),
)
KNOWN = "d" * 32


@pytest.fixture
def in_turn(form: Form, cast: Cast) -> Form:
    """Ada has sent the form from her browser, which has the cookie of the snippet; her telephone is known."""
    visitor = Visitor(form)
    visitor.post({**ADA, "phone": "+49 89 1", "accord_visitor": KNOWN})
    take()
    assert KnownVisitor.objects.get(anonymous_id=KNOWN).person == Person.objects.get()
    return change(form.pk, IN_TURN, 1, by=cast.mara, at=timezone.now())


def of_ada() -> Client:
    client = Client()
    client.cookies["accord_visitor"] = f"{KNOWN}.zzzzzzzz.yes"
    return client


def test_what_is_known_is_not_asked_again_and_others_are_in_its_place(in_turn: Form) -> None:
    assert asked(opened(in_turn)) == {"name", "email", "topic"}
    assert asked(opened(in_turn, of_ada())) == {"topic", "staff", "budget"}  # the telephone is known as well


def test_a_link_that_is_passed_on_tells_nothing_of_the_first_person(in_turn: Form) -> None:
    """Lesson 11: nothing in an address shows who somebody is, or what is known of them."""
    text = opened(in_turn, query=f"?accord_visitor={KNOWN}&email=ada@analytical.example&anonymousId={KNOWN}")
    assert asked(text) == {"name", "email", "topic"}
    for told in ("Lovelace", "+49 89 1", "Analytical"):
        assert told not in text
        assert told not in opened(in_turn, of_ada())


def test_what_is_asked_in_its_place_is_added_to_the_person_who_is_known(in_turn: Form) -> None:
    client = of_ada()
    Submission.objects.update(at=timezone.now() - timedelta(hours=1))
    sent = {"topic": "flow", "staff": "250", "accord_stamp": earlier(in_turn, ["topic", "staff", "budget"])}
    assert client.post(f"/f/{in_turn.key}", sent, headers=HEADERS).status_code == 303
    take()
    person = Person.objects.get()
    assert person.company is not None
    assert person.company.fields == {"employees": 250}
    assert Touchpoint.objects.filter(event="form_submitted", person=person).count() == 2


def test_the_page_of_a_known_person_sent_from_a_browser_that_is_not_theirs_adds_nothing_to_them(in_turn: Form) -> None:
    sent = {"staff": "250", "accord_stamp": earlier(in_turn, ["topic", "staff", "budget"])}
    Client().post(f"/f/{in_turn.key}", sent, headers=HEADERS)
    take()
    assert Person.objects.get().company.fields == {}  # type: ignore[union-attr]


def test_the_plain_form_asks_everything_and_can_be_posted_as_it_stands(in_turn: Form, visitor: Visitor) -> None:
    text = hosted.plain_html(in_turn)
    assert asked(text) == {"name", "email", "topic", "staff", "phone", "budget"}
    assert f'action="{hosted.address(in_turn)}"' in text
    assert visitor.post(dict.fromkeys(asked(text), "a@b.example")).status_code == 303
    assert visitor.last().verdict == "taken"


def test_nothing_that_somebody_types_into_the_editor_runs_as_html(visitor: Visitor, cast: Cast) -> None:
    bad: Any = '"><script>alert(1)</script>'
    draft = replace(DEMO, name=bad, intro=bad, button=bad, fields=(FormField("a", bad),), boxes=(ConsentBox("b", bad),))
    form = change(visitor.form.pk, draft, 1, by=cast.mara, at=timezone.now())
    for text in (opened(form), hosted.plain_html(form), hosted.frame_html(form)):
        assert "<script>alert" not in text
