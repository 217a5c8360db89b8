"""The Forms pages and the editor."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.server.conftest import Cast
from tests.server.forms.conftest import ADA, DEMO, Visitor, take

from accord.server.accounts.models import AuditEntry
from accord.server.forms.editing import change
from accord.server.forms.fields import FormError, read
from accord.server.forms.models import Form, Openings, Submission
from accord.server.forms.queries import form_rows
from accord.server.tracking.models import Source

pytestmark = pytest.mark.django_db
BUDGET = 12

TYPED: dict[str, Any] = {
    "name": "Newsletter", "event": "Newsletter", "intro": "", "button": "Sign up", "thanks": "Welcome",
    "thanks_url": "", "origins": "https://Test.works/", "window": "30", "version": "1",
    "field-id": ["", ""], "field-label": ["E-mail", "Country"], "field-kind": ["email", "select"],
    "field-fills": ["person.email", "company.country"], "field-required": ["yes", "no"],
    "field-asked": ["always", "unknown"], "field-options": ["", "DE = Germany\r\nAT = Austria"],
    "box-purpose": ["newsletter"], "box-text": ["Write to me."], "box-required": ["no"],
}  # fmt: skip


@pytest.fixture
def mara(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.mara)
    return client


def test_a_form_is_made_in_the_editor(mara: Client, form: Form) -> None:
    answer = mara.post("/forms/new/", TYPED)
    made = Form.objects.latest("pk")
    assert answer["Location"] == f"/forms/{made.pk}/"
    assert (str(made), made.event, made.window_minutes) == ("Newsletter", "newsletter", 30)
    assert made.source.allowed_origins == ["https://test.works"]
    assert (made.source.kind, made.source.created_by.name) == ("form", "Mara")  # type: ignore[union-attr]
    email, country = read(made.fields)
    assert (email.name, email.required, email.fills) == ("email", True, "person.email")
    assert (country.options, country.asked) == ((("DE", "Germany"), ("AT", "Austria")), "unknown")
    assert [box["purpose"] for box in made.boxes] == ["newsletter"]
    assert AuditEntry.objects.filter(action="form.created").exists()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": ""}, "The form needs a name."),
        ({"event": "?"}, "Say what the agreement calls it, such as demo."),
        ({"window": "soon"}, "The window may have 0 to 43200 minutes."),
        ({"thanks_url": "javascript:alert(1)"}, "must begin with https:// or http://"),
        ({"origins": "ftp://x"}, "is no website"),
        ({"field-label": ["", "Country"]}, "Field 1 needs a label."),
        (
            {"field-fills": ["person.shoe", ""]},
            "Field 1 (E-mail) fills person.shoe, which the agreement does not know.",
        ),
        ({"field-fills": ["person.email", "person.email"]}, "Two fields fill person.email."),
        ({"field-options": ["", ""]}, "Field 2 (Country) is a choice and needs options, one a line."),
        ({"field-kind": ["hidden", "hidden"]}, "A form needs a field that people can fill in."),
        ({"box-text": [""]}, "Consent box 1 needs a text."),
        ({"name": "Demo request"}, "There is a source called Demo request already."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    mara: Client, form: Form, wrong: dict[str, Any], sentence: str
) -> None:
    answer = mara.post("/forms/new/", {**TYPED, **wrong})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in text
    assert "DE = Germany" in text or "field-options" in wrong or "field-kind" in wrong
    assert Form.objects.count() == 1
    assert Source.objects.count() == 1


@pytest.mark.parametrize(
    ("button", "labels"),
    [
        ("field:add", ["E-mail", "Country", ""]),
        ("field:up:1", ["Country", "E-mail"]),
        ("field:down:0", ["Country", "E-mail"]),
        ("field:remove:0", ["Country"]),
        ("field:up:0", ["E-mail", "Country"]),
        ("field:remove:7", ["E-mail", "Country"]),
        ("nonsense", ["E-mail", "Country"]),
    ],
)
def test_fields_are_added_moved_and_removed_without_saving(
    mara: Client, form: Form, button: str, labels: list[str]
) -> None:
    answer = mara.post("/forms/new/", {**TYPED, "do": button})
    assert answer.status_code == 200
    assert [field.label for field, _ in answer.context["rows"]] == labels
    assert Form.objects.count() == 1


def test_the_preview_shows_what_is_typed(mara: Client, form: Form) -> None:
    text = mara.post("/forms/preview/", {**TYPED, "button": "Go on"}).content.decode()
    assert "Go on" in text
    assert '<option value="AT">Austria</option>' in text


def test_two_people_do_not_overwrite_each_other_unawares(mara: Client, form: Form, cast: Cast) -> None:
    page = mara.get(f"/forms/{form.pk}/edit/")
    assert page.context["version"] == 1
    change(form.pk, replace(DEMO, button="Olga's"), 1, by=cast.olga, at=timezone.now())
    answer = mara.post(f"/forms/{form.pk}/edit/", {**TYPED, "button": "Mara's"})
    assert answer.status_code == 409
    assert "Olga changed this form" in answer.content.decode()
    assert 'value="Mara&#x27;s"' in answer.content.decode()
    form.refresh_from_db()
    assert form.button == "Olga's"
    again = mara.post(f"/forms/{form.pk}/edit/", {**TYPED, "button": "Mara's", "version": answer.context["version"]})
    assert again.status_code == 302
    form.refresh_from_db()
    assert (form.button, form.version) == ("Mara's", 3)
    with pytest.raises(FormError):
        change(form.pk, DEMO, 2, by=cast.olga, at=timezone.now())


def test_a_form_that_is_changed_keeps_the_names_of_its_inputs(mara: Client, form: Form) -> None:
    """Its plain HTML stands in websites: what a field is called there must go on to mean the same."""
    names = [field.name for field in read(form.fields)]
    fields = read(form.fields)
    mara.post(
        f"/forms/{form.pk}/edit/",
        {
            **TYPED, "name": "Demo request", "field-id": names, "field-label": [f"New {name}" for name in names],
            "field-kind": [field.kind.value for field in fields], "field-fills": [field.fills for field in fields],
            "field-required": ["no"] * 6, "field-asked": ["always"] * 6,
            "field-options": ["planned"] * 6,
        },
    )  # fmt: skip
    form.refresh_from_db()
    assert [(field.name, field.label) for field in read(form.fields)] == [(name, f"New {name}") for name in names]


def test_a_form_is_closed_and_opened_again(mara: Client, form: Form, visitor: Visitor) -> None:
    mara.post(f"/forms/{form.pk}/disable/")
    assert visitor.post().status_code == 410
    assert "Closed" in mara.get(f"/forms/{form.pk}/").content.decode()
    mara.post(f"/forms/{form.pk}/enable/")
    assert visitor.post().status_code == 303


def test_the_list_counts_what_came_of_each_form(form: Form, visitor: Visitor, cast: Cast) -> None:
    """Two count, one of them from the form's own page, which was opened four times; one came twice, one is spam."""
    visitor.post()
    visitor.post()
    visitor.post({**ADA, "email": "b@b.example"})
    Submission.objects.filter(pk=visitor.last().pk).update(ours=True)
    counting = visitor.last()
    visitor.post({**ADA, "email": "c@c.example", "accord_url": "x"})
    Openings.objects.create(form=form, day=timezone.now().date(), count=4)
    Openings.objects.create(form=form, day=timezone.now().date() - timedelta(days=31), count=400)
    [row] = form_rows(cast.mara, timezone.now())
    assert (row.taken, row.spam, row.opened, row.conversion, row.last_at) == (2, 1, 4, 0.25, counting.at)
    assert row.spam_share == pytest.approx(1 / 3)


