"""The Agreement pages: what is in force in English, every revision, what a proposal changes, and signing it."""

import html
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.server.conftest import AGREEMENT, MONDAY, Cast

from accord.agreement import Agreement, clauses, load
from accord.server.accounts.models import User
from accord.server.agreements.clause_rows import anchor_of, parts_of
from accord.server.agreements.models import Revision
from accord.server.agreements.services import propose, sign

TEXT = AGREEMENT.read_text(encoding="utf-8")
BUDGET = 17
"""Queries of a page: user, two badges, whether they have a board, revisions with signatures and signers, more."""


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is Monday 2 March 2026, noon in Berlin."""
    monkeypatch.setattr(timezone, "now", lambda: MONDAY + timedelta(hours=2))


@pytest.fixture(autouse=True)
def static_root(settings: Any, tmp_path: Path) -> None:
    """WhiteNoise warns where the folder of collected files is missing."""
    settings.STATIC_ROOT = tmp_path


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(user: User, path: str = "/agreement/", status: int = 200) -> str:
    answer = client_of(user).get(path)
    assert answer.status_code == status
    return answer.content.decode()


def words(shown: str) -> str:
    """What a page says, without its tags."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", "", shown)))


def agreement_of_text(text: str) -> Agreement:
    agreement = load(text, "agreement.yaml").agreement
    assert agreement is not None
    return agreement


@pytest.fixture
def second(cast: Cast, revision: Revision) -> Revision:
    """A proposal: 60 instead of 50 staff, one criterion more, one reason for rejecting less."""
    text = (
        TEXT.replace("at_least: 50\n", "at_least: 60\n")
        .replace("  has_budget:\n", "  has_phone:\n    says: We can call\n    field: person.phone\n"
                 "    is_present: true\n  has_budget:\n")
        .replace("    wrong_size: {label: Company too small or too large, then: disqualify}\n", "")
    )  # fmt: skip
    return propose(text, "second.yaml", reason="Fifty was too few", by=cast.olga, at=MONDAY)


PATHS = ("/agreement/", "/agreement/1/", "/agreement/1/file/")


@pytest.mark.django_db
@pytest.mark.parametrize("path", [*PATHS, "/agreement/drafts/", "/agreement/drafts/1/", "/agreement/drafts/1/propose/"])
def test_nobody_reads_the_agreement_before_they_sign_in(path: str) -> None:
    answer = Client().get(path)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/accounts/login/")


@pytest.mark.django_db
def test_nobody_signs_before_they_sign_in() -> None:
    answer = Client().post("/agreement/1/sign/")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("who", ["mara", "priya", "olga", "xenia"])
@pytest.mark.parametrize("path", PATHS)
def test_the_staff_reads_every_revision(revision: Revision, cast: Cast, who: str, path: str) -> None:
    assert client_of(getattr(cast, who)).get(path).status_code == 200


@pytest.mark.parametrize("path", PATHS)
def test_the_agency_is_refused_with_a_sentence(revision: Revision, cast: Cast, path: str) -> None:
    assert "Your role does not allow you to open this page." in page(cast.alma, path, status=403)
    assert client_of(cast.alma).post("/agreement/1/sign/").status_code == 403


def test_every_clause_stands_on_the_page_with_its_anchor_and_its_line(revision: Revision, cast: Cast) -> None:
    shown = page(cast.priya)
    agreement = load(TEXT, "agreement.yaml").agreement
    assert agreement is not None
    said = clauses(agreement)
    assert len(said) > 30
    for clause in said:
        assert clause.sentence in words(shown)
        assert f'<li id="{anchor_of(clause.path)}"' in shown
        assert f'href="?view=source#L{clause.line}"' in shown


def test_a_clause_that_nothing_carries_out_yet_says_so(cast: Cast) -> None:
    text = TEXT + "nurture:\n  - {for: has_budget, by: marketing, with: budget mails}\n"
    propose(text, "nurture.yaml", reason="For the near misses", by=cast.olga, at=MONDAY)

    shown = page(cast.priya, "/agreement/1/")

    waiting = [clause for clause in clauses(agreement_of_text(text)) if not clause.carried_out]
    assert [clause.path for clause in waiting][-1] == "nurture[0]"
    assert shown.count(">not carried out yet</span>") == len(waiting)
    assert "with “budget mails”. not carried out yet" in words(shown)


