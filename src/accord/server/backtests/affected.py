"""Who would stand differently now if a draft were in force: counted lead by lead, with the live evaluator.

Every open lead is judged by both agreements at one instant, those that sales does not have yet as if they had just
come, so that both what would qualify and what no longer would come to light. A lead that sales has keeps its stage
whatever comes; of those only the grade can differ.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from accord.agreement import Agreement, Clause, Stage
from accord.agreement.diff import Change, compare
from accord.agreement.judgement import Judgement, Standing, judge, rank
from accord.rules import Facts
from accord.server.backtests.services import data_mark
from accord.server.pipeline.facts import facts_of, field_values
from accord.server.pipeline.happenings import colleagues_of
from accord.server.pipeline.models import Lead

MOST = 2_000
"""Leads that are looked at; of more, a sample evenly spread by id is."""
CHUNK = 500
FRESH = timedelta(minutes=1)
"""For how long leads count as judged, if nothing happens to any: by then time alone may change something."""
ENTRY = Stage.SUBSCRIBER
"""Where the judging of a lead that sales does not have begins."""


class Effect(StrEnum):
    """What would be different about a lead."""

    HANDED_OVER = "handed_over"
    NOT_HANDED_OVER = "not_handed_over"
    STAGE = "stage"
    GRADE = "grade"


@dataclass(frozen=True, slots=True)
class AffectedLead:
    """One lead that would stand differently.

    Attributes:
        effects: What would be different, the most weighty first.
        stage_before: The stage that it reaches by the agreement in force.
        stage_after: The stage that it would reach by the draft.
        clauses: The changed clauses that say something else of it, by their place among the changes.
    """

    lead_id: int
    person: str
    company: str
    effects: tuple[Effect, ...]
    stage_before: Stage
    stage_after: Stage
    grade_before: str
    grade_after: str
    clauses: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Affected:
    """Who would stand differently.

    Attributes:
        at: When it was counted.
        looked_at: How many open leads were judged.
        of: How many there are; more than ``looked_at``: the counts are of a sample.
        changes: The clauses that differ and can change an outcome.
        leads: Those that would stand differently, by id.
        touched: By the place of a change: of how many leads it says something else, whether or not that has an effect;
            None where that cannot be told of a lead, such as of a promise.
    """

    at: datetime
    looked_at: int
    of: int
    changes: tuple[Change, ...]
    leads: tuple[AffectedLead, ...]
    touched: tuple[int | None, ...]

    def with_effect(self, effect: Effect) -> tuple[AffectedLead, ...]:
        """Return the leads that have this effect."""
        return tuple(lead for lead in self.leads if effect in lead.effects)

    def foremost(self, effect: Effect) -> tuple[AffectedLead, ...]:
        """Return the leads of which this is the most weighty effect: each lead has one."""
        return tuple(lead for lead in self.leads if lead.effects[0] is effect)

    def by_clause(self, place: int) -> tuple[AffectedLead, ...]:
        """Return the leads that stand differently and of which this change says something else."""
        return tuple(lead for lead in self.leads if place in lead.clauses)


def affected(draft: Agreement, law: Agreement, at: datetime) -> Affected:
    """Return which open leads would stand differently under ``draft`` than under ``law``, at ``at`` or just before."""
    changes = tuple(each for each in compare(law, draft).changes if each.clause.path)
    now = _as_it_is(law, at)
    found: list[AffectedLead] = []
    touched = [None if _touch(change) is None else 0 for change in changes]
    for pair in _judged(now, draft):
        clauses = tuple(place for place, change in enumerate(changes) if _touches(change, pair))
        for place in clauses:
            touched[place] = (touched[place] or 0) + 1
        if one := _affected(pair, clauses):
            found.append(one)
    return Affected(now.at, len(now.leads), now.of, changes, tuple(found), tuple(touched))


@dataclass(frozen=True, slots=True)
class _Pair:
    """A lead, judged by both."""

    lead: Lead
    before: Judgement
    after: Judgement


@dataclass(frozen=True, slots=True)
class _AsItIs:
    """The open leads, judged by the agreement in force at an instant: the half of the count that no draft changes.

    Attributes:
        of: How many open leads there are.
    """

    key: tuple[str, str]
    at: datetime
    of: int
    leads: tuple[tuple[Lead, Facts, Standing, Judgement], ...]


_kept: list[_AsItIs] = []
"""The last one, so that whoever edits a draft waits for the other half alone. Another process has its own."""


def _as_it_is(law: Agreement, at: datetime) -> _AsItIs:
    key = (law.outcome_fingerprint, data_mark())
    for known in _kept:
        if known.key == key and known.at <= at < known.at + FRESH:
            return known
    keys = list(Lead.objects.filter(ended_at=None).order_by("pk").values_list("pk", flat=True))
    chosen = keys[:: -(-len(keys) // MOST) or 1]
    leads: list[tuple[Lead, Facts, Standing, Judgement]] = []
    for start in range(0, len(chosen), CHUNK):
        found = Lead.objects.filter(pk__in=chosen[start : start + CHUNK]).select_related("person__company")
        rows = list(found.order_by("pk"))
        facts = facts_of(rows, law, at)
        for lead in rows:
            standing = _standing(lead)
            leads.append((lead, facts[lead.pk], standing, judge(law, facts[lead.pk], standing, at)))
    now = _AsItIs(key, at, len(keys), tuple(leads))
    _kept[:] = [now]
    return now


def _judged(now: _AsItIs, draft: Agreement) -> Iterator[_Pair]:
    colleagues = colleagues_of([lead for lead, *_ in now.leads], draft, now.at)
    for lead, facts, standing, before in now.leads:
        fields = field_values(lead, draft)
        renewed = replace(facts, fields=fields, colleagues=colleagues[lead.pk], zone=draft.zone)
        yield _Pair(lead, before, judge(draft, renewed, standing, now.at))


def _standing(lead: Lead) -> Standing:
    if lead.handed_over_at is not None or rank(Stage(lead.stage)) >= rank(Stage.SAL):
        return Standing(Stage(lead.stage), handed_over=True)
    return Standing(ENTRY, handed_over=False)


def _affected(pair: _Pair, clauses: Sequence[int]) -> AffectedLead | None:
    before, after = pair.before, pair.after
    effects = tuple(
        effect
        for effect, holds in (
            (Effect.HANDED_OVER, after.ready and not before.ready),
            (Effect.NOT_HANDED_OVER, before.ready and not after.ready),
            (Effect.STAGE, before.stage != after.stage),
            (Effect.GRADE, before.card.grade != after.card.grade),
        )
        if holds
    )
    if not effects:
        return None
    lead = pair.lead
    return AffectedLead(
        lead_id=lead.pk,
        person=str(lead.person),
        company=str(lead.person.company or ""),
        effects=effects,
        stage_before=before.stage,
        stage_after=after.stage,
        grade_before=before.card.grade or "",
        grade_after=after.card.grade or "",
        clauses=tuple(clauses),
    )


def _touch(change: Change) -> str | None:
    """Return which part of a judgement a changed clause decides; None: none of it."""
    kind = change.clause.path.partition(".")[0]
    if kind in {"criteria", "score", "stages"}:
        return kind
    return {"handoff.fast_lane": "fast_lane", "handoff.marketing_hands_over": "missing"}.get(change.clause.path)


def _touches(change: Change, pair: _Pair) -> bool:
    """Return whether a changed clause says something else of this lead."""
    match _touch(change):
        case "criteria":
            return _criterion(change.before, pair.before) != _criterion(change.after, pair.after)
        case "score" if change.clause.path.startswith("score.grades"):
            return pair.before.card.grade != pair.after.card.grade
        case "score":
            return _points(change.before, pair.before) != _points(change.after, pair.after)
        case "stages":
            return pair.before.stage != pair.after.stage
        case "fast_lane":
            return pair.before.fast_lane != pair.after.fast_lane
        case "missing":
            return pair.before.held_for != pair.after.held_for
    return False


def _criterion(clause: Clause | None, judgement: Judgement) -> bool | None:
    return None if clause is None else judgement.criteria.get(clause.path.partition(".")[2])


def _points(clause: Clause | None, judgement: Judgement) -> int:
    """Return the points that a clause of the score gives."""
    return 0 if clause is None else sum(entry.points for entry in judgement.card.ledger if entry.clause == clause.path)
