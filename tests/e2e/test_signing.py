"""Two people change the agreement in real browsers, with a real worker at work, until the next lead obeys it."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.desk import Desk, waits, worker  # noqa: F401  # a fixture
from tests.server.conftest import AGREEMENT, Cast, World, cast, revision, world  # noqa: F401  # fixtures

from accord.agreement import clauses, load
from accord.server.agreements.drafting import ONE_GO, text_of
from accord.server.agreements.models import Draft, Revision
from accord.server.pipeline.models import Lead, StageChange

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser, pytest.mark.slow]
PILLS = re.compile(r" (added|changed|moved|renamed|not carried out yet)\b")
TEXT = AGREEMENT.read_text(encoding="utf-8")


class Signer(Desk):
    """Somebody who signs, and reads what is signed."""

    def confirms(self, button: str) -> None:
        self.page.get_by_role("button", name=button).first.click()
        self.page.get_by_role("alertdialog").get_by_role("button", name=re.compile("I sign")).click()
        self.page.wait_for_load_state()

    def reads(self) -> list[str]:
        """The sentences of the revision that is open, as they stand on the page."""
        said = self.page.locator(".paper-clauses > li > p").all_inner_texts()
        return [
            re.sub(r"\s+(added|changed|moved|renamed|not carried out yet)\b", "", " ".join(one.split())) for one in said
        ]


def saved(page: Any) -> None:
    page.locator("#draft-saved:text-is('Saved.')").wait_for()


def document(page: Any) -> str:
    return str(page.locator("#draft-text").input_value())


def type_into(page: Any, old: str, new: str) -> None:
    """Type over a piece of the document, with the keyboard."""
    box = page.locator("#draft-text")
    start = document(page).index(old)
    box.focus()
    box.evaluate("(box, [from, to]) => box.setSelectionRange(from, to)", [start, start + len(old)])
    page.keyboard.type(new)


def test_two_people_change_the_agreement(
    world: World,  # noqa: F811
    cast: Cast,  # noqa: F811
    worker: None,  # noqa: F811
    browser: Any,
    live_server: Any,
    tmp_path: Path,
) -> None:
    mara, priya = (Signer(browser, live_server.url, user) for user in (cast.mara, cast.priya))

    # Marketing begins a draft from what is in force, and changes a value: the document follows, and the sentence.
    page = mara.opens("/agreement/")
    page.get_by_role("button", name="Change it").click()
    page.wait_for_url(re.compile(r"/agreement/drafts/\d+/"))
    value = page.locator('[name="v.criteria.right_company.at_least"]')
    value.fill("500")
    value.press("Tab")
    saved(page)
    assert document(page) == TEXT.replace("at_least: 50\n", "at_least: 500\n")
    page.get_by_text("company employees is at least 500").first.wait_for()
    page.locator("#draft-affected").get_by_text(re.compile("open leads? would stand differently")).wait_for()

    # A fault is seen while typing, with its line; it is mended, and the value follows the document.
    type_into(page, "field: company.employees\n    at_least: 500", "field: company.employes\n    at_least: 300")
    page.get_by_text("did you mean 'company.employees'").wait_for()
    line = document(page)[: document(page).index("company.employes\n")].count("\n") + 1
    assert page.locator("#draft-lines .mark-error").all_inner_texts() == [str(line)]
    assert page.get_by_role("link", name="Propose…").get_attribute("aria-disabled") == "true"
    page.get_by_role("button", name=f"Line {line}").click()
    assert page.evaluate("getSelection().toString()").strip() == "field: company.employes"
    type_into(page, "employes\n", "employees\n")
    page.get_by_text("Changes outcomes").wait_for()
    assert page.locator("#draft-lines .mark-error").count() == 0
    assert value.input_value() == "300"
    assert "employee" in page.locator("#draft-sentence").inner_text()

    # A second tab of hers does not overwrite what the first has saved: both texts are shown, and she chooses.
    other = mara.context.new_page()
    other.goto(page.url)
    page.wait_for_timeout(1000 * ONE_GO.total_seconds() + 500)
    type_into(page, "company: Test Works", "company: Test Works Ltd")
    waits(page, lambda: "Ltd" in text_of(Draft.objects.get()))
    type_into(other, "company: Test Works", "company: Another Name")
    other.get_by_text("This draft has changed since you opened it").wait_for()
    assert "company: Another Name" in document(other)
    assert "company: Test Works Ltd" in other.get_by_role("table", name="Lines that differ").inner_text()
    other.get_by_role("button", name="Take what is saved").click()
    saved(other)
    assert "company: Test Works Ltd" in document(other)
    other.close()
    page.reload()
    page.get_by_role("button", name="Undo").click()
    waits(page, lambda: "Ltd" not in document(page))

    # She proposes it; sales reads the same sentences, comments on the clause, and declines.
    page.get_by_role("link", name="Propose…").click()
    page.get_by_label("Why").fill("Small firms never buy")
    page.get_by_role("button", name="Propose it").click()
    page.wait_for_url(re.compile(r"/agreement/2/"))
    proposed = Revision.objects.get(number=2)
    agreement = load(proposed.text, proposed.file_name).agreement
    assert agreement is not None
    reading = priya.opens("/agreement/2/")
    assert priya.reads() == mara.reads() == [clause.sentence for clause in clauses(agreement)]
    reading.locator("#affected").wait_for()
    clause = reading.locator('[id="criteria.right_company"]')
    clause.locator("summary").click()
    clause.get_by_role("textbox").fill("We won Weber with 120 people. Why 300?")
    clause.get_by_role("button", name="Comment", exact=True).click()
    reading.get_by_text("1 comment, 1 open").wait_for()
    reading.get_by_role("button", name="Decline…").click()
    reading.get_by_label("Why").fill("100 would do")
    reading.get_by_role("button", name="Decline it").click()
    reading.get_by_text("Declined by Priya").wait_for()

    # Its author makes a new draft from it, with what was said in mind, and proposes again.
    page = mara.opens("/agreement/2/")
    page.get_by_text("We won Weber with 120 people. Why 300?").wait_for()
    page.get_by_role("button", name="New draft from it").click()
    page.wait_for_url(re.compile(r"/agreement/drafts/\d+/"))
    value = page.locator('[name="v.criteria.right_company.at_least"]')
    assert value.input_value() == "300"
    value.fill("100")
    value.press("Enter")
    saved(page)
    page.get_by_role("link", name="Propose…").click()
    page.get_by_label("Why").fill("100, as sales asked")
    page.get_by_role("button", name="Propose it").click()
    page.wait_for_url(re.compile(r"/agreement/3/"))

    # Both sign what both read; with the second signature it is in force.
    mara.confirms("Sign for marketing")
    page.get_by_text("It comes into force when sales signs.").first.wait_for()
    priya.opens("/agreement/3/")
    assert priya.reads() == mara.reads()
    assert any("company employees is at least 100" in sentence for sentence in priya.reads())
    priya.confirms("Sign for sales")
    priya.page.get_by_text("Revision 3 is in force.").first.wait_for()
    assert Draft.objects.filter(revision=None).count() == 0

    # The next lead is judged by it, and its stage change says so, in the database and on its page.
    now = datetime.now(UTC)
    small, large = world.lead(at=now, employees=80), world.lead(at=now, employees=150)
    for lead in (small, large):
        world.happens(lead, "webinar_attended", datetime.now(UTC))
    waits(page, StageChange.objects.filter(lead=large, to_stage="mql").exists)
    assert StageChange.objects.get(lead=large, to_stage="mql").revision.number == 3  # type: ignore[union-attr]  # it has one
    assert Lead.objects.get(pk=small.pk).stage == "lead"
    assert "revision 3" in mara.opens(f"/leads/{large.pk}/").inner_text("main").lower()

    for path, name in (("/agreement/3/", "revision"), ("/agreement/drafts/", "drafts")):
        mara.opens(path).screenshot(path=tmp_path / f"{name}.png")
    for desk in (mara, priya):
        assert [fault for fault in desk.faults if "409" not in fault] == []


def test_a_draft_fits_a_phone_and_is_written_with_the_keyboard_alone(
    world: World,  # noqa: F811
    cast: Cast,  # noqa: F811
    browser: Any,
    live_server: Any,
) -> None:
    desk = Signer(browser, live_server.url, cast.mara)
    page = desk.opens("/agreement/drafts/")
    page.get_by_role("button", name="Change what is in force").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/agreement/drafts/\d+/"))
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth <= 390")
    assert page.locator("#draft-text").is_visible()
    assert not page.locator("#draft-rows").is_visible()
    values = page.get_by_role("button", name="Values", exact=True)
    values.focus()
    page.keyboard.press("Enter")
    assert values.get_attribute("aria-pressed") == "true"
    assert not page.locator("#draft-text").is_visible()
    field = page.locator('[name="v.handoff.decide_within"]')
    field.focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("1 working day")
    page.keyboard.press("Tab")
    saved(page)
    assert "decide_within: 1 working day" in document(page)
    focused = page.evaluate("document.activeElement.name")
    assert focused == "v.handoff.calendar", "the focus was lost when the values were drawn anew"
    page.get_by_role("button", name="Check").focus()
    page.keyboard.press("Enter")
    page.get_by_text("1 clause differs from revision 1").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth <= 390")
    assert desk.faults == []
