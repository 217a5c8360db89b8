"""What the snippet takes from submitted forms, and what it leaves where it is."""

import json
from typing import Any

import pytest
from tests.server.conftest import revision  # noqa: F401  # a fixture
from tests.server.tracking.snippet.conftest import Site, Until, Watched, logged, of

from accord.server.intake.taking import take_in
from accord.server.people.models import Touchpoint
from accord.server.pipeline.models import Lead

pytestmark = [pytest.mark.browser, pytest.mark.slow]

DEMO = """
<form action="/thanks" method="post" name="demo" id="form-1">
  <input name="your-name" autocomplete="section-a name" value="Ada Lovelace">
  <input name="mail" type="email" value="ada@initech.example">
  <input name="tel" type="tel" value="+49 151 23456788">
  <input name="org" autocomplete="organization" value="Initech">
  <select name="interest" multiple><option selected>Scoring<option>Routing<option selected>SLA</select>
  <label><input type="radio" name="size" value="small">Small</label>
  <label><input type="radio" name="size" value="large" checked>Large</label>
  <label><input type="checkbox" name="news" value="yes">News</label>
  <textarea name="message">Please call.</textarea>
  <input name="budget" value="50000" disabled>
  <button name="go" value="1">Send</button>
</form>
"""


def submit(site: Site, watched: Watched, form: str, until: Until, **typed: str) -> dict[str, Any]:
    """Submit a form as a visitor does; return the properties of what was sent."""
    site.pages["/contact"] = form
    watched.page.goto(site.at("/contact"))
    watched.page.wait_for_function("() => window.accord && accord.version")
    for name, value in typed.items():
        watched.page.fill(f"[name={name}]", value)
    watched.page.click("form button")
    return until(lambda: of("Form Submitted"))[-1]["properties"]


def test_a_submitted_form_becomes_an_event_and_a_lead(
    site: Site,
    watched: Watched,
    until: Until,
    browser: Any,
    revision: object,  # noqa: F811
) -> None:
    # By its own name this browser is a robot, which is nobody's lead.
    agent = watched.page.evaluate("navigator.userAgent").replace("HeadlessChrome", "Chrome")
    person = browser.new_context(user_agent=agent)
    watched.page = watched.watch(person.new_page())
    properties = submit(site, watched, DEMO, until)
    assert properties == {
        "your-name": "Ada Lovelace",
        "mail": "ada@initech.example",
        "tel": "+49 151 23456788",
        "org": "Initech",
        "interest": "Scoring, SLA",
        "size": "large",
        "message": "Please call.",
        "form": "demo",
        "path": "/contact",
    }
    [identify] = of("identify")
    assert identify["traits"] == {
        "name": "Ada Lovelace",
        "email": "ada@initech.example",
        "phone": "+49 151 23456788",
        "company": "Initech",
    }
    assert watched.page.url == site.at("/thanks")
    assert b"Ada+Lovelace" in site.posted[0]
    until(lambda: of("page /thanks"))
    take_in()
    touchpoint = Touchpoint.objects.get(event="form_submitted", source__endswith=site.key)
    assert (touchpoint.properties["form"], touchpoint.properties["path"]) == ("demo", "/contact")
    assert touchpoint.person is not None
    assert (touchpoint.person.name, touchpoint.person.email) == ("Ada Lovelace", "ada@initech.example")
    assert Lead.objects.filter(person=touchpoint.person).exists()
    person.close()


def test_a_form_is_called_as_it_is_marked(site: Site, watched: Watched, until: Until) -> None:
    rest = '><input name="name" value="Ada"><input name="id" value="7"><button>Go</button></form>'
    form = f'<form action="/t" data-accord-form="Book a demo" name="f1" id="f2"{rest}'
    assert submit(site, watched, form, until)["form"] == "Book a demo"
    watched.page.wait_for_url("**/t*")
    site.pages["/contact"] = f'<form action="/t" id="signup"{rest}'
    watched.page.goto(site.at("/contact"))
    watched.settle()
    watched.page.click("form button")
    until(lambda: any(each["properties"].get("form") == "signup" for each in of("Form Submitted")))


SECRETS = """
<form action="/thanks" method="post" id="pay">
  <input name="login" value="ada">
  <input name="pw" type="password" value="hunter2-a">
  <input name="shown" type="password" value="hunter2-b">
  <input name="user_password" value="hunter2-c">
  <input name="new" autocomplete="new-password" value="hunter2-d">
  <input name="hidden" type="hidden" value="s3cret-e">
  <input name="plan" type="hidden" value="team" data-accord-capture>
  <input name="csrfmiddlewaretoken" type="hidden" value="s3cret-f" data-accord-capture>
  <input name="number" value="4111 1111 1111 1111">
  <input name="amex" type="tel" value="378282246310005">
  <input name="mail2" type="email" value="4242424242424242@x.example">
  <input name="cardholder" value="Ada L">
  <input name="cvv" value="737">
  <input name="c" autocomplete="cc-csc" value="738">
  <input name="IBAN" value="DE89370400440532013000">
  <input name="applicant_ssn" value="078-05-1120">
  <input name="code" autocomplete="one-time-code" value="998877">
  <input name="pin" value="4711">
  <input name="diagnosis" data-accord-ignore value="s3cret-g">
  <fieldset data-accord-ignore><input name="inside" value="s3cret-h"></fieldset>
  <input name="file" type="file">
  <textarea name="note">my card is 5555-5555-5555-4444 12/27, thanks</textarea>
  <textarea name="long"></textarea>
  <input name="shipping" value="express">
  <button>Pay</button>
</form>
"""


