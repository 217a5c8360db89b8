"""Forms in a real browser: the page that Accord shows, in a frame too, and plain HTML on a website with the snippet."""

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.e2e.looking import faults
from tests.server.conftest import Cast, revision  # noqa: F401  # a fixture
from tests.server.forms.conftest import DEMO
from tests.server.tracking.snippet.conftest import (  # noqa: F401  # fixtures
    Site,
    Until,
    Watched,
    accord_address,
    of,
    site,
    until,
    watched,
)

from accord.server.agreements.models import Revision
from accord.server.forms import hosted
from accord.server.forms.editing import create
from accord.server.forms.fields import FormField, written
from accord.server.forms.models import Form, Submission
from accord.server.handoffs.offers import offer_ready
from accord.server.intake.taking import take_in
from accord.server.people.models import Person, Touchpoint
from accord.server.pipeline.judging import judge_due
from accord.server.pipeline.models import Lead

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FIELDS = (
    *DEMO.fields[:3],
    FormField("staff", "Staff", fills="company.employees"),
    FormField("country", "Country", fills="company.country"),
)


@pytest.fixture
def shown(site: Site) -> Form:  # noqa: F811
    """A form that the running server knows as well, as it knows the website."""
    form = create(replace(DEMO, name=f"Form {site.key}", fields=FIELDS[:3]), by=None, at=timezone.now())
    form.fields = written(FIELDS)  # the agreement that knows them is signed later, in the test's own transaction
    form.save(update_fields=["fields"])
    return form


@pytest.fixture
def visitor(shown: Form, watched: Watched, browser: Any) -> Watched:  # noqa: F811
    """A browser that does not call itself a robot, as the one of tests does; on a telephone, in the dark."""
    agent = watched.page.evaluate("navigator.userAgent").replace("HeadlessChrome", "Chrome")
    context = browser.new_context(user_agent=agent, viewport={"width": 390, "height": 800}, color_scheme="dark")
    watched.page = watched.watch(context.new_page())
    return watched


def fill_in(page: Any, email: str) -> None:
    for name, value in {"name": "Ada Lovelace", "email": email, "staff": "250", "country": "DE"}.items():
        page.fill(f"[name={name}]", value)
    page.fill("[name=company]", "Analytical Engines")


def in_queue(email: str) -> bool:
    """Whether whoever got the lead finds it in their queue, once it has been taken in, judged and offered."""
    take_in()
    now = timezone.now()
    judge_due(now)
    offer_ready(now)
    lead = Lead.objects.select_related("owner").get(person__email_key=email)
    client = Client()
    assert lead.owner is not None
    client.force_login(lead.owner)
    return "Ada Lovelace" in client.get("/queue/").content.decode()


def test_a_hosted_form_is_filled_in_and_the_lead_is_in_the_queue(
    visitor: Watched, shown: Form, accord_address: str, revision: Revision, cast: Cast  # noqa: F811
) -> None:  # fmt: skip
    page = visitor.page
    page.goto(f"{accord_address}/f/{shown.key}")
    assert faults(page) == []
    page.fill("[name=company]", "Analytical Engines")
    page.click("text=Send")
    assert page.inner_text("[role=alert]") == "Nothing has been sent yet: please check 2 fields."
    assert page.input_value("[name=company]") == "Analytical Engines"
    assert faults(page) == []
    fill_in(page, "ada@hosted.example")
    page.check("text=Write to me once a month.")
    page.wait_for_timeout(2100)
    page.click("text=Send")
    page.wait_for_url("**/thanks")
    assert "We will be in touch" in page.inner_text("main")
    assert faults(page) == []
    submission = Submission.objects.get(form=shown)
    assert (submission.verdict, submission.ours, submission.consents.get().given) == ("taken", True, True)
    assert in_queue("ada@hosted.example")


def test_a_hosted_form_works_in_a_frame_and_without_scripts(
    shown: Form, site: Site, watched: Watched, browser: Any, accord_address: str  # noqa: F811
) -> None:  # fmt: skip
    frame = hosted.frame_html(shown).replace(hosted.address(shown), f"{accord_address}/f/{shown.key}")
    site.pages["/contact"] = frame
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site.at("/contact"))
    inner = page.frame_locator("iframe")
    for name, value in {"name": "Ada", "email": "ada@frame.example"}.items():
        inner.locator(f"[name={name}]").fill(value)
    page.wait_for_timeout(2100)
    inner.locator("button").click()
    inner.locator("text=We will be in touch").wait_for()
    submission = Submission.objects.get(form=shown)
    assert (submission.ours, submission.fields["email"]) == (True, "ada@frame.example")
    assert submission.referrer.startswith(site.at("/"))


def test_a_plain_form_on_a_website_is_one_touchpoint_of_the_visitor_whom_the_snippet_knows(
    visitor: Watched, shown: Form, site: Site, until: Until, accord_address: str, revision: Revision, cast: Cast  # noqa: F811
) -> None:  # fmt: skip
    page = visitor.page
    site.pages["/contact"] = hosted.plain_html(shown).replace(hosted.address(shown), f"{accord_address}/f/{shown.key}")
    page.goto(site.at("/pricing"))
    visitor.settle()
    page.goto(site.at("/contact?interest=flow"))
    visitor.settle()
    fill_in(page, "ada@plain.example")
    page.click("text=Send")
    page.wait_for_url("**/thanks")
    assert in_queue("ada@plain.example")
    person = Person.objects.get(email_key="ada@plain.example")
    assert set(person.touchpoints.values_list("event", "source")) == {
        ("page_viewed", f"Website {site.key}"),
        ("form_submitted", f"Form {site.key}"),
    }
    assert Touchpoint.objects.filter(event="form_submitted", person=person).count() == 1
    touchpoint = person.touchpoints.get(event="form_submitted")
    assert (touchpoint.properties["path"], touchpoint.properties["form"]) == ("/contact", "demo")
    assert touchpoint.visit == person.touchpoints.filter(event="page_viewed").latest("at").visit
