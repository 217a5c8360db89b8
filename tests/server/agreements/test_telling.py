"""Who is told what becomes of a proposal, through a real SMTP server."""

import uuid
from datetime import datetime, timedelta
from email.header import decode_header, make_header

import pytest
from django.db import transaction
from django.utils.module_loading import import_string
from tests.server.conftest import AGREEMENT, MONDAY, Cast
from tests.server.postbox import Postbox

from accord.agreement import clauses, load
from accord.server import settings as of_the_product
from accord.server.accounts.models import Role, User
from accord.server.agreements.commenting import comment
from accord.server.agreements.drafting import begin, propose_draft
from accord.server.agreements.enforcement import enforce_due
from accord.server.agreements.models import Comment, Revision
from accord.server.agreements.services import RevisionError, decline, propose, sign, withdraw
from accord.server.agreements.telling import Kind
from accord.server.notifications.delivering import UNWANTED, mail_due
from accord.server.notifications.models import Delivery, Notification

TEXT = AGREEMENT.read_text(encoding="utf-8")
BETTER = TEXT.replace("deliver: 20", "deliver: 25")
CLAUSE = "criteria.right_company"
DAY = timedelta(days=1)
LATER = MONDAY + timedelta(minutes=1)
SALES = {"Priya", "Tom", "Sven", "Enno"}
AGENCY_SIGNS = BETTER.replace("agency: {does: [call_qualify]}", "agency: {does: [call_qualify], signs: true}")
ASKED = """\
Revision 2 of the agreement awaits your signature: Fifty was too few. Ask me.

Proposed by Olga.

Why: Fifty was too few.

Ask me.

It comes into force on 1 April 2026, 11:00 (Europe/Berlin), if marketing and sales have signed by then, or as soon as they have.

3 clauses differ from revision 1, which is in force. Leads may be judged, handed over or answered differently.

What counts as a good lead: changed
In force: “Right company” (50 or more staff) means that company employees is at least 50.
Proposed: “Right company” (50 or more staff) means that company employees is at least 60.

Hand-off: removed
In force: Sales may reject a lead because of “Company too small or too large”: the lead is then out for good.

Hand-off: changed, wording only
In force: Sales may reject a lead because of “Bad timing”: marketing then looks after it, and it comes back after 90 days, or earlier when it meets “wants to talk”.
Proposed: Sales may reject a lead because of “Not now”: marketing then looks after it, and it comes back after 90 days, or earlier when it meets “wants to talk”.

Read all of it, comment, sign or decline:

https://accord.test.works/agreement/2/
"""  # noqa: E501
"""A whole mail, worked out by hand from the clauses of two documents."""


@pytest.fixture(autouse=True)
def first(revision: Revision) -> Revision:
    """Another revision is in force, before anything else is done."""
    return revision


def proposal(cast: Cast, text: str = BETTER, *, by: User | None = None, **more: object) -> Revision:
    reason = str(more.pop("reason", "More leads for less"))
    return propose(text, "b.yaml", reason=reason, by=by or cast.olga, at=MONDAY, **more)  # type: ignore[arg-type]


def mailed(postbox: Postbox, at: datetime = LATER) -> list[tuple[str, str]]:
    """Who is mailed next, by name, and under which subject."""
    seen = len(postbox.mails)
    mail_due(at)
    fresh = [
        (
            str(mail["To"]).partition("@")[0].capitalize(),
            " ".join(str(make_header(decode_header(mail["Subject"]))).split()),
        )
        for mail in postbox.mails[seen:]
    ]
    assert len(fresh) == len(set(fresh)), "told twice"
    return sorted(fresh)


def body(postbox: Postbox) -> str:
    """What the latest mail says, as its reader sees it."""
    payload = postbox.mails[-1].get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode().replace("\r\n", "\n")


def test_everybody_who_may_sign_is_asked_to_and_nobody_else(cast: Cast, postbox: Postbox) -> None:
    User.objects.filter(pk=cast.enno.pk).update(is_active=False)
    proposal(cast)
    asked = "Revision 2 of the agreement awaits your signature: More leads for less"
    assert not Notification.objects.filter(user=cast.enno).exists()
    assert mailed(postbox) == [(name, asked) for name in ("Mara", "Priya", "Sven", "Tom")]
    assert mailed(postbox, LATER + DAY) == []


def test_who_proposes_and_signs_is_not_asked(cast: Cast, postbox: Postbox) -> None:
    proposal(cast, by=cast.priya)
    assert {name for name, _ in mailed(postbox)} == {"Mara"} | SALES - {"Priya"}


