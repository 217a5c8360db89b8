"""Talking about a proposal clause by clause."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.server.conftest import AGREEMENT, MONDAY, Cast

from accord.server.agreements.commenting import CommentError, comment, settle
from accord.server.agreements.models import Comment, Revision
from accord.server.agreements.services import RevisionError, propose, withdraw

TEXT = AGREEMENT.read_text(encoding="utf-8")
CLAUSE = "criteria.right_company"


@pytest.fixture
def second(cast: Cast, revision: Revision) -> Revision:
    return propose(TEXT.replace("deliver: 20", "deliver: 25"), "b", reason="more", by=cast.olga, at=MONDAY)


def say(number: int, by, text="Why fifty?", path=CLAUSE, **more) -> Comment:
    return comment(number, path, text, by=by, at=MONDAY, action_id=more.pop("action_id", uuid.uuid4()), **more)


def test_a_thread_is_opened_answered_settled_and_opened_again_by_an_answer(cast: Cast, second: Revision) -> None:
    first = say(2, cast.priya)
    answer = say(2, cast.mara, "Because", path="ignored", thread=first.pk)
    assert (answer.path, answer.thread) == (CLAUSE, first)
    for _ in range(2):
        settled = settle(first.pk, settled=True, by=cast.mara, at=MONDAY + timedelta(hours=1))
    assert (settled.settled_by, settled.settled_at) == (cast.mara, MONDAY + timedelta(hours=1))
    say(2, cast.priya, "Still not", thread=first.pk)
    first.refresh_from_db()
    assert (first.settled_at, first.settled_by) == (None, None)


def test_what_is_sent_twice_is_said_once(cast: Cast, second: Revision) -> None:
    action = uuid.uuid4()
    assert say(2, cast.priya, action_id=action) == say(2, cast.priya, action_id=action)
    assert Comment.objects.count() == 1


@pytest.mark.parametrize(
    ("text", "path", "code"),
    [
        (" ", CLAUSE, "comment.empty"),
        ("x" * 4001, CLAUSE, "comment.too_long"),
        ("x", "criteria.no", "comment.no_clause"),
    ],
)
def test_what_cannot_be_said_is_refused(cast: Cast, second: Revision, text: str, path: str, code: str) -> None:
    with pytest.raises(CommentError) as refused:
        say(2, cast.priya, text, path)
    assert refused.value.code == code


def test_an_answer_belongs_to_a_thread_of_the_same_revision(cast: Cast, second: Revision) -> None:
    third = propose(TEXT + "# 3\n", "c", reason="x", by=cast.olga, at=MONDAY)
    other = say(third.number, cast.priya)
    for thread in (other.pk, 10**9):
        with pytest.raises(CommentError, match="no such comment"):
            say(2, cast.priya, thread=thread)


def test_nothing_is_said_about_what_is_in_force_or_over(cast: Cast, second: Revision) -> None:
    first = say(2, cast.priya)
    withdraw(2, by=cast.olga, at=MONDAY)
    for verb in (
        lambda: say(1, cast.priya),
        lambda: say(2, cast.priya),
        lambda: settle(first.pk, settled=True, by=cast.mara, at=MONDAY),
    ):
        with pytest.raises(CommentError) as refused:
            verb()
        assert refused.value.code == "comment.closed"


def test_the_agency_speaks_only_where_it_signs(cast: Cast, second: Revision) -> None:
    with pytest.raises(RevisionError, match="there is no revision 2"):
        say(2, cast.alma)
    signing = TEXT.replace("agency: {does: [call_qualify]}", "agency: {does: [call_qualify], signs: true}")
    third = propose(signing, "c", reason="they sign", by=cast.olga, at=MONDAY)
    assert say(third.number, cast.alma).by == cast.alma


def test_the_database_refuses_to_unsay_anything(cast: Cast, second: Revision) -> None:
    said = say(2, cast.priya)
    for verb in (
        lambda: Comment.objects.filter(pk=said.pk).update(text="never mind"),
        lambda: Comment.objects.filter(pk=said.pk).delete(),
    ):
        with pytest.raises(IntegrityError, match="can only be added to"), transaction.atomic():
            verb()
