"""Revisions that several people propose or sign at the same moment."""

import threading
import uuid
from collections.abc import Callable
from functools import partial

import pytest
from django.db import connections
from tests.server.conftest import AGREEMENT, MONDAY, Cast

from accord.server.agreements.drafting import begin, propose_draft, save, text_of
from accord.server.agreements.models import Draft, Revision
from accord.server.agreements.services import decline, propose, sign

TEXT = AGREEMENT.read_text(encoding="utf-8")
pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*verbs: Callable[[], object]) -> list[str]:
    """Do these things at the same moment, each on a connection of its own; return what went wrong."""
    together = threading.Barrier(len(verbs))
    wrong: list[str] = []

    def act(verb: Callable[[], object]) -> None:
        together.wait()
        try:
            verb()
        except Exception as error:
            wrong.append(repr(error))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=act, args=(verb,)) for verb in verbs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return wrong


def test_proposals_get_numbers_of_their_own(cast: Cast) -> None:
    for _ in range(3):
        assert at_once(*[partial(propose, TEXT, "a.yaml", reason="x", by=cast.olga, at=MONDAY)] * 4) == []
    assert sorted(Revision.objects.values_list("number", flat=True)) == list(range(1, 13))


def test_of_proposals_signed_at_the_same_moment_one_comes_into_force_and_supersedes_the_others(cast: Cast) -> None:
    for _ in range(3):
        numbers = [
            propose(TEXT + f"# {uuid.uuid4()}\n", "a.yaml", reason="x", by=cast.olga, at=MONDAY).number
            for _ in range(3)
        ]
        for number in numbers:
            sign(number, by=cast.mara, at=MONDAY)
        wrong = at_once(*[partial(sign, number, by=cast.priya, at=MONDAY) for number in numbers])
        assert len(wrong) == 2
        assert all("is superseded" in each for each in wrong)
    assert Revision.objects.filter(status="in_force").count() == 1


def test_one_signature_and_one_decline_at_the_same_moment_end_in_one_of_both(cast: Cast) -> None:
    number = propose(TEXT, "a.yaml", reason="x", by=cast.olga, at=MONDAY).number
    sign(number, by=cast.mara, at=MONDAY)
    wrong = at_once(
        partial(sign, number, by=cast.priya, at=MONDAY), partial(decline, number, why="no", by=cast.tom, at=MONDAY)
    )
    assert len(wrong) == 1
    status = Revision.objects.get().status
    assert ("is declined" in wrong[0]) if status == "declined" else ("is in force" in wrong[0])


def test_two_tabs_that_save_a_draft_at_the_same_moment_do_not_overwrite_each_other(cast: Cast) -> None:
    draft = begin(by=cast.mara, at=MONDAY, action_id=uuid.uuid4())
    wrong = at_once(*[partial(save, draft.pk, f"text {n}\n", 1, by=cast.mara, at=MONDAY) for n in range(4)])
    assert len(wrong) == 3
    assert all("changed since" in each for each in wrong)
    draft.refresh_from_db()
    assert (draft.version, text_of(draft)[:5]) == (2, "text ")


def test_a_form_sent_twice_at_the_same_moment_begins_one_draft_and_proposes_once(cast: Cast) -> None:
    action = uuid.uuid4()
    assert at_once(*[partial(begin, by=cast.mara, at=MONDAY, action_id=action, text=TEXT)] * 3) == []
    draft = Draft.objects.get()
    assert at_once(*[partial(propose_draft, draft.pk, 1, reason="x", by=cast.mara, at=MONDAY)] * 3) == []
    assert Revision.objects.count() == 1
