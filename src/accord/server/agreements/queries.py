"""Reads of the agreement's pages: revisions with their signatures, clauses in English, and what a proposal changes."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from accord.agreement import load
from accord.agreement.cases import Tally
from accord.agreement.diff import Change, Diff, Meaning, compare
from accord.errors import Issue, Level
from accord.server.accounts.models import User
from accord.server.agreements.clause_rows import SectionRows, anchor_of, sections_of
from accord.server.agreements.models import Revision
from accord.server.agreements.reading import may_read
from accord.server.agreements.services import RevisionError, readable
from accord.server.agreements.testing import tally_of
from accord.server.agreements.threads import Thread, threads_of

SHORT = 8
"""Characters of a fingerprint that people compare."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature: for which role, by whom, when."""

    role: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Dropped:
    """When, by whom and why a revision ended that never came into force; ``by`` is "" for the software."""

    at: datetime
    by: str
    why: str


@dataclass(frozen=True, slots=True)
class RevisionRow:
    """One revision in the list of them."""

    number: int
    status: str
    status_label: str
    reason: str
    proposed_by: str
    proposer: int | None
    proposed_at: datetime
    planned_from: datetime | None
    in_force_from: datetime | None
    retired_at: datetime | None
    dropped: Dropped | None
    based_on: int | None
    fingerprint: str
    file_name: str
    signers: tuple[str, ...]
    signatures: tuple[Signed, ...]

    def awaits(self, role: str) -> bool:
        """Return whether it is proposed, and somebody of a role has yet to sign it."""
        signed = {one.role for one in self.signatures}
        return self.status == Revision.Status.PROPOSED and role in self.signers and role not in signed

    @property
    def is_open(self) -> bool:
        """Return whether it may yet come into force."""
        return self.status in Revision.OPEN

    @property
    def is_dropped(self) -> bool:
        """Return whether it never will."""
        return self.dropped is not None

    @property
    def short_fingerprint(self) -> str:
        """Return its first characters, enough to tell two revisions apart by eye."""
        return self.fingerprint[:SHORT]


@dataclass(frozen=True, slots=True)
class Signer:
    """A role that must sign, and its signature once there is one."""

    role: str
    signed: Signed | None


@dataclass(frozen=True, slots=True)
class Difference:
    """One clause that differs between two revisions.

    Attributes:
        change: What happened to it, with both sentences in pieces.
        anchor: Of the clause in the newer revision; "" if it is not there any more.
        title: Of its section.
        uses: The clauses that refer to it, by their anchors and sentences.
    """

    change: Change
    anchor: str
    title: str
    uses: tuple[tuple[str, str], ...]

    @property
    def outcomes(self) -> bool:
        """Return whether it can change an outcome."""
        return self.change.meaning is Meaning.OUTCOMES

    @property
    def kind(self) -> str:
        """Return what happened to it, in a word or three."""
        return self.change.what


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a revision differs from another one; ``in_force`` if that is what is in force now."""

    number: int
    in_force: bool
    meaning: Meaning
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One line of the document; ``remark`` if it holds nothing but a comment."""

    number: int
    text: str
    remark: bool


@dataclass(frozen=True, slots=True)
class RevisionView:
    """One revision, whole.

    Attributes:
        company: Whose agreement it is.
        zone: In which zone its days begin and end.
        signers: Every role that must sign, in the order of the document.
        sections: What it says; empty if this version of Accord cannot read it any more.
        comparison: With the revision in force if it may yet replace it, else with the one that it was to replace.
        remarks: Warnings and notes about a document that may yet come into force.
        general: What was said about the whole; about all clauses, if they cannot be shown any more.
        tests: How many of the tests that it carries pass, if it may yet come into force.
    """

    row: RevisionRow
    company: str
    zone: str
    signers: tuple[Signer, ...]
    sections: tuple[SectionRows, ...]
    comparison: Comparison | None
    remarks: tuple[Issue, ...]
    source: tuple[SourceLine, ...]
    general: tuple[Thread, ...]
    tests: Tally | None

    @property
    def missing(self) -> tuple[str, ...]:
        """Return the roles that have yet to sign; none unless it is proposed."""
        if self.row.status != Revision.Status.PROPOSED:
            return ()
        return tuple(signer.role for signer in self.signers if signer.signed is None)

    @property
    def unsettled(self) -> int:
        """Return how many threads are not settled."""
        return sum(clause.unsettled for section in self.sections for clause in section.clauses) + sum(
            thread.settled is None for thread in self.general
        )


