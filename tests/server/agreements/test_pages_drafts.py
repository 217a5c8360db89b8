"""Writing a draft in the browser: what the pages send and answer, with and without scripts."""

import html
import json
import re
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from tests.server.conftest import AGREEMENT, MONDAY, Cast

from accord.server.agreements import drafting
from accord.server.agreements.drafting import text_of
from accord.server.agreements.models import Draft, Revision
from accord.server.agreements.testing import keep_tests

TEXT = AGREEMENT.read_text(encoding="utf-8")
BETTER = TEXT.replace("deliver: 20", "deliver: 25")
BROKEN = TEXT.replace("field: company.employees\n    at_least: 50", "field: company.employes\n    at_least: 50")
EMPLOYEES = "criteria.right_company.at_least"


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is Monday 2 March 2026, noon in Berlin."""
    monkeypatch.setattr(timezone, "now", lambda: MONDAY + timedelta(hours=2))


@pytest.fixture(autouse=True)
def static_root(settings: Any, tmp_path: Path) -> None:
    """WhiteNoise warns where the folder of collected files is missing."""
    settings.STATIC_ROOT = tmp_path


@pytest.fixture
def mara(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.mara)
    return client


@pytest.fixture
def priya(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.priya)
    return client


@pytest.fixture
def draft(cast: Cast, revision: Revision) -> Draft:
    return drafting.begin(by=cast.mara, at=MONDAY, action_id=uuid.uuid4(), revision=revision)


def words(answer: HttpResponse) -> str:
    """What a page says, without its tags."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", "", answer.content.decode())))


def ask(client: Client, draft: Draft, verb: str = "save", status: int = 200, **data: object) -> dict[str, Any]:
    """What the script of the page gets."""
    path = f"/agreement/drafts/{draft.pk}/{verb}/"
    answer = client.post(path, {"version": draft.version, **data}, headers={"Accept": "application/json"})
    assert answer.status_code == status
    found = json.loads(answer.content)
    assert isinstance(found, dict)
    return found


def now(draft: Draft) -> str:
    draft.refresh_from_db()
    return text_of(draft)


def test_a_draft_is_begun_from_what_is_in_force(mara: Client, revision: Revision) -> None:
    assert "Change what is in force" in mara.get("/agreement/drafts/").content.decode()
    data = {"action_id": uuid.uuid4(), "revision": 1}
    first, again = (mara.post("/agreement/drafts/begin/", data) for _ in range(2))
    assert first.headers["Location"] == again.headers["Location"] == f"/agreement/drafts/{Draft.objects.get().pk}/"
    shown = mara.get(first.headers["Location"])
    assert "Yours, from revision 1." in words(shown)
    typed = re.search(r'<textarea id="draft-text"[^>]*>\n?(.*?)</textarea>', shown.content.decode(), re.DOTALL)
    assert typed is not None
    assert html.unescape(typed[1]).strip() == TEXT.strip()


def test_a_file_becomes_a_draft_faults_and_all(mara: Client, cast: Cast) -> None:
    file = SimpleUploadedFile("ours.yaml", b"\xef\xbb\xbf" + BROKEN.replace("\n", "\r\n").encode())
    answer = mara.post("/agreement/drafts/begin/", {"action_id": uuid.uuid4(), "file": file}, follow=True)
    assert "ours.yaml" in words(answer)
    assert "cannot be proposed yet" in words(answer)
    assert text_of(Draft.objects.get()) == BROKEN


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"\xff\xfe\x00", "x.yaml is not text in UTF-8"), (b"#" * 1_000_001, "x.yaml is too large")],
)
def test_what_is_no_document_is_refused_in_a_sentence(mara: Client, cast: Cast, content: bytes, sentence: str) -> None:
    data = {"action_id": uuid.uuid4(), "file": SimpleUploadedFile("x.yaml", content)}
    answer = mara.post("/agreement/drafts/begin/", data)
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert not Draft.objects.exists()


def test_the_list_says_who_writes_what_and_leaves_out_what_is_over(
    mara: Client, priya: Client, draft: Draft, cast: Cast
) -> None:
    other = drafting.begin(by=cast.olga, at=MONDAY, action_id=uuid.uuid4(), text=BETTER, name="other.yaml")
    drafting.discard(other.pk, by=cast.olga, at=MONDAY)
    said = words(priya.get("/agreement/drafts/"))
    assert "agreement.yaml from revision 1" in said
    assert "Mara · saved" in said
    assert "other.yaml" not in said
    assert 'Drafts <span class="count">1</span>' in priya.get("/agreement/").content.decode()