def test_the_contents_lead_to_the_sections(revision: Revision, cast: Cast) -> None:
    shown = page(cast.priya)
    contents = re.search(r'<nav class="card agreement-contents".*?</nav>', shown, re.DOTALL)
    assert contents is not None
    anchors = re.findall(r'href="#([^"]+)"', contents[0])
    assert anchors == [
        "parties", "criteria", "score", "stages", "handoff", "sales", "marketing", "breach", "routing", "hours",
        "fields",
    ]  # fmt: skip
    assert all(re.search(f'<section class="paper-section[^>]* id="{anchor}"', shown) for anchor in anchors)


def test_no_two_things_on_the_page_have_the_same_anchor(second: Revision, cast: Cast) -> None:
    ids = re.findall(r'\sid="([^"]+)"', page(cast.priya, "/agreement/2/"))
    assert len(ids) == len(set(ids))


def test_the_page_says_who_signed_for_whom_and_when(revision: Revision, cast: Cast) -> None:
    said = words(page(cast.xenia))
    assert "Revision 1 is in force since 2 March 2025." in said
    assert "For marketing Mara" in said.replace("marketingMara", "marketing Mara")
    assert "For sales Priya" in said.replace("salesPriya", "sales Priya")
    assert "2 March 2025, 10:00" in said
    assert revision.outcome_fingerprint[:8] in said
    assert "first" in said


def test_a_criterion_that_a_clause_names_leads_to_its_definition(revision: Revision, cast: Cast) -> None:
    shown = page(cast.priya)
    assert '<a class="paper-term" href="#criteria.right_company">“right company”</a>' in shown
    assert "<strong>“Right company”</strong>" in shown


def test_a_name_that_is_no_criterion_is_plain_text() -> None:
    parts = parts_of("“A” takes “field sales”.", "x", {"a": "criteria.a"})
    assert [(part.text, part.href, part.strong) for part in parts] == [
        ("“A”", "#criteria.a", False), (" takes ", "", False), ("“field sales”", "", False), (".", "", False),
    ]  # fmt: skip


def test_the_document_is_shown_line_by_line(revision: Revision, cast: Cast) -> None:
    shown = page(cast.priya, "/agreement/?view=source")
    lines = re.findall(r'<tr id="L(\d+)">.*?<td[^>]*>(.*?)</td></tr>', shown)
    assert [int(number) for number, _ in lines] == list(range(1, TEXT.count("\n") + 1))
    assert "\n".join(html.unescape(text) for _, text in lines) + "\n" == TEXT


def test_the_document_can_be_taken_as_it_was_written(revision: Revision, cast: Cast) -> None:
    answer = client_of(cast.xenia).get("/agreement/1/file/")
    assert answer.content.decode() == TEXT
    assert answer.headers["Content-Disposition"] == 'attachment; filename="agreement.yaml"'


@pytest.mark.parametrize("path", ["/agreement/9/", "/agreement/9/file/"])
def test_a_revision_that_does_not_exist_is_not_found(revision: Revision, cast: Cast, path: str) -> None:
    assert "There is no revision 9." in page(cast.priya, path, status=404)


def test_signing_a_revision_that_does_not_exist_is_not_found(revision: Revision, cast: Cast) -> None:
    answer = client_of(cast.priya).post("/agreement/9/sign/")
    assert answer.status_code == 404
    assert "There is no revision 9." in answer.content.decode()


@pytest.mark.parametrize(("who", "may"), [("mara", True), ("priya", True), ("xenia", False), ("olga", True)])
def test_without_an_agreement_the_page_says_what_to_do(cast: Cast, who: str, may: bool) -> None:
    shown = page(getattr(cast, who))
    assert "No agreement is in force" in shown
    assert "accord propose agreement.yaml" in shown
    assert ('href="/agreement/drafts/"' in shown) is may


def test_without_an_agreement_in_force_a_proposal_is_offered_to_be_signed(cast: Cast) -> None:
    propose(TEXT, "a.yaml", reason="The first one", by=cast.olga, at=MONDAY)
    shown = page(cast.priya)
    assert "Revision 1 awaits your signature. Olga proposes it: “The first one” Read it and sign" in words(shown)
    assert 'href="/agreement/1/"' in shown
    assert "Olga has proposed revision 1: “The first one” Read it" in words(page(cast.xenia))
    proposal = page(cast.priya, "/agreement/1/")
    assert "What it changes" not in proposal
    assert "Sign for sales" in proposal


