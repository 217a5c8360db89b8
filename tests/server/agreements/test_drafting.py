"""Drafts: saved, undone, taken over, never overwritten unseen."""

import uuid
from datetime import timedelta

import pytest
from tests.server.conftest import AGREEMENT, MONDAY, Cast

from accord.agreement.rows import RowError
from accord.server.accounts.access import AccessError
from accord.server.agreements import drafting
from accord.server.agreements.drafting import DraftConflictError, DraftError, begin, save, text_of
from accord.server.agreements.models import Draft, DraftState, Revision
from accord.server.agreements.services import AgreementRefusedError

TEXT = AGREEMENT.read_text(encoding="utf-8")
LATER = MONDAY + timedelta(minutes=5)


@pytest.fixture
def draft(cast: Cast, revision: Revision) -> Draft:
    return begin(by=cast.mara, at=MONDAY, action_id=uuid.uuid4(), revision=revision)


def test_a_draft_starts_from_a_revision_a_file_or_nothing_and_once(cast: Cast, revision: Revision) -> None:
    action = uuid.uuid4()
    of_revision = begin(by=cast.mara, at=MONDAY, action_id=action, revision=revision)
    assert begin(by=cast.mara, at=MONDAY, action_id=action) == of_revision
    assert (text_of(of_revision), of_revision.file_name, of_revision.based_on) == (TEXT, "agreement.yaml", revision)
    of_file = begin(by=cast.olga, at=MONDAY, action_id=uuid.uuid4(), text="accord: 1\r\n", name="mine.yaml")
    assert (text_of(of_file), of_file.file_name) == ("accord: 1\n", "mine.yaml")
    assert text_of(begin(by=cast.priya, at=MONDAY, action_id=uuid.uuid4())).startswith("accord: 1\n")


@pytest.mark.parametrize("who", ["xenia", "alma"])
def test_not_everybody_writes_drafts(cast: Cast, who: str) -> None:
    with pytest.raises(AccessError):
        begin(by=getattr(cast, who), at=MONDAY, action_id=uuid.uuid4())


def test_what_is_saved_from_an_old_version_changes_nothing_and_is_told_what_stands_there(
    cast: Cast, draft: Draft
) -> None:
    assert save(draft.pk, "one\n", 1, by=cast.mara, at=MONDAY).version == 2
    with pytest.raises(DraftConflictError) as conflict:
        save(draft.pk, "two\n", 1, by=cast.mara, at=LATER)
    assert (conflict.value.text, conflict.value.draft.version) == ("one\n", 2)
    assert text_of(draft.states.model.objects.get(number=2).draft) == "one\n"
    assert save(draft.pk, "two\n", 2, by=cast.mara, at=LATER).version == 3


def test_saving_what_stands_there_already_is_no_change_from_whatever_version(cast: Cast, draft: Draft) -> None:
    assert save(draft.pk, TEXT, 99, by=cast.mara, at=MONDAY).version == 1


def test_every_change_of_one_who_looked_away_meets_the_conflict(cast: Cast, draft: Draft) -> None:
    save(draft.pk, "accord: 1\ncompany: X\n", 1, by=cast.mara, at=MONDAY)
    for verb in (
        lambda: drafting.set_values(draft.pk, {"company": "Y"}, 1, by=cast.mara, at=LATER),
        lambda: drafting.undo(draft.pk, 1, by=cast.mara, at=LATER),
        lambda: drafting.redo(draft.pk, 1, by=cast.mara, at=LATER),
        lambda: drafting.propose_draft(draft.pk, 1, reason="x", by=cast.mara, at=LATER),
    ):
        with pytest.raises(DraftConflictError):
            verb()


def test_a_value_is_changed_in_its_place(cast: Cast, draft: Draft) -> None:
    changed = drafting.set_values(draft.pk, {"criteria.right_company.at_least": "60"}, 1, by=cast.mara, at=MONDAY)
    assert text_of(changed) == TEXT.replace("at_least: 50", "at_least: 60")
    with pytest.raises(RowError):
        drafting.set_values(draft.pk, {"company": "Z", "criteria.nobody.at_least": "60"}, 2, by=cast.mara, at=MONDAY)
    assert text_of(changed) == TEXT.replace("at_least: 50", "at_least: 60")