def test_typing_is_saved_and_answered_with_faults_marks_and_sentences(mara: Client, draft: Draft) -> None:
    answer = ask(mara, draft, text=BROKEN)
    line = BROKEN[: BROKEN.index("company.employes")].count("\n") + 1
    assert (answer["version"], answer["sound"], answer["marks"]) == (2, False, [{"line": line, "level": "error"}])
    assert "did you mean &#x27;company.employees&#x27;" in answer["check"]
    assert f'data-line="{line}"' in answer["check"]
    assert 'name="v.criteria.right_company.at_least"' in answer["rows"]
    assert now(draft) == BROKEN
    mended = ask(mara, draft, text=BETTER)
    assert (mended["sound"], mended["marks"]) == (True, [])
    assert "Changes outcomes" in mended["check"]
    assert "1 clause differs from revision 1" in mended["check"]
    company = TEXT[: TEXT.index("company: Test")].count("\n") + 1
    assert mended["sentences"][0]["line"] == company
    assert mended["sentences"][0]["sentence"].startswith("This is the agreement of marketing and sales at Test Works")


def test_a_value_changes_the_text_in_its_place_and_the_text_the_value(mara: Client, draft: Draft) -> None:
    answer = ask(mara, draft, "values", **{f"v.{EMPLOYEES}": "75"})
    assert answer["text"] == TEXT.replace("at_least: 50", "at_least: 75")
    assert "company employees is at least 75" in answer["rows"]
    draft.refresh_from_db()
    typed = ask(mara, draft, text=answer["text"].replace("at_least: 75", "at_least: 80"))
    assert re.search(rf'name="v\.{re.escape(EMPLOYEES)}" value="80"', typed["rows"])


def test_a_value_that_cannot_stand_there_is_refused_in_a_sentence(mara: Client, draft: Draft) -> None:
    answer = ask(mara, draft, "values", 422, **{f"v.{EMPLOYEES}": "  "})
    assert answer["code"] == "row.empty"
    assert "at least cannot be empty" in answer["detail"]
    assert now(draft) == TEXT


def test_while_the_text_cannot_be_read_there_are_no_values_and_nothing_breaks(mara: Client, draft: Draft) -> None:
    answer = ask(mara, draft, text="accord: [\n")
    assert (answer["rows"], answer["sound"], answer["sentences"]) == ("", False, [])
    shown = mara.get(f"/agreement/drafts/{draft.pk}/")
    assert "The values are back once the document can be read." in words(shown)


def test_who_saves_from_an_old_version_gets_both_texts_and_overwrites_nothing(mara: Client, draft: Draft) -> None:
    old = draft.version
    ask(mara, draft, text=BETTER)
    draft.version = old
    answer = ask(mara, draft, status=409, text="accord: 1\n# mine\n")
    assert (answer["code"], answer["theirs"], answer["version"]) == ("draft.conflict", BETTER, 2)
    assert "What is saved" in answer["html"]
    lines = re.findall(r'<th scope="row">(\w+)</th><td>\s*(.*?)</td>', answer["html"])
    assert lines[:2] == [("yours", "# mine"), ("saved", "company: Test Works")]
    assert now(draft) == BETTER


def test_without_scripts_a_conflict_is_a_page_with_both_texts(mara: Client, draft: Draft) -> None:
    drafting.save(draft.pk, BETTER, 1, by=draft.author, at=MONDAY)
    answer = mara.post(f"/agreement/drafts/{draft.pk}/save/", {"version": 1, "text": "accord: 1\n# mine <&\n"})
    assert answer.status_code == 409
    shown = answer.content.decode()
    assert "# mine &lt;&amp;" in shown
    assert "deliver: 25" in shown
    assert 'name="version" value="2"' in shown
    kept = mara.post(f"/agreement/drafts/{draft.pk}/save/", {"version": 2, "text": "accord: 1\n# mine\n"})
    assert kept.status_code == 302
    assert now(draft) == "accord: 1\n# mine\n"