def test_every_revision_is_listed_with_what_became_of_it(second: Revision, cast: Cast) -> None:
    sign(2, by=cast.mara, at=MONDAY)
    sign(2, by=cast.tom, at=MONDAY)
    propose(TEXT, "a.yaml", reason="Back again", by=cast.olga, at=MONDAY)
    listed = re.search(r'<section class="card agreement-revisions".*?</section>', page(cast.mara), re.DOTALL)
    assert listed is not None
    lines = [words(line) for line in re.findall(r"<li>.*?</li>", listed[0], re.DOTALL)]
    assert [re.findall(r"Revision \d|Proposed|In force|Retired", line) for line in lines] == [
        ["Revision 3", "Proposed"], ["Revision 2", "In force"], ["Revision 1", "Retired"],
    ]  # fmt: skip
    assert "Was in force from 2 March 2025 to 2 March 2026." in words(page(cast.mara, "/agreement/1/"))


def test_a_proposal_says_clause_by_clause_what_it_changes(second: Revision, cast: Cast) -> None:
    shown = page(cast.priya, "/agreement/2/")
    changes = re.search(r'<section class="card agreement-changes".*?</section>', shown, re.DOTALL)
    assert changes is not None
    assert "Changes outcomes" in changes[0]
    out = [words(part) for part in re.findall(r'<p class="change-out">(.*?)</p>', changes[0])]
    into = [words(part) for part in re.findall(r'<p class="change-in">(.*?)</p>', changes[0])]
    assert out == [
        "In force: “Right company” (50 or more staff) means that company employees is at least 50.",
        "In force: Sales may reject a lead because of “Company too small or too large”: the lead is then out for good.",
    ]
    assert into == [
        "Proposed: “Right company” (50 or more staff) means that company employees is at least 60.",
        "Proposed: “Has phone” (We can call) means that person phone is known.",
    ]
    assert "is at least <del>50</del>." in changes[0]
    assert "is at least <ins>60</ins>." in changes[0]
    assert '<li id="criteria.right_company" class="changed">' in shown
    assert '<li id="criteria.has_phone" class="added">' in shown
    assert '<li id="handoff.at">' in shown


@pytest.mark.parametrize(
    ("old", "new", "meaning"),
    [
        ("says: 50 or more staff", "says: Large enough", "Wording only"),
        ("company: Test Works", "company: Test Works  # ours", "Means the same"),
        ("deliver: 20", "deliver: 25", "Changes outcomes"),
    ],
)
def test_a_proposal_says_what_the_change_comes_to(
    revision: Revision, cast: Cast, old: str, new: str, meaning: str
) -> None:
    assert old in TEXT
    propose(TEXT.replace(old, new), "a.yaml", reason="x", by=cast.olga, at=MONDAY)
    shown = page(cast.mara, "/agreement/2/")
    assert meaning in shown
    assert ("Every clause means the same." in shown) is (meaning == "Means the same")


def test_the_agreement_in_force_points_to_the_proposal(second: Revision, cast: Cast) -> None:
    said = words(page(cast.xenia))
    assert "Olga has proposed revision 2: “Fifty was too few” Read what it changes" in said
    assert "awaits your signature" not in said


def test_what_awaits_one_s_signature_stands_first_until_one_s_role_has_signed(second: Revision, cast: Cast) -> None:
    propose(TEXT + "# 3\n", "c.yaml", reason="Another", by=cast.olga, at=MONDAY)
    sign(3, by=cast.mara, at=MONDAY)
    awaits = "Revision 2 awaits your signature. Olga proposes it: “Fifty was too few” Read what it changes and sign"
    said = words(page(cast.mara))
    assert said.index(awaits) < said.index("Olga has proposed revision 3: “Another” Read what it changes")
    assert "Revision 3 awaits your signature" in words(page(cast.priya))
    sign(2, by=cast.mara, at=MONDAY)
    said = words(page(cast.mara))
    assert "awaits your signature" not in said
    assert "Olga has proposed revision 2" in said


@pytest.mark.parametrize(("who", "role"), [("mara", "marketing"), ("priya", "sales")])
def test_who_may_sign_is_offered_it_and_the_others_are_not(second: Revision, cast: Cast, who: str, role: str) -> None:
    shown = page(getattr(cast, who), "/agreement/2/")
    assert f'data-confirm="I sign for {role}.' in shown
    assert 'action="/agreement/2/sign/"' in shown
    assert "marketing and sales have yet to sign" in words(shown)
    for other in (cast.olga, cast.xenia):
        assert "/agreement/2/sign/" not in page(other, "/agreement/2/")