def revision_rows(reader: User) -> tuple[RevisionRow, ...]:
    """Return every revision that somebody may read, the newest first, without its text."""
    found = Revision.objects.select_related("proposed_by", "dropped_by", "based_on")
    found = found.prefetch_related("signatures__user").defer("text", "based_on__text")
    return tuple(_row(revision) for revision in found if may_read(reader, revision))


def _row(revision: Revision) -> RevisionRow:
    dropped = None
    if revision.dropped_at is not None:
        by = revision.dropped_by.name if revision.dropped_by else ""
        dropped = Dropped(revision.dropped_at, by, revision.dropped_why)
    return RevisionRow(
        number=revision.number,
        status=revision.status,
        status_label=revision.get_status_display(),
        reason=revision.reason,
        proposed_by=revision.proposed_by.name if revision.proposed_by else "",
        proposer=revision.proposed_by_id,
        proposed_at=revision.proposed_at,
        planned_from=revision.planned_from,
        in_force_from=revision.in_force_from,
        retired_at=revision.retired_at,
        dropped=dropped,
        based_on=revision.based_on.number if revision.based_on else None,
        fingerprint=revision.outcome_fingerprint,
        file_name=revision.file_name,
        signers=tuple(revision.signers),
        signatures=tuple(Signed(one.role, one.user.name, one.at) for one in revision.signatures.all()),
    )


def revision_text(number: int) -> tuple[str, str]:
    """Return the document of a revision and the name of its file.

    Raises:
        RevisionError: ``revision.unknown``.
    """
    found = Revision.objects.filter(number=number).values_list("text", "file_name").first()
    if found is None:
        raise _unknown(number)
    return found


def revision_view(number: int, rows: Collection[RevisionRow]) -> RevisionView:
    """Return one revision with all that its page says.

    Args:
        number: Which.
        rows: All that the reader may see, from ``revision_rows``.

    Raises:
        RevisionError: ``revision.unknown``.
    """
    row = next((one for one in rows if one.number == number), None)
    if row is None:
        raise _unknown(number)
    current = next((one.number for one in rows if one.status == Revision.Status.IN_FORCE), None)
    other = current if row.is_open else next((one.number for one in rows if one.number == row.based_on), None)
    texts = {one.number: one for one in Revision.objects.filter(number__in=[number, *([other] if other else [])])}
    revision = texts[number]
    source = _source(revision.text)
    agreement = readable(revision)
    by_role = {signature.role: signature for signature in row.signatures}
    signers = tuple(Signer(role, by_role.get(role)) for role in row.signers)
    if agreement is None:
        threads = tuple(thread for some in threads_of(number).values() for thread in some)
        return RevisionView(row, "", "UTC", signers, (), None, (), source, threads, None)
    before = readable(texts[other]) if other is not None and other in texts else None
    diff = compare(before, agreement) if before is not None else None
    said = threads_of(number)
    return RevisionView(
        row=row,
        company=agreement.company,
        zone=agreement.zone.key,
        signers=signers,
        sections=sections_of(agreement, diff if row.is_open else None, said),
        comparison=comparison(other, diff, in_force=other == current) if other is not None and diff else None,
        remarks=_remarks(revision.text, revision.file_name) if row.is_open else (),
        source=source,
        general=said.get("", ()),
        tests=tally_of(revision) if row.is_open else None,
    )


def comparison(number: int, diff: Diff, *, in_force: bool) -> Comparison:
    """Return a diff with revision ``number`` as a page shows it."""
    return Comparison(number, in_force, diff.meaning, tuple(map(_difference, diff.changes)))


def _difference(change: Change) -> Difference:
    anchor = anchor_of(change.after.path) if change.after else ""
    uses = tuple((anchor_of(clause.path), clause.sentence) for clause in change.used_by)
    return Difference(change, anchor, change.clause.title, uses)


def _unknown(number: int) -> RevisionError:
    return RevisionError("revision.unknown", f"there is no revision {number}", hint="see the list of revisions")


@lru_cache(maxsize=4)
def _remarks(text: str, file_name: str) -> tuple[Issue, ...]:
    return tuple(issue for issue in load(text, file_name).issues if issue.level is not Level.ERROR)


def _source(text: str) -> tuple[SourceLine, ...]:
    return tuple(
        SourceLine(number, line, line.lstrip().startswith("#")) for number, line in enumerate(text.splitlines(), 1)
    )
