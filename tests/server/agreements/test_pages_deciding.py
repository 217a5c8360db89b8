"""The page of a proposal: what it would change, what is said about it, and deciding on it."""

import html
import re
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.server.conftest import AGREEMENT, MONDAY, Cast

from accord.server.accounts.models import User
from accord.server.agreements.models import Comment, Revision
from accord.server.agreements.services import propose, sign

TEXT = AGREEMENT.read_text(encoding="utf-8")
CLAUSE = "criteria.right_company"


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is Monday 2 March 2026, noon in Berlin."""
    monkeypatch.setattr(timezone, "now", lambda: MONDAY + timedelta(hours=2))


@pytest.fixture(autouse=True)
def static_root(settings: Any, tmp_path: Path) -> None:
    """WhiteNoise warns where the folder of collected files is missing."""
    settings.STATIC_ROOT = tmp_path


@pytest.fixture
def second(cast: Cast, revision: Revision) -> Revision:
    text = TEXT.replace("at_least: 50\n", "at_least: 60\n")
    return propose(text, "b.yaml", reason="Fifty is too few", by=cast.olga, at=MONDAY)


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def words(shown: str) -> str:
    """What a page says, without its tags."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", "", shown)))


def posted(user: User, address: str, status: int = 302, **data: object) -> str:
    answer = client_of(user).post(f"/agreement/{address}", data, follow=status == 302)
    assert answer.status_code == (200 if status == 302 else status)
    return words(answer.content.decode())


def page(user: User, number: int) -> str:
    return client_of(user).get(f"/agreement/{number}/").content.decode()


def test_a_changed_criterion_says_which_clauses_use_it(second: Revision, cast: Cast) -> None:
    shown = page(cast.priya, 2)
    assert "2 clauses use it" in words(shown)
    uses = re.search(r'<details class="change-uses">.*?</details>', shown, re.DOTALL)
    assert uses is not None
    assert re.findall(r'href="\?view=english#([^"]+)"', uses[0]) == ["score.fit-0", "stages.mql"]


def test_a_proposal_asks_who_is_affected_and_leads_to_its_backtest(second: Revision, cast: Cast) -> None:
    shown = page(cast.priya, 2)
    assert 'hx-post="/agreement/affected/"' in shown
    assert """hx-vals='{"revision": 2}'""" in shown
    assert 'href="/agreement/backtests/new/?revision=2"' in shown
    assert "every open lead is judged by it at once" in words(shown)