def test_without_scripts_text_values_and_steps_are_saved_by_buttons(mara: Client, draft: Draft) -> None:
    path = f"/agreement/drafts/{draft.pk}"
    assert mara.post(f"{path}/save/", {"version": 1, "text": BETTER.replace("\n", "\r\n")}).status_code == 302
    assert now(draft) == BETTER
    values = {"version": 2, f"v.{EMPLOYEES}": "75", "v.company": "Test Works"}
    assert mara.post(f"{path}/values/", values).status_code == 302
    assert now(draft) == BETTER.replace("at_least: 50", "at_least: 75")
    assert mara.post(f"{path}/save/", {"version": 3, "do": "undo"}).status_code == 302
    assert now(draft) == BETTER
    assert mara.post(f"{path}/save/", {"version": 4, "do": "redo"}).status_code == 302
    assert now(draft) == BETTER.replace("at_least: 50", "at_least: 75")


def test_a_step_that_leads_nowhere_is_not_offered(mara: Client, draft: Draft) -> None:
    path = f"/agreement/drafts/{draft.pk}/"

    def offered() -> list[str]:
        buttons = re.findall(r'<button[^>]*value="(undo|redo)"([^>]*)>', mara.get(path).content.decode())
        return [step for step, rest in buttons if " disabled" not in rest]

    assert offered() == []
    mara.post(f"{path}save/", {"version": 1, "text": BETTER})
    assert offered() == ["undo"]
    mara.post(f"{path}save/", {"version": 2, "do": "undo"})
    assert offered() == ["redo"]


def test_others_look_at_a_draft_and_may_take_it_over(mara: Client, priya: Client, draft: Draft) -> None:
    looking = priya.get(f"/agreement/drafts/{draft.pk}/").content.decode()
    assert re.search(r'<textarea id="draft-text"[^>]* readonly>', looking)
    assert "Take it over" in looking
    assert "Propose…" not in looking
    refused = ask(priya, draft, status=409, text="mine\n")
    assert refused["code"] == "draft.not_yours"
    assert priya.post(f"/agreement/drafts/{draft.pk}/take-over/").status_code == 302
    assert "Yours, from revision 1." in words(priya.get(f"/agreement/drafts/{draft.pk}/"))
    lost = ask(mara, draft, status=409, text="what I typed meanwhile\n")
    assert "Priya writes this draft" in lost["detail"]
    assert "Begin a draft of my own with what I typed" in lost["html"]


def test_an_executive_looks_and_is_offered_nothing_else(cast: Cast, draft: Draft) -> None:
    client = Client()
    client.force_login(cast.xenia)
    shown = client.get(f"/agreement/drafts/{draft.pk}/").content.decode()
    assert "Take it over" not in shown
    assert client.post(f"/agreement/drafts/{draft.pk}/take-over/").status_code == 403


def test_a_draft_is_proposed_with_a_reason(mara: Client, draft: Draft) -> None:
    ask(mara, draft, text=BETTER)
    path = f"/agreement/drafts/{draft.pk}/propose/"
    assert "What it changes" in words(mara.get(path))
    without = mara.post(path, {"version": 2, "reason": "", "when": "signed"})
    assert without.status_code == 422
    for _ in range(2):
        answer = mara.post(path, {"version": 2, "reason": "More leads", "when": "signed"})
        assert answer.headers["Location"] == "/agreement/2/"
    made = Revision.objects.get(number=2)
    assert (made.text, made.reason, made.planned_from) == (BETTER, "More leads", None)
    assert mara.get(f"/agreement/drafts/{draft.pk}/").headers["Location"] == "/agreement/2/"


def test_the_day_is_meant_in_the_zone_of_the_document_and_not_in_that_of_its_author(
    mara: Client, draft: Draft, cast: Cast
) -> None:
    cast.mara.zone = "America/New_York"
    cast.mara.save()
    ask(mara, draft, text=BETTER)
    path = f"/agreement/drafts/{draft.pk}/propose/"
    assert "Time in Europe/Berlin, as in the document." in words(mara.get(path))
    mara.post(path, {"version": 2, "reason": "x", "when": "day", "day": "2026-07-01T00:00"})
    planned = Revision.objects.get(number=2).planned_from
    assert planned is not None
    assert planned.isoformat() == "2026-06-30T22:00:00+00:00"