def test_what_is_typed_in_one_go_is_undone_in_one_go_and_redone(cast: Cast, draft: Draft) -> None:
    for second, text in enumerate(("a\n", "ab\n", "abc\n")):
        draft = save(draft.pk, text, draft.version, by=cast.mara, at=MONDAY + timedelta(seconds=second))
    draft = save(draft.pk, "later\n", draft.version, by=cast.mara, at=LATER)
    assert DraftState.objects.filter(draft=draft).count() == 3
    texts = []
    for verb in (drafting.undo, drafting.undo, drafting.undo, drafting.redo, drafting.redo, drafting.redo):
        draft = verb(draft.pk, draft.version, by=cast.mara, at=LATER)
        texts.append(text_of(draft))
    assert texts == ["abc\n", TEXT, TEXT, "abc\n", "later\n", "later\n"]


def test_a_change_after_undoing_is_what_redoing_leads_to(cast: Cast, draft: Draft) -> None:
    draft = save(draft.pk, "a\n", 1, by=cast.mara, at=MONDAY)
    draft = drafting.undo(draft.pk, draft.version, by=cast.mara, at=MONDAY)
    draft = save(draft.pk, "b\n", draft.version, by=cast.mara, at=LATER)
    draft = drafting.undo(draft.pk, draft.version, by=cast.mara, at=LATER)
    assert text_of(drafting.redo(draft.pk, draft.version, by=cast.mara, at=LATER)) == "b\n"


def test_a_draft_has_one_author_until_somebody_takes_it_over(cast: Cast, draft: Draft) -> None:
    with pytest.raises(DraftError, match="Mara writes this draft"):
        save(draft.pk, "mine\n", 1, by=cast.priya, at=MONDAY)
    taken = drafting.take_over(draft.pk, by=cast.priya, at=MONDAY)
    assert (taken.author, taken.version) == (cast.priya, 2)
    save(draft.pk, "mine\n", 2, by=cast.priya, at=MONDAY)
    with pytest.raises(DraftError, match="Priya writes this draft"):
        save(draft.pk, "still mine\n", 1, by=cast.mara, at=MONDAY)


def test_a_draft_is_proposed_once_and_then_closed(cast: Cast, draft: Draft) -> None:
    draft = save(draft.pk, TEXT.replace("deliver: 20", "deliver: 25"), 1, by=cast.mara, at=MONDAY)
    made = drafting.propose_draft(draft.pk, 2, reason="more", by=cast.mara, at=LATER)
    assert drafting.propose_draft(draft.pk, 2, reason="more", by=cast.mara, at=LATER) == made
    assert (made.number, made.reason, made.text, made.proposed_by) == (2, "more", text_of(draft), cast.mara)
    for verb in (
        lambda: save(draft.pk, "x\n", 2, by=cast.mara, at=LATER),
        lambda: drafting.take_over(draft.pk, by=cast.priya, at=LATER),
        lambda: drafting.discard(draft.pk, by=cast.mara, at=LATER),
    ):
        with pytest.raises(DraftError, match="is proposed"):
            verb()


def test_a_draft_with_faults_is_kept_and_not_proposed(cast: Cast, draft: Draft) -> None:
    broken = save(draft.pk, TEXT.replace("fast_lane: wants", "fast_lane: want"), 1, by=cast.mara, at=MONDAY)
    with pytest.raises(AgreementRefusedError):
        drafting.propose_draft(broken.pk, 2, reason="x", by=cast.mara, at=LATER)
    assert Revision.objects.count() == 1
    assert "fast_lane: want_to_talk" in text_of(broken)


def test_a_dropped_draft_is_gone_for_good(cast: Cast, draft: Draft) -> None:
    for _ in range(2):
        drafting.discard(draft.pk, by=cast.mara, at=MONDAY)
    with pytest.raises(DraftError, match="was dropped"):
        save(draft.pk, "x\n", 1, by=cast.mara, at=MONDAY)
    with pytest.raises(DraftError, match="no such draft"):
        save(10**9, "x\n", 1, by=cast.mara, at=MONDAY)


def test_a_draft_takes_any_text_that_fits_and_refuses_what_does_not(cast: Cast, draft: Draft) -> None:
    odd = save(
        draft.pk,
        "a\x00b \ud83d\ude00 ☎\r\n".encode("utf-16", "surrogatepass").decode("utf-16"),
        1,
        by=cast.mara,
        at=MONDAY,
    )
    assert text_of(odd) == "ab 😀 ☎\n"
    with pytest.raises(DraftError, match="at most 1,000 kB"):
        save(draft.pk, "x" * 1_000_001, 2, by=cast.mara, at=MONDAY)