def test_the_mail_says_who_why_when_and_every_changed_sentence(cast: Cast, postbox: Postbox, settings: object) -> None:
    settings.SITE_URL = "https://accord.test.works"  # type: ignore[attr-defined]
    text = (
        TEXT.replace("at_least: 50\n", "at_least: 60\n")
        .replace("    wrong_size: {label: Company too small or too large, then: disqualify}\n", "")
        .replace("label: Bad timing", "label: Not now")
    )
    proposal(cast, text, reason="Fifty was too few.\n\nAsk me.", planned_from=MONDAY + 30 * DAY)
    mailed(postbox)
    assert body(postbox) == ASKED


def test_the_sentences_of_the_mail_are_those_of_the_page(cast: Cast, postbox: Postbox) -> None:
    proposal(cast)
    mailed(postbox)
    agreement = load(BETTER, "b.yaml").agreement
    assert agreement is not None
    [promise] = [one.sentence for one in clauses(agreement) if one.path == "sla.marketing[0]"]
    assert f"Proposed: {promise}" in body(postbox)


def test_of_very_many_changes_the_mail_has_the_first_and_the_page_all(cast: Cast, postbox: Postbox) -> None:
    more = "".join(f"    r{number:02}: {{label: Reason {number:02}, then: disqualify}}\n" for number in range(32))
    proposal(cast, TEXT.replace("  reject_reasons:\n", f"  reject_reasons:\n{more}"))
    mailed(postbox)
    said = body(postbox)
    assert "32 clauses differ from revision 1" in said
    assert said.count("Proposed: Sales may reject a lead because of “Reason ") == 20
    assert "“Reason 19”" in said
    assert "“Reason 20”" not in said
    assert "\n\n… and 12 more.\n\n" in said


def test_of_very_long_sentences_the_mail_holds_fewer(cast: Cast, postbox: Postbox) -> None:
    """Twenty clauses of 300 characters and more are too many for the 6,000 that a mail holds of them."""
    more = "".join(
        f"    r{number:02}: {{label: Reason {number:02} {'x' * 280}, then: disqualify}}\n" for number in range(20)
    )
    proposal(cast, TEXT.replace("  reject_reasons:\n", f"  reject_reasons:\n{more}"))
    mailed(postbox)
    said = body(postbox)
    shown = said.count("“Reason ")
    assert 10 < shown < 20
    assert f"\n\n… and {20 - shown} more.\n\n" in said
    assert len(said) < 7000


def test_the_first_agreement_is_new_as_a_whole(cast: Cast, postbox: Postbox) -> None:
    Revision.objects.filter(number=1).update(status="retired", retired_at=MONDAY)
    proposal(cast)
    mailed(postbox)
    agreement = load(BETTER, "b.yaml").agreement
    assert agreement is not None
    assert f"All of it is new: {len(clauses(agreement))} clauses." in body(postbox)
    assert "It comes into force as soon as marketing and sales have signed." in body(postbox)


def test_a_long_reason_is_cut_in_the_subject_and_whole_in_the_mail(cast: Cast, postbox: Postbox) -> None:
    reason = "because " * 100 + "at last"
    proposal(cast, reason=reason)
    [(_, subject), *_] = mailed(postbox)
    assert len(subject) < 200
    assert subject.endswith("…")
    assert reason in body(postbox)


def test_an_agency_that_signs_is_asked_but_not_told_of_clauses_that_it_may_not_read(
    cast: Cast, postbox: Postbox
) -> None:
    proposal(cast, AGENCY_SIGNS)
    assert {name for name, _ in mailed(postbox)} == {"Alma", "Mara"} | SALES
    said = {
        str(mail["To"]): mail.get_payload(decode=True).decode()  # type: ignore[union-attr]  # one part each
        for mail in postbox.mails
    }
    assert "marketing, sales and agency have signed" in said["alma@test.works"]
    assert "All of it is new" in said["alma@test.works"]
    assert "delivers 20" not in said["alma@test.works"]
    assert "delivers 20" in said["mara@test.works"]


