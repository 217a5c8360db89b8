"""Verbs and reads of the agreement's revisions: propose, sign, decline, withdraw, and which one is in force."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db import connection, transaction
from django.db.models import Max

from accord.agreement import Agreement, load
from accord.errors import AccordError, Issue, Level
from accord.server.accounts.access import require
from accord.server.accounts.audit import record
from accord.server.accounts.models import Role, User
from accord.server.agreements import enforcement, telling
from accord.server.agreements.models import Revision, Signature

PROPOSERS = frozenset({Role.OPERATIONS, Role.MARKETING, Role.SALES})


class RevisionError(AccordError):
    """A revision cannot be proposed, signed or used as asked."""


class AgreementRefusedError(RevisionError):
    """A document has errors; it changed nothing.

    Attributes:
        issues: All of them, in the order of the lines.
    """

    def __init__(self, issues: tuple[Issue, ...]) -> None:
        errors = [issue for issue in issues if issue.level is Level.ERROR]
        super().__init__(
            "revision.has_errors",
            "\n".join(str(issue) for issue in errors),
            hint=f"mend {len(errors)} error{'s' if len(errors) > 1 else ''} and propose it again",
        )
        self.issues = issues


@dataclass(frozen=True, slots=True)
class InForce:
    """A revision with the agreement that it says."""

    revision: Revision
    agreement: Agreement


@lru_cache(maxsize=16)
def _agreement(text: str, file_name: str) -> Agreement:
    loaded = load(text, file_name)
    if loaded.agreement is None:
        raise AgreementRefusedError(loaded.issues)
    return loaded.agreement


def agreement_of(revision: Revision) -> Agreement:
    """Return what a stored revision says; parsed once per process and text."""
    return _agreement(revision.text, revision.file_name)


def readable(revision: Revision) -> Agreement | None:
    """Return what a stored revision says; None if it was written for an older version of Accord."""
    try:
        return agreement_of(revision)
    except AgreementRefusedError:
        return None


def in_force() -> InForce:
    """Return the revision that is in force.

    Raises:
        RevisionError: ``revision.none_in_force``.
    """
    law = in_force_or_none()
    if law is None:
        raise RevisionError(
            "revision.none_in_force", "no agreement is in force yet", hint="propose one and let both sides sign it"
        )
    return law


def in_force_or_none() -> InForce | None:
    """Return the revision that is in force, or None before the first one is signed."""
    revision = Revision.objects.filter(status=Revision.Status.IN_FORCE).first()
    return InForce(revision, agreement_of(revision)) if revision else None


@transaction.atomic
def propose(
    text: str, file_name: str, *, reason: str, by: User, at: datetime, planned_from: datetime | None = None
) -> Revision:
    """Return a new proposed revision.

    Args:
        text: The document.
        file_name: What issues call it.
        reason: Why it is to change.
        by: Who proposes it.
        at: Now.
        planned_from: From when it is to be in force; None: from the last signature.

    Raises:
        AgreementRefusedError: The document has errors; nothing was stored.
        RevisionError: ``revision.unchanged`` if it says word for word what is in force, ``revision.past`` if it is to
            be in force from before now.
        AccessError: The user's role may not propose.
    """
    require(by, PROPOSERS, "propose an agreement")
    agreement = _agreement(text, file_name)
    if planned_from is not None and planned_from <= at:
        raise RevisionError(
            "revision.past", "it cannot come into force before now", hint="choose a later time, or none"
        )
    one_after_the_other()
    current = Revision.objects.filter(status=Revision.Status.IN_FORCE).first()
    if current is not None and current.text == text:
        raise RevisionError("revision.unchanged", f"this is revision {current.number}, which is in force already")
    number = (Revision.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    revision = Revision.objects.create(
        number=number,
        text=text,
        file_name=file_name,
        outcome_fingerprint=agreement.outcome_fingerprint,
        wording_fingerprint=agreement.wording_fingerprint,
        signers=_signers(agreement, current),
        reason=reason,
        proposed_by=by,
        proposed_at=at,
        planned_from=planned_from,
        based_on=current,
    )
    planned = planned_from.isoformat() if planned_from else None
    record("revision.proposed", f"revision:{number}", actor=by, at=at, reason=reason, planned_from=planned)
    telling.proposed(revision, agreement, readable(current) if current else None)
    return revision


def _signers(agreement: Agreement, current: Revision | None) -> list[str]:
    """Return who must sign: whoever will, and whoever signs what it replaces, since they must not lose their say."""
    law = readable(current) if current else None
    before = _signing(law) if law else current.signers if current else []
    return list(dict.fromkeys([*_signing(agreement), *before]))


def _signing(agreement: Agreement) -> list[str]:
    return [role.name for role in agreement.roles.values() if role.signs]


def one_after_the_other() -> None:
    """Let everybody else who proposes or decides wait until this transaction ends; whoever reads does not wait."""
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {Revision._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")


@transaction.atomic
def sign(number: int, *, by: User, at: datetime) -> Revision:
    """Sign a proposed revision for the user's role; with the last signature it comes into force, or awaits its day.

    Somebody who has signed it already changes nothing by signing again.

    Raises:
        RevisionError: ``revision.unknown``, ``revision.not_proposed``, ``revision.role_does_not_sign`` or
            ``revision.already_signed``, by somebody else of the same role.
    """
    revision = _for_decision(number, by)
    zone = agreement_of(revision).zone  # nobody signs what this version cannot carry out
    if revision.signatures.filter(user=by, role=by.role).exists():
        return revision
    _must_be(revision, Revision.Status.PROPOSED)
    made, fresh = Signature.objects.get_or_create(revision=revision, role=by.role, defaults={"user": by, "at": at})
    if not fresh:
        raise RevisionError("revision.already_signed", f"revision {number} is already signed for {by.role}")
    record("revision.signed", f"revision:{number}", actor=by, at=at, role=by.role)
    signed = set(revision.signatures.values_list("role", flat=True))
    if signed >= set(revision.signers):
        enforcement.enforce(revision, at, by=by)
    telling.signed(made, zone)
    return revision


@transaction.atomic
def decline(number: int, *, why: str, by: User, at: datetime) -> Revision:
    """Decline a proposed revision for the user's role, which ends it; the same person declines it once.

    Raises:
        RevisionError: ``revision.unknown``, ``revision.not_proposed``, ``revision.role_does_not_sign`` or
            ``revision.no_reason``.
    """
    revision = _for_decision(number, by)
    if revision.status == Revision.Status.DECLINED and revision.dropped_by == by:
        return revision
    _must_be(revision, Revision.Status.PROPOSED)
    if not why.strip():
        raise RevisionError("revision.no_reason", "a revision is declined for a reason", hint="say what should differ")
    enforcement.drop(revision, Revision.Status.DECLINED, by=by, at=at, why=why.strip())
    return revision


@transaction.atomic
def withdraw(number: int, *, by: User, at: datetime) -> Revision:
    """Take back a proposal that is not yet in force; only who made it can, and twice is once.

    One that both sides have signed is no longer the proposer's alone, and stays.

    Raises:
        RevisionError: ``revision.unknown``, ``revision.not_proposed`` or ``revision.not_yours``.
    """
    one_after_the_other()
    revision = revision_of(number)
    if revision.proposed_by != by or not by.is_active:
        raise RevisionError("revision.not_yours", f"{by.name} did not propose revision {number}", hint="decline it")
    if revision.status == Revision.Status.WITHDRAWN:
        return revision
    _must_be(revision, Revision.Status.PROPOSED)
    enforcement.drop(revision, Revision.Status.WITHDRAWN, by=by, at=at)
    return revision


def revision_of(number: int) -> Revision:
    """Return a revision by its number.

    Raises:
        RevisionError: ``revision.unknown``.
    """
    revision = Revision.objects.filter(number=number).first()
    if revision is None:
        raise RevisionError("revision.unknown", f"there is no revision {number}", hint="see the list of revisions")
    return revision


def _for_decision(number: int, by: User) -> Revision:
    """Return a revision on which the user's role decides; whoever else decides on one waits."""
    one_after_the_other()
    revision = revision_of(number)
    if by.role not in revision.signers or not by.is_active:
        raise RevisionError(
            "revision.role_does_not_sign",
            f"{by.name} cannot sign for {by.role}",
            hint=f"it takes {' and '.join(revision.signers)}",
        )
    return revision


def _must_be(revision: Revision, status: Revision.Status) -> None:
    if revision.status != status:
        said = revision.get_status_display().lower()
        raise RevisionError("revision.not_proposed", f"revision {revision.number} is {said}")