def test_without_the_room_that_counts_the_page_says_so(
    second: Revision, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("accord.server.agreements.pages.address", lambda name: "")
    shown = page(cast.priya, 2)
    assert "Leads cannot be counted on this installation." in words(shown)
    assert "hx-post" not in shown


def test_the_first_agreement_replaces_nothing(cast: Cast) -> None:
    propose(TEXT, "a.yaml", reason="first", by=cast.olga, at=MONDAY)
    assert "there is nothing to stand differently from" in words(page(cast.priya, 1))


def test_declining_with_a_reason_ends_it_and_leaves_it_to_read(second: Revision, cast: Cast) -> None:
    sign(2, by=cast.mara, at=MONDAY)
    said = posted(cast.priya, "2/decline/", why="We would lose Austria")
    assert "Declined by Priya on 2 March 2026: “We would lose Austria”" in said
    assert "Revision 2 is declined. It stays here to read" in said
    shown = page(cast.mara, 2)
    assert "For marketing" in words(shown)
    assert "Sign for" not in shown
    assert "New draft from it" in shown
    assert "Compared with revision 1, which is in force, by what each clause means" in words(shown)


def test_declining_without_a_reason_says_so_and_keeps_the_proposal(second: Revision, cast: Cast) -> None:
    assert "A revision is declined for a reason. Say what should differ." in posted(cast.priya, "2/decline/", 422)
    assert Revision.objects.get(number=2).status == "proposed"


def test_what_was_typed_to_decline_stays_where_it_came_too_late(second: Revision, cast: Cast) -> None:
    for who in (cast.mara, cast.priya):
        sign(2, by=who, at=MONDAY)
    said = posted(cast.tom, "2/decline/", 409, why="too late for this")
    assert "Revision 2 is in force." in said


def test_its_proposer_alone_is_offered_to_withdraw_it(second: Revision, cast: Cast) -> None:
    assert "/agreement/2/withdraw/" in page(cast.olga, 2)
    assert "/agreement/2/withdraw/" not in page(cast.mara, 2)
    assert "Mara did not propose revision 2" in posted(cast.mara, "2/withdraw/", 403)
    assert "Withdrawn by Olga on 2 March 2026." in posted(cast.olga, "2/withdraw/")


def test_a_day_that_is_agreed_stands_on_the_page_until_and_after_it(cast: Cast, revision: Revision) -> None:
    day = MONDAY + timedelta(days=30)
    propose(TEXT + "# 2\n", "b", reason="later", by=cast.olga, at=MONDAY, planned_from=day)
    assert "It is to be in force from 1 April 2026, 11:00." in words(page(cast.mara, 2))
    sign(2, by=cast.mara, at=MONDAY)
    assert "comes into force on 1 April 2026, 11:00 and replaces revision 1" in page(cast.priya, 2)
    said = posted(cast.priya, "2/sign/")
    assert "Revision 2 is signed by everybody and awaits its day." in said
    assert "it comes into force on 1 April 2026, 11:00, unless another revision comes into force before" in said
    home = words(client_of(cast.mara).get("/agreement/").content.decode())
    assert "Revision 2 is signed and comes into force on 1 April 2026, 11:00: “later”" in home


def test_the_last_signer_is_told_which_other_proposals_that_ends(second: Revision, cast: Cast) -> None:
    propose(TEXT + "# 3\n", "c", reason="other", by=cast.mara, at=MONDAY)
    sign(2, by=cast.mara, at=MONDAY)
    assert "Revision 3, which is proposed, can then no longer come into force." in page(cast.priya, 2)
    posted(cast.priya, "2/sign/")
    said = words(page(cast.mara, 3))
    assert "Superseded on 2 March 2026: Revision 2 came into force first." in said
    assert "Sign for" not in page(cast.mara, 3)


def test_a_clause_is_talked_about_answered_and_settled(second: Revision, cast: Cast) -> None:
    said = posted(cast.priya, "2/comment/", action_id=uuid.uuid4(), path=CLAUSE, text="Why <b>sixty</b>?")
    assert "Why <b>sixty</b>?" in said
    thread = Comment.objects.get()
    item = re.search(rf'<li id="{re.escape(CLAUSE)}".*?</details></li>', page(cast.mara, 2), re.DOTALL)
    assert item is not None
    assert "1 comment, 1 open" in words(item[0])
    posted(cast.mara, "2/comment/", action_id=uuid.uuid4(), thread=thread.pk, text="We lose money below")
    said = posted(cast.mara, f"2/comment/{thread.pk}/", settled="1")
    assert "Settled by Mara, 2 March, 12:00" in said
    assert "1 open" not in said
    assert "Open again" in said


def test_what_was_said_stays_readable_when_it_is_over(second: Revision, cast: Cast) -> None:
    posted(cast.priya, "2/comment/", action_id=uuid.uuid4(), path="", text="On the whole: no")
    posted(cast.priya, "2/decline/", why="no")
    shown = page(cast.mara, 2)
    assert "On the whole: no" in shown
    assert 'action="/agreement/2/comment/"' not in shown


def test_what_cannot_be_said_is_kept_in_its_place(second: Revision, cast: Cast) -> None:
    assert "Say something first." in posted(cast.priya, "2/comment/", 409, action_id=uuid.uuid4(), path=CLAUSE, text="")
    answer = client_of(cast.priya).post(
        "/agreement/2/comment/", {"action_id": uuid.uuid4(), "path": "criteria.none", "text": "Hm"}
    )
    assert answer.status_code == 409
    assert "Revision 2 has no clause criteria.none." in words(answer.content.decode())


def test_an_agency_that_signs_reads_comments_and_signs_that_revision_and_no_other(second: Revision, cast: Cast) -> None:
    text = TEXT.replace("agency: {does: [call_qualify]}", "agency: {does: [call_qualify], signs: true}")
    propose(text, "c.yaml", reason="They sign", by=cast.olga, at=MONDAY)
    shown = page(cast.alma, 3)
    assert "Sign for agency" in shown
    assert "Revision 2" not in words(re.sub(r"compared with.*?revision \d", "", shown, flags=re.IGNORECASE))
    assert client_of(cast.alma).get("/agreement/2/").status_code == 404
    assert client_of(cast.alma).get("/agreement/2/file/").status_code == 404
    assert client_of(cast.alma).get("/agreement/drafts/").status_code == 403
    assert "It comes into force when marketing and sales sign." in posted(cast.alma, "3/sign/")
    for who in (cast.mara, cast.priya):
        assert Revision.objects.get(number=3).status == "proposed"
        sign(3, by=who, at=MONDAY)
    assert Revision.objects.get(number=3).status == "in_force"


def test_an_agency_reads_clauses_but_nothing_about_leads_and_nothing_that_others_signed(
    second: Revision, cast: Cast
) -> None:
    """Neither who stands differently, nor backtests; nor what a revision that it did not sign had said instead."""
    text = TEXT.replace("agency: {does: [call_qualify]}", "agency: {does: [call_qualify], signs: true}")
    propose(text, "c.yaml", reason="They sign", by=cast.olga, at=MONDAY)
    home = words(client_of(cast.alma).get("/agreement/").content.decode())
    assert "Revision 3 awaits your signature. Olga proposes it: “They sign” Read it and sign" in home
    assert "No agreement that you have signed is in force" in home
    assert "Revision 2" not in home
    shown = page(cast.alma, 3)
    assert "Leads in flight" in shown
    assert "hx-post" not in shown
    assert "/backtests/" not in shown
    assert "stand" not in re.sub("understand", "", words(shown))
    for who in (cast.alma, cast.mara, cast.priya):
        sign(3, by=who, at=MONDAY)
    home = words(client_of(cast.alma).get("/agreement/").content.decode())
    assert "Everything on this page is carried out by the software." in home
    assert "What it changed" not in page(cast.alma, 3)
    assert "What it changed" in page(cast.mara, 3)
    propose(text.replace("deliver: 20", "deliver: 25"), "d.yaml", reason="More", by=cast.olga, at=MONDAY)
    said = words(page(cast.alma, 4))
    assert "In force: Marketing delivers 20" in said
    assert "Proposed: Marketing delivers 25" in said


def test_a_revision_shows_what_it_changed_when_it_came_into_force(second: Revision, cast: Cast) -> None:
    for who in (cast.mara, cast.priya):
        sign(2, by=who, at=MONDAY)
    said = words(page(cast.xenia, 2))
    assert "What it changed" in said
    assert "Compared with revision 1, by what each clause means" in said
    assert "What it changed" not in words(client_of(cast.xenia).get("/agreement/").content.decode())
