"""What somebody agreed to, on the page of their lead: which version, when, with which form."""

import re
from dataclasses import replace
from datetime import timedelta

from django.test import Client
from django.utils import timezone
from tests.server.conftest import Cast
from tests.server.forms.conftest import ADA, DEMO, Visitor, take

from accord.server.accounts.models import User
from accord.server.duplicates.merging import merge
from accord.server.duplicates.models import Kind
from accord.server.forms.editing import change
from accord.server.forms.fields import ConsentBox
from accord.server.forms.hosted import shown_texts
from accord.server.forms.models import Submission
from accord.server.forms.verdicts import say
from accord.server.people.models import Person
from accord.server.pipeline.models import Lead


def sent(visitor: Visitor, email: str = ADA["email"], **more: str) -> Person:
    """Somebody sends the form as its own page does, which says which texts it shows."""
    visitor.post({**ADA, "email": email, "accord_consents": shown_texts(visitor.form), **more})
    take()
    return Person.objects.get(email_key=email.lower())


def part_of(user: User, person: Person) -> str:
    client = Client()
    client.force_login(user)
    answer = client.get(f"/forms/consents/of/{person.pk}/")
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_the_lead_says_which_version_of_which_text_was_ticked_when_and_with_which_form(
    visitor: Visitor, cast: Cast
) -> None:
    ada = sent(visitor, consent_newsletter="yes")
    said = part_of(cast.mara, ada)
    assert said.startswith("Consent Newsletter Ticked Agreed")
    assert "version 1 of 2 Mar 2026 Write to me once a month. With the form Demo request" in said
    client = Client()
    client.force_login(cast.mara)
    assert f"/forms/consents/of/{ada.pk}/" in client.get(f"/leads/{Lead.objects.get().pk}/").content.decode()


def test_each_answer_is_kept_with_the_version_that_was_shown_the_latest_first(visitor: Visitor, cast: Cast) -> None:
    sent(visitor, consent_newsletter="yes")
    Submission.objects.update(at=timezone.now() - timedelta(days=2))
    other = replace(DEMO, boxes=(ConsentBox("newsletter", "Write to me every day."),))
    visitor.form = change(visitor.form.pk, other, visitor.form.version, by=cast.mara, at=timezone.now())
    ada = sent(visitor)
    said = part_of(cast.mara, ada)
    assert re.findall("(Agreed|Was asked)|version ([0-9])", said) == [
        ("Was asked", ""), ("", "2"), ("Agreed", ""), ("", "1"),
    ]  # fmt: skip


def test_an_answer_given_with_a_double_post_counts_and_one_of_spam_does_not(visitor: Visitor, cast: Cast) -> None:
    sent(visitor)
    ada = sent(visitor, consent_newsletter="yes")
    assert visitor.last().double_of is not None
    assert part_of(cast.mara, ada).count("Agreed") == 1
    say(Submission.objects.earliest("pk").pk, Submission.Word.SPAM, by=cast.mara, at=timezone.now())
    assert "Was asked" not in part_of(cast.mara, ada)


def test_who_was_asked_nothing_has_no_such_part_and_a_merge_takes_the_answers_along(
    visitor: Visitor, cast: Cast
) -> None:
    ada = sent(visitor, consent_newsletter="yes")
    other = Person.objects.create(name="A. Lovelace", created_at=timezone.now())
    assert part_of(cast.mara, other) == ""
    merge(Kind.PERSON, other.pk, ada.pk, at=timezone.now(), by=None)
    assert "Agreed" in part_of(cast.mara, other)


def test_only_who_keeps_forms_is_led_to_the_submission(visitor: Visitor, cast: Cast) -> None:
    ada = sent(visitor, consent_newsletter="yes")
    client = Client()
    for user, leads_there in ((cast.mara, True), (cast.tom, False)):
        client.force_login(user)
        page = client.get(f"/forms/consents/of/{ada.pk}/").content.decode()
        assert (f"/forms/submissions/{visitor.last().pk}/" in page) is leads_there
        assert "Demo request" in page