def test_the_last_signature_on_the_page_brings_it_into_force(second: Revision, cast: Cast) -> None:
    first = client_of(cast.mara).post("/agreement/2/sign/", follow=True)
    assert "Signed for marketing. It comes into force when sales signs." in first.content.decode()
    assert "sales has yet to sign" in words(first.content.decode())
    assert "/agreement/2/sign/" not in page(cast.mara, "/agreement/2/")
    assert "comes into force at once and replaces revision 1" in page(cast.tom, "/agreement/2/")
    last = client_of(cast.tom).post("/agreement/2/sign/", follow=True)
    assert "Revision 2 is in force." in last.content.decode()
    second.refresh_from_db()
    assert second.status == "in_force"
    assert second.in_force_from == MONDAY + timedelta(hours=2)


@pytest.mark.parametrize(
    ("who", "status", "sentence"),
    [
        ("olga", 403, "Olga cannot sign for operations. It takes marketing and sales."),
        ("xenia", 403, "Xenia cannot sign for executive. It takes marketing and sales."),
        ("tom", 409, "Revision 2 is already signed for sales."),
    ],
)
def test_who_cannot_sign_is_told_why_beside_the_revision(
    second: Revision, cast: Cast, who: str, status: int, sentence: str
) -> None:
    sign(2, by=cast.priya, at=MONDAY)
    answer = client_of(getattr(cast, who)).post("/agreement/2/sign/")
    assert answer.status_code == status
    assert sentence in words(answer.content.decode())
    assert "What it changes" in answer.content.decode()
    assert second.signatures.count() == 1


def test_what_is_in_force_is_not_signed_again(revision: Revision, cast: Cast) -> None:
    answer = client_of(cast.tom).post("/agreement/1/sign/")
    assert answer.status_code == 409
    assert "Revision 1 is in force." in words(answer.content.decode())


def test_signing_takes_a_post_with_its_token(second: Revision, cast: Cast) -> None:
    assert client_of(cast.priya).get("/agreement/2/sign/").status_code == 405
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.priya)
    assert strict.post("/agreement/2/sign/").status_code == 403
    assert second.signatures.count() == 0


def test_a_revision_that_can_no_longer_be_read_still_shows_its_document(cast: Cast, revision: Revision) -> None:
    Revision.objects.create(
        number=7, text="accord: 0\nold: way\n", file_name="old.yaml", outcome_fingerprint="a" * 64,
        wording_fingerprint="b" * 64, reason="long ago", proposed_at=MONDAY, status="retired", in_force_from=MONDAY,
        retired_at=MONDAY,
    )  # fmt: skip
    shown = page(cast.mara, "/agreement/7/")
    assert "cannot say this revision in English any more" in shown
    assert "old: way" in shown
    assert "Revision 7" in page(cast.mara)


def test_what_an_author_wrote_is_shown_and_never_run(revision: Revision, cast: Cast) -> None:
    text = TEXT.replace("says: 50 or more staff", "says: <script>alert(1)</script>")
    propose(text, "<b>.yaml", reason="<i>why</i>", by=cast.olga, at=MONDAY)
    for path in ("/agreement/", "/agreement/2/", "/agreement/2/?view=source"):
        shown = page(cast.priya, path)
        assert "<script>alert" not in shown
        assert "<i>why" not in shown
        assert "<b>.yaml" not in shown


@pytest.mark.parametrize("path", ["/agreement/", "/agreement/2/", "/agreement/2/?view=source"])
def test_a_page_costs_as_many_queries_for_many_revisions_as_for_few(second: Revision, cast: Cast, path: str) -> None:
    client = client_of(cast.priya)
    with CaptureQueriesContext(connection) as few:
        client.get(path)
    for deliver in range(21, 30):
        made = propose(TEXT.replace("deliver: 20", f"deliver: {deliver}"), "a", reason="x", by=cast.olga, at=MONDAY)
        sign(made.number, by=cast.mara, at=MONDAY)
    with CaptureQueriesContext(connection) as many:
        client.get(path)
    assert len(many) <= len(few) + 1 <= BUDGET