def test_what_is_secret_never_leaves_the_browser(site: Site, watched: Watched, until: Until) -> None:
    bodies: list[str] = []
    watched.page.on(
        "request", lambda request: bodies.append(request.post_data or "") if "/v1/" in request.url else None
    )
    site.pages["/contact"] = SECRETS
    watched.page.goto(site.at("/contact"))
    watched.page.wait_for_function("() => window.accord && accord.version")
    watched.page.focus("[name=shown]")
    watched.page.evaluate("() => { document.querySelector('[name=shown]').type = 'text' }")
    watched.page.fill("[name=long]", "a" * 500)
    kept: list[str] = []
    watched.page.evaluate(
        "() => document.addEventListener('submit', event => {"
        " event.preventDefault(); window.kept = JSON.stringify({...localStorage}) })"
    )
    watched.page.click("form button")
    [message] = until(lambda: of("Form Submitted"))
    assert message["properties"] == {
        "login": "ada",
        "plan": "team",
        "long": "a" * 200,
        "shipping": "express",
        "form": "pay",
        "path": "/contact",
    }
    kept.append(watched.page.evaluate("window.kept"))
    everything = json.dumps(logged()) + "".join(bodies) + "".join(kept)
    assert "express" in kept[0]
    for secret in ("hunter2", "s3cret", "4111 1111", "378282246310005", "4242424242424242", "5555-5555", "DE893704"):
        assert secret not in everything
    for secret in ("737", "738", "078-05-1120", "998877", "4711", "Ada L"):
        assert f'"{secret}"' not in everything
        assert f'\\"{secret}\\"' not in everything


@pytest.mark.parametrize(
    ("value", "is_card"),
    [
        ("4111111111111111", True),
        ("4111 1111 1111 1111", True),
        ("4111-1111-1111-1111", True),
        ("4111.1111.1111.1111 12/27 737", True),
        ("card:4222222222222, Ada", True),
        ("6304000000000000000 and 4222222222222", True),
        ("378282246310005", True),
        ("4111111111111112", False),
        ("0049 30 901820 11", False),
        ("+4915123456788", False),
        ("+4111111111111111", True),
        ("1234567890", False),
        ("2026-11-20 10:30", False),
    ],
)
def test_card_numbers_are_told_by_their_check_digit(
    site: Site, watched: Watched, until: Until, value: str, is_card: bool
) -> None:
    """Test numbers of the card schemes; a telephone number in international form is none, whatever it looks like."""
    form = '<form action="/t"><input name="text"><input name="other" value="x"><button>Go</button></form>'
    properties = submit(site, watched, form, until, text=value)
    assert ("text" not in properties) is is_card
    assert properties["other"] == "x"


def test_a_form_that_is_marked_is_left_alone(site: Site, watched: Watched, until: Until) -> None:
    site.pages["/contact"] = (
        '<div data-accord-ignore><form action="/a"><input name="q" value="1"><button>A</button></form></div>'
        '<form action="/b" data-accord-ignore><input name="q" value="1"><button>B</button></form>'
    )
    for path in ("a", "b"):
        watched.page.goto(site.at("/contact"))
        watched.settle()
        watched.page.click(f"form[action='/{path}'] button")
        until(lambda path=path: of(f"page /{path}"))
    watched.settle()
    assert of("Form Submitted") == []


def test_an_impatient_visitor_submits_once_and_the_form_works_as_ever(
    site: Site, watched: Watched, until: Until
) -> None:
    site.pages["/contact"] = (
        '<form name="f"><input name="elements" value="1"><input name="attributes" value="2"><button>Go</button></form>'
    )
    watched.page.goto(site.at("/contact"))
    watched.settle()
    watched.page.evaluate(
        "() => { window.submits = 0; document.forms[0].addEventListener('submit', event => {"
        " submits++; event.preventDefault(); event.stopImmediatePropagation() }) }"
    )
    for _ in range(3):
        watched.page.click("form button")
    watched.page.fill("input[name=attributes]", "3")
    watched.page.click("form button")
    until(lambda: len(of("Form Submitted")) == 2)
    watched.settle()
    assert watched.page.evaluate("submits") == 4
    assert sorted(each["properties"]["attributes"] for each in of("Form Submitted")) == ["2", "3"]
    assert of("Form Submitted")[0]["properties"]["elements"] == "1"
