"""Revisions that were proposed before each said which roles must sign it."""

import pytest
from django.db import IntegrityError, transaction
from tests.server.conftest import AGREEMENT, MONDAY, Cast
from tests.server.migrations import migrated_back

from accord.server.agreements.models import Revision, Signature
from accord.server.agreements.services import propose

TEXT = AGREEMENT.read_text(encoding="utf-8")


@pytest.mark.django_db(transaction=True)
def test_signers_are_taken_from_the_text_or_from_the_signatures_and_stay_then(cast: Cast, revision: Revision) -> None:
    three = TEXT.replace("agency: {does: [call_qualify]}", "agency: {does: [call_qualify], signs: true}")
    propose(three, "b.yaml", reason="x", by=cast.olga, at=MONDAY)
    old = Revision.objects.create(
        number=7, text="accord: 0\n", file_name="old.yaml", outcome_fingerprint="a", wording_fingerprint="b",
        reason="long ago", proposed_at=MONDAY, status="retired", in_force_from=MONDAY, retired_at=MONDAY,
    )  # fmt: skip
    for user in (cast.priya, cast.mara):
        Signature.objects.create(revision=old, role=user.role, user=user, at=MONDAY)
    with migrated_back("agreements", "0005_tests_of_revisions"):
        pass
    signers = dict(Revision.objects.values_list("number", "signers"))
    assert signers == {1: ["marketing", "sales"], 2: ["marketing", "sales", "agency"], 7: ["sales", "marketing"]}
    with pytest.raises(IntegrityError, match="cannot change"), transaction.atomic():
        Revision.objects.filter(number=2).update(signers=["marketing"])
