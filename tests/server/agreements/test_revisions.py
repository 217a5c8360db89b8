"""Proposing and signing revisions."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.server.conftest import AGREEMENT, MONDAY, Cast

from accord.server.accounts.access import AccessError
from accord.server.agreements.models import Revision
from accord.server.agreements.services import AgreementRefusedError, RevisionError, in_force, propose, sign

TEXT = AGREEMENT.read_text(encoding="utf-8")


def test_a_revision_comes_into_force_with_the_last_signature(cast: Cast) -> None:
    revision = propose(TEXT, "agreement.yaml", reason="first", by=cast.olga, at=MONDAY)
    assert revision.status == "proposed"
    assert sign(revision.number, by=cast.mara, at=MONDAY).status == "proposed"
    with pytest.raises(RevisionError, match="no agreement is in force yet"):
        in_force()
    signed = sign(revision.number, by=cast.priya, at=MONDAY + timedelta(hours=1))
    assert (signed.status, signed.in_force_from) == ("in_force", MONDAY + timedelta(hours=1))
    assert in_force().agreement.company == "Test Works"


def test_a_new_revision_retires_the_old_one(cast: Cast, revision: Revision) -> None:
    second = propose(TEXT.replace("at_least: 50", "at_least: 60"), "a.yaml", reason="larger", by=cast.olga, at=MONDAY)
    sign(second.number, by=cast.mara, at=MONDAY)
    sign(second.number, by=cast.tom, at=MONDAY)
    revision.refresh_from_db()
    assert (revision.status, revision.retired_at) == ("retired", MONDAY)
    assert in_force().revision == second


def test_a_broken_document_gives_all_its_issues_and_changes_nothing(cast: Cast) -> None:
    broken = TEXT.replace("field: company.employees", "field: company.employes").replace(
        "fast_lane: wants", "fast_lane: want"
    )
    with pytest.raises(AgreementRefusedError) as refused:
        propose(broken, "agreement.yaml", reason="oops", by=cast.olga, at=MONDAY)
    said = str(refused.value)
    assert said.count("agreement.yaml:") == 3
    assert "did you mean 'company.employees'" in said
    assert not Revision.objects.exists()


@pytest.mark.parametrize("who", ["xenia", "alma", "olga"])
def test_only_the_signing_roles_sign(cast: Cast, who: str) -> None:
    revision = propose(TEXT, "a.yaml", reason="first", by=cast.olga, at=MONDAY)
    with pytest.raises(RevisionError, match="it takes marketing and sales"):
        sign(revision.number, by=getattr(cast, who), at=MONDAY)


@pytest.mark.parametrize("who", ["xenia", "alma"])
def test_not_everybody_proposes(cast: Cast, who: str) -> None:
    with pytest.raises(AccessError):
        propose(TEXT, "a.yaml", reason="mine", by=getattr(cast, who), at=MONDAY)


def test_one_signature_per_role(cast: Cast) -> None:
    revision = propose(TEXT, "a.yaml", reason="first", by=cast.olga, at=MONDAY)
    sign(revision.number, by=cast.priya, at=MONDAY)
    with pytest.raises(RevisionError, match="already signed for sales"):
        sign(revision.number, by=cast.tom, at=MONDAY)


def test_the_text_in_force_is_not_proposed_again(cast: Cast, revision: Revision) -> None:
    with pytest.raises(RevisionError, match="in force already"):
        propose(TEXT, "a.yaml", reason="again", by=cast.olga, at=MONDAY)


def test_the_database_refuses_to_change_a_text(cast: Cast, revision: Revision) -> None:
    with pytest.raises(IntegrityError, match="cannot change"), transaction.atomic():
        Revision.objects.filter(pk=revision.pk).update(text=TEXT + "\n")