@pytest.mark.parametrize(
    ("zone", "day", "planned"),
    [
        ("Europe/London", "2026-03-29T01:30", "2026-03-29T00:30:00+00:00"),  # which London skips, and Berlin has
        ("Europe/London", "2026-03-29T02:30", None),  # which Berlin skips
        ("Europe/London", "2026-10-25T02:30", None),  # which Berlin has twice
    ],
)
def test_the_day_is_one_that_the_zone_of_the_document_has_once(
    mara: Client, draft: Draft, cast: Cast, zone: str, day: str, planned: str | None
) -> None:
    cast.mara.zone = zone
    cast.mara.save()
    ask(mara, draft, text=BETTER)
    path = f"/agreement/drafts/{draft.pk}/propose/"
    answer = mara.post(path, {"version": 2, "reason": "x", "when": "day", "day": day})
    made = Revision.objects.filter(number=2).first()
    assert (made and made.planned_from and made.planned_from.isoformat()) == planned
    assert answer.status_code == (302 if planned else 422)
    if not planned:
        assert "couldn’t be interpreted in time zone Europe/Berlin" in words(answer)


@pytest.mark.parametrize(
    ("day", "status", "sentence"),
    [("", 422, "Say from when."), ("soon", 422, "Enter a valid date/time."), ("2026-03-01T00:00", 422, "before now")],
)
def test_a_day_that_cannot_be_is_refused_and_the_reason_kept(
    mara: Client, draft: Draft, day: str, status: int, sentence: str
) -> None:
    ask(mara, draft, text=BETTER)
    data = {"version": 2, "reason": "because of spring", "when": "day", "day": day}
    answer = mara.post(f"/agreement/drafts/{draft.pk}/propose/", data)
    assert answer.status_code == status
    assert sentence in words(answer)
    assert "because of spring" in words(answer)
    assert Revision.objects.count() == 1


def test_what_changed_since_the_page_was_opened_is_not_proposed_unseen(mara: Client, draft: Draft) -> None:
    ask(mara, draft, text=BETTER)
    answer = mara.post(f"/agreement/drafts/{draft.pk}/propose/", {"version": 1, "reason": "x", "when": "signed"})
    assert answer.status_code == 409
    assert "This draft has changed since you opened it" in words(answer)
    assert Revision.objects.count() == 1


def test_of_very_many_faults_the_first_are_shown_and_all_are_counted(mara: Client, draft: Draft) -> None:
    wrong = "accord: 1\n" + "".join(f"unheard_of_{number}: 1\n" for number in range(3000))
    found = ask(mara, draft, text=wrong)
    assert found["check"].count("<li") == 100
    assert "3010 errors to mend" in found["check"]
    assert "and 2910 more" in found["check"]
    assert len(found["marks"]) == 3010


def test_a_draft_with_errors_leads_back_to_them(mara: Client, draft: Draft) -> None:
    ask(mara, draft, text=BROKEN)
    answer = mara.get(f"/agreement/drafts/{draft.pk}/propose/", follow=True)
    assert "Mend the errors first; then the draft can be proposed." in words(answer)


def test_a_dropped_draft_is_not_found(mara: Client, draft: Draft) -> None:
    assert mara.post(f"/agreement/drafts/{draft.pk}/drop/").headers["Location"] == "/agreement/drafts/"
    assert mara.get(f"/agreement/drafts/{draft.pk}/").status_code == 404


def test_a_draft_never_runs_what_its_author_wrote(mara: Client, draft: Draft) -> None:
    text = TEXT.replace("says: 50 or more staff", "says: </script><script>alert(1)</script>")
    answer = ask(mara, draft, text=text)
    assert "<script>alert" not in answer["rows"] + answer["check"]
    assert "<script>alert" not in mara.get(f"/agreement/drafts/{draft.pk}/").content.decode()


TESTS = """
cases:
  - case: A firm of fifty is the right company
    at: 2026-03-02 10:00
    lead: {company.employees: 50}
    expect: {criteria: {right_company: true}}
"""


def test_the_tests_of_the_revision_that_it_is_based_on_say_what_an_edit_breaks(
    mara: Client, draft: Draft, revision: Revision
) -> None:
    keep_tests(revision, {"fit.yaml": TESTS})
    assert "1 of 1 tests pass" in ask(mara, draft, text=BETTER)["check"]
    draft.refresh_from_db()
    broken = ask(mara, draft, text=BETTER.replace("at_least: 50\n", "at_least: 60\n"))["check"]
    assert "0 of 1 tests pass" in broken
    assert "A firm of fifty is the right company" in broken