class TestStillWanted:
    """What happens between the proposal and the mail."""

    def withdrawn(self) -> str:
        return str(Delivery.objects.filter(outcome="withdrawn").latest("pk").last_error)

    def test_what_was_withdrawn_before_the_mail_went_asks_nobody(self, cast: Cast, postbox: Postbox) -> None:
        proposal(cast)
        withdraw(2, by=cast.olga, at=MONDAY)
        assert mailed(postbox) == []
        assert self.withdrawn() == UNWANTED

    def test_a_role_that_has_signed_by_then_is_not_asked_and_the_other_one_is(
        self, cast: Cast, postbox: Postbox
    ) -> None:
        proposal(cast)
        sign(2, by=cast.tom, at=MONDAY)
        assert {name for name, subject in mailed(postbox) if "awaits" in subject} == {"Mara"}

    def test_who_was_deactivated_or_has_another_role_by_then_is_not_asked(self, cast: Cast, postbox: Postbox) -> None:
        proposal(cast)
        User.objects.filter(pk=cast.tom.pk).update(is_active=False)
        User.objects.filter(pk=cast.enno.pk).update(role=Role.EXECUTIVE)
        assert {name for name, _ in mailed(postbox)} == {"Mara", "Priya", "Sven"}

    def test_who_may_not_read_it_any_more_learns_nothing_of_it(self, cast: Cast, postbox: Postbox) -> None:
        proposal(cast)
        first = said(2, cast.priya, "Why?")
        said(2, cast.mara, "Because of the margin", thread=first.pk)
        User.objects.filter(pk=cast.priya.pk).update(role=Role.AGENCY)
        assert {name for name, _ in mailed(postbox)} == {"Mara", "Olga"} | SALES - {"Priya"}

    def test_a_signature_is_no_news_once_the_revision_is_over(self, cast: Cast, postbox: Postbox) -> None:
        proposal(cast)
        sign(2, by=cast.mara, at=MONDAY)
        decline(2, why="no", by=cast.tom, at=MONDAY)
        assert [subject for name, subject in mailed(postbox) if name == "Olga"] == [
            "Revision 2 of the agreement is declined by Tom: no"
        ]


def said(number: int, by: User, text: str, path: str = CLAUSE, thread: int | None = None) -> Comment:
    return comment(number, path, text, by=by, at=MONDAY, action_id=uuid.uuid4(), thread=thread)


class TestWhatBecameOfIt:
    """The news of a proposal that has been read: who proposed it and who signed it hear of it once."""

    @pytest.fixture(autouse=True)
    def asked(self, cast: Cast, postbox: Postbox) -> None:
        proposal(cast)
        mailed(postbox)

    def test_the_proposer_hears_of_the_first_signature_and_who_is_missing(self, cast: Cast, postbox: Postbox) -> None:
        for _ in range(2):
            sign(2, by=cast.mara, at=MONDAY)
        assert mailed(postbox) == [("Olga", "Mara has signed revision 2 of the agreement for marketing")]
        assert "\n\nSales has yet to sign.\n\n" in body(postbox)

    def test_with_the_last_signature_everybody_who_may_sign_hears_that_it_is_in_force(
        self, cast: Cast, postbox: Postbox
    ) -> None:
        sign(2, by=cast.mara, at=MONDAY)
        mailed(postbox)
        sign(2, by=cast.tom, at=MONDAY)
        news = "Revision 2 of the agreement is in force: More leads for less"
        assert mailed(postbox) == [(name, news) for name in ("Enno", "Mara", "Olga", "Priya", "Sven")]
        assert "/agreement/2/" in body(postbox)

    def test_the_proposer_and_who_has_signed_hear_why_it_was_declined(self, cast: Cast, postbox: Postbox) -> None:
        sign(2, by=cast.mara, at=MONDAY)
        mailed(postbox)
        for _ in range(2):
            decline(2, why="We would lose\nAustria", by=cast.priya, at=MONDAY)
        news = "Revision 2 of the agreement is declined by Priya: We would lose Austria"
        assert mailed(postbox) == [("Mara", news), ("Olga", news)]
        assert "Why: We would lose\nAustria\n\n" in body(postbox)

    def test_who_has_signed_hears_that_it_was_withdrawn_and_who_withdrew_it_does_not(
        self, cast: Cast, postbox: Postbox
    ) -> None:
        sign(2, by=cast.mara, at=MONDAY)
        mailed(postbox)
        for _ in range(2):
            withdraw(2, by=cast.olga, at=MONDAY)
        assert mailed(postbox) == [("Mara", "Revision 2 of the agreement is withdrawn by Olga")]

    def test_the_proposer_hears_that_another_one_came_first(self, cast: Cast, postbox: Postbox) -> None:
        proposal(cast, TEXT + "# 3\n", by=cast.tom, reason="other")
        mailed(postbox)
        for who in (cast.mara, cast.priya):
            sign(2, by=who, at=MONDAY)
        news = dict(reversed(one) for one in mailed(postbox) if "superseded" in one[1])  # type: ignore[arg-type]
        assert news == {"Revision 3 of the agreement is superseded: Revision 2 came into force first": "Tom"}

    def test_a_comment_goes_to_the_proposer_and_to_those_in_the_thread_alone(
        self, cast: Cast, postbox: Postbox
    ) -> None:
        said(2, cast.xenia, "Something else")
        first = said(2, cast.priya, "Why <fifty>?")
        assert mailed(postbox) == [
            ("Olga", "Priya commented on revision 2 of the agreement: Why <fifty>?"),
            ("Olga", "Xenia commented on revision 2 of the agreement: Something else"),
        ]
        said(2, cast.mara, "Because", thread=first.pk)
        news = "Mara answered on revision 2 of the agreement: Because"
        assert mailed(postbox) == [("Olga", news), ("Priya", news)]
        assert "On: “Right company” (50 or more staff) means that company employees is at least 50." in body(postbox)
        assert "/agreement/2/#criteria.right_company\n" in body(postbox)
        said(2, cast.olga, "So be it", thread=first.pk)
        assert {name for name, _ in mailed(postbox)} == {"Mara", "Priya"}

    def test_a_comment_on_the_whole_leads_to_where_it_stands(self, cast: Cast, postbox: Postbox) -> None:
        said(2, cast.priya, "Hm", path="")
        assert mailed(postbox) == [("Olga", "Priya commented on revision 2 of the agreement: Hm")]
        assert "On the whole.\n\nHm\n\n" in body(postbox)
        assert "/agreement/2/#talk\n" in body(postbox)

    def test_a_comment_sent_twice_is_mailed_once(self, cast: Cast, postbox: Postbox) -> None:
        action = uuid.uuid4()
        for _ in range(2):
            comment(2, "", "Hm", by=cast.priya, at=MONDAY, action_id=action)
        assert len(mailed(postbox)) == 1
        comment(2, "", "Hm", by=cast.priya, at=MONDAY, action_id=action)
        assert mailed(postbox) == []