def test_submissions_are_narrowed_by_form_state_and_address(mara: Client, form: Form, visitor: Visitor) -> None:
    visitor.post()
    visitor.post()
    visitor.post({**ADA, "email": "spam@b.example", "accord_url": "x"})

    def found(query: str) -> list[str]:
        return [line["state"] for line in mara.get(f"/forms/submissions/?{query}").context["lines"]]

    assert found("") == ["spam", "double", "taken"]
    assert found("state=spam") == ["spam"]
    assert found("state=double") == ["double"]
    assert found("q=ADA@") == ["double", "taken"]
    assert found(f"form={form.pk}&state=taken") == ["taken"]
    assert found("form=99999") == []
    assert len(found("form=x&state=x&q=%00&page=x")) == 3


def test_the_export_has_a_column_for_each_input_and_no_formula_runs(mara: Client, visitor: Visitor) -> None:
    visitor.post({**ADA, "note": "=1+1", "accord_url": "x"})
    answer = mara.get("/forms/submissions/export/")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    head, row = text.strip().splitlines()
    assert head.endswith("name,email,company,note")
    assert "Spam,100,A field that people cannot see was filled in.,ada@analytical.example" in row
    assert row.endswith("'=1+1")
    assert AuditEntry.objects.filter(action="submissions.exported").exists()


def test_a_submission_says_why_and_can_be_called_fine_and_back(mara: Client, visitor: Visitor) -> None:
    visitor.post({**ADA, "accord_url": "x"})
    path = f"/forms/submissions/{visitor.last().pk}/"
    text = mara.get(path).content.decode()
    assert "A field that people cannot see was filled in." in text
    assert "This is not spam" in text
    mara.post(f"{path}judge/", {"word": "fine"})
    take()
    text = mara.get(path).content.decode()
    assert "Mara said" in text
    assert "The lead" in text
    mara.post(f"{path}judge/", {"word": ""})
    assert "This is not spam" in mara.get(path).content.decode()


def test_pages_cost_the_same_however_many_rows_there_are(mara: Client, visitor: Visitor) -> None:
    def asked(path: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert mara.get(path).status_code == 200
        return len(queries)

    visitor.post()
    few = [asked(path) for path in ("/forms/", "/forms/submissions/", f"/forms/{visitor.form.pk}/")]
    for place in range(15):
        visitor.post({**ADA, "email": f"p{place}@p.example"}, address=f"192.0.2.{place}")
    many = [asked(path) for path in ("/forms/", "/forms/submissions/", f"/forms/{visitor.form.pk}/")]
    assert many == few
    assert max(many) <= BUDGET


def test_a_page_that_is_not_there_says_so(mara: Client) -> None:
    for path in ("/forms/99/", "/forms/99/edit/", "/forms/submissions/99/", f"/forms/{10**30}/"):
        assert mara.get(path).status_code == 404, path
    assert mara.post("/forms/submissions/99/judge/", {"word": "spam"}).status_code == 404