class TestItsDay:
    """A revision that is signed for a day."""

    day: datetime = MONDAY + 10 * DAY

    @pytest.fixture(autouse=True)
    def asked(self, cast: Cast, postbox: Postbox) -> None:
        proposal(cast, planned_from=self.day)
        sign(2, by=cast.mara, at=MONDAY)
        mailed(postbox)

    def test_the_proposer_hears_that_it_awaits_its_day(self, cast: Cast, postbox: Postbox) -> None:
        sign(2, by=cast.priya, at=MONDAY)
        assert mailed(postbox) == [("Olga", "Priya has signed revision 2 of the agreement for sales")]
        assert (
            "It is signed by everybody and comes into force on 12 March 2026, 10:00 (Europe/Berlin), unless another"
            in body(postbox)
        )

    def test_everybody_hears_when_it_comes_and_once(self, cast: Cast, postbox: Postbox) -> None:
        sign(2, by=cast.priya, at=MONDAY)
        mailed(postbox)
        for _ in range(2):
            enforce_due(self.day)
        assert {name for name, _ in mailed(postbox, self.day)} == {"Mara", "Olga"} | SALES
        assert len(postbox.mails) == len({mail["Message-ID"] for mail in postbox.mails})


def test_a_proposal_that_fails_is_told_to_nobody(cast: Cast, postbox: Postbox) -> None:
    with transaction.atomic():
        proposal(cast)
        with pytest.raises(RevisionError, match="in force already"):
            proposal(cast, TEXT)
        transaction.set_rollback(True)
    assert mailed(postbox) == []


def test_a_form_sent_twice_asks_once(cast: Cast, postbox: Postbox) -> None:
    draft = begin(by=cast.mara, at=MONDAY, action_id=uuid.uuid4(), text=BETTER)
    for _ in range(2):
        propose_draft(draft.pk, 1, reason="More", by=cast.mara, at=MONDAY)
    assert {name for name, _ in mailed(postbox)} == SALES


def test_proposing_asks_for_each_role_at_once(cast: Cast, django_assert_max_num_queries: object) -> None:
    """However many people there are."""
    for number in range(50):
        User.objects.create_user(f"s{number}@test.works", f"S {number}", Role.SALES)
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        proposal(cast)
    assert Notification.objects.count() == 55


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_a_room_that_knows_whether_it_still_holds(kind: str) -> None:
    assert callable(import_string(of_the_product.NOTIFICATIONS_WANTED[kind.partition(".")[0]]))
