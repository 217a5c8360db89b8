"""Which open leads are near misses, by what they lack, and what would close each of them.

What a lead lacks stands on its row, as it was found when the lead was judged; it is judged again whenever something
happens to it and whenever time alone may change it, so that the rows are right without judging anybody here. Rows that
an older revision judged are left out and counted: they are judged anew at this moment.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from math import ceil
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, F, Func, IntegerField, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Least

from accord.agreement.english_care import CareInEnglish
from accord.agreement.english_words import label, listed
from accord.agreement.explanation import Situation, ways_by
from accord.agreement.judgement import points_in_words
from accord.agreement.near_miss import NearMisses
from accord.rules import fields_of, reached
from accord.server.accounts.models import User
from accord.server.agreements.services import InForce
from accord.server.handoffs.explaining import situation_with
from accord.server.handoffs.queries import found_by
from accord.server.nurture.readers import require_reader
from accord.server.pipeline.facts import facts_of
from accord.server.pipeline.models import Lead
from accord.server.pipeline.queries import ordered

PER_PAGE = 25
SORTS = ("near", "engagement", "fit", "grade", "since", "person", "company", "stage")
DEFAULT_SORT = "near"
CLOSEST = Decimal(2) / 3
"""The share of the points asked for from which a lead is among the closest."""
SCORES = {"score.fit": "fit", "score.engagement": "engagement"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which near misses are wanted.

    Attributes:
        lacks: A statement by its name; empty: by any.
        text: Every word must occur in the person's name, address or number or the company's name.
        sort: One of ``SORTS``, with or without ``-``; ``near``: to whom the fewest points are missing first, then the
            better fit, then who came to their stage last. Whoever lacks something other than points comes last.
        closest: Only those who lack points and have at least ``CLOSEST`` of them.
    """

    lacks: str = ""
    text: str = ""
    sort: str = DEFAULT_SORT
    closest: bool = False

    @property
    def narrowed(self) -> bool:
        """Whether something narrows the rows."""
        return bool(self.lacks or self.text or self.closest)


def wanted(given: Mapping[str, str]) -> Wanted:
    """Return what the parameters of an address ask for; what cannot be understood is left out."""
    sort = given.get("sort", "")
    return Wanted(
        lacks=given.get("lacks", "").replace("\0", "")[:100],
        text=given.get("q", "").replace("\0", "").strip()[:100],
        sort=sort if sort.removeprefix("-") in SORTS else DEFAULT_SORT,
        closest=given.get("closest") == "1",
    )


@dataclass(frozen=True, slots=True)
class Closing:
    """One thing that would bring a lead over.

    Attributes:
        statement: Its name.
        says: The statement in the words of the agreement.
        ways: What it takes, the shortest first; empty where nobody can bring it about.
        plan: What is agreed to be done about it, as the agreement says it; empty: nothing.
    """

    statement: str
    says: str
    ways: tuple[str, ...]
    plan: str


@dataclass(frozen=True, slots=True)
class NearMissRow:
    """One near miss.

    Attributes:
        missing: How many points are missing now, where nothing but points is; empty otherwise.
        closings: What would bring it over, each by itself.
        then: Fields that marketing owes and that are still empty: with them missing it would be held.
    """

    lead_id: int
    name: str
    email: str
    company: str
    stage: str
    stage_since: datetime
    grade: str
    fit: str
    engagement: str
    missing: str
    closings: tuple[Closing, ...]
    then: str


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement, and of how many leads it alone is missing."""

    name: str
    says: str
    count: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How many near misses there are.

    Attributes:
        leads: Each counted once.
        closest: Those of them that are closest.
        statements: In the order of the agreement; a lead that any of two would bring over counts with both.
        outdated: Open leads before the hand-off that the revision in force has yet to judge.
    """

    leads: int
    closest: int
    statements: tuple[Statement, ...]
    outdated: int


def before_handoff() -> "QuerySet[Lead]":
    """Return open leads that sales has not been offered."""
    return Lead.objects.filter(ended_at=None, handed_over_at=None)


def near_misses(law: InForce, asked: Wanted) -> "QuerySet[Lead]":
    """Return the near misses that are wanted, in no order."""
    found = before_handoff().exclude(lacks=[]).filter(_judged_by(law), found_by(asked.text))
    if asked.closest:
        found = found.filter(_closest(NearMisses(law.agreement)))
    return found.filter(lacks__contains=[asked.lacks]) if asked.lacks else found


def _closest(misses: NearMisses) -> Q:
    """Return which near misses are closest by any statement that asks for points."""
    which = Q(pk__in=())
    for name, (score, asked) in misses.points.items():
        which |= Q(lacks__contains=[name]) & Q(**{f"{SCORES[score]}__gte": ceil(asked * CLOSEST)})
    return which


def _missing(misses: NearMisses) -> Combinable:
    """Return how many points are missing at least, in hundredths; null where something else is."""
    each = [
        Case(When(lacks__contains=[name], then=asked - F(SCORES[score])), output_field=IntegerField())
        for name, (score, asked) in misses.points.items()
    ]
    return Least(*each, Value(None)) if each else Value(None, IntegerField())


def _judged_by(law: InForce) -> Q:
    return Q(scored_at__gte=law.revision.in_force_from)


def standing(by: User, law: InForce, text: str = "") -> Standing:
    """Return how many near misses there are, of those whose names hold ``text``.

    Raises:
        AccessError: They may not read of them.
    """
    require_reader(by)
    found, misses = near_misses(law, Wanted(text=text)), NearMisses(law.agreement)
    each = Func(F("lacks"), function="unnest")
    counts = dict(found.order_by().annotate(statement=each).values_list("statement").annotate(count=Count("pk")))
    both = found.aggregate(leads=Count("pk"), closest=Count("pk", filter=_closest(misses)))
    return Standing(
        both["leads"],
        both["closest"],
        tuple(Statement(name, misses.says(name), counts.get(name, 0)) for name in misses.statements),
        before_handoff().exclude(_judged_by(law)).exclude(scored_at=None).count(),
    )


def near_miss_page(by: User, law: InForce, asked: Wanted, at: datetime, page: int | str = 1) -> "Page[NearMissRow]":
    """Return one page of near misses; the number of SQL queries does not depend on the number of rows.

    Raises:
        AccessError: They may not read of them.
    """
    require_reader(by)
    paginator: Paginator[Any] = Paginator(sorted_ids(law, asked), PER_PAGE)
    found = paginator.get_page(page)
    found.object_list = rows_of(list(found.object_list), law, asked, at)
    return found


def sorted_ids(law: InForce, asked: Wanted) -> "QuerySet[Lead, int]":
    """Return the ids of the near misses that are wanted, in their order."""
    found = near_misses(law, asked)
    if asked.sort.removeprefix("-") == "near":
        missing = found.annotate(missing=_missing(NearMisses(law.agreement)))
        far = F("missing").desc(nulls_last=True) if asked.sort[0] == "-" else F("missing").asc(nulls_last=True)
        return missing.order_by(far, "-fit", "-stage_since", "-pk").values_list("pk", flat=True)
    grades = [grade.name for grade in law.agreement.score.grades]
    return ordered(found, asked.sort, grades).values_list("pk", flat=True)


def rows_of(keys: Iterable[int], law: InForce, asked: Wanted, at: datetime) -> list[NearMissRow]:
    """Return the rows of leads in the order of their ids, with two queries or three."""
    keys = list(keys)
    leads = Lead.objects.select_related("person__company").in_bulk(keys)
    facts, misses = facts_of(leads.values(), law.agreement, at), NearMisses(law.agreement)
    return [
        _row(leads[key], situation_with(leads[key], law.agreement, facts[key], at), misses, asked)
        for key in keys
        if key in leads
    ]


def _row(lead: Lead, situation: Situation, misses: NearMisses, asked: Wanted) -> NearMissRow:
    person = lead.person
    rules = [misses.statements[name] for name in lead.lacks if name in misses.statements]
    filled = {*situation.facts.fields, *fields_of(reached(rules, misses.criteria))}  # what closes it fills these in
    owed = [name for name in misses.agreement.handoff.marketing_hands_over if name not in filled]
    points = [misses.points[name] for name in lead.lacks if name in misses.points]
    missing = min((asked - getattr(situation.card, SCORES[score]) for score, asked in points), default=None)
    names = sorted(lead.lacks, key=lambda name: name != asked.lacks)  # what is asked for comes first
    return NearMissRow(
        lead_id=lead.pk,
        name=str(person),
        email=person.email if person.name else "",
        company=str(person.company) if person.company else "",
        stage=lead.stage,
        stage_since=lead.stage_since,
        grade=lead.grade,
        fit=points_in_words(lead.fit),
        engagement=points_in_words(lead.engagement),
        missing="" if missing is None else points_in_words(missing),
        closings=tuple(closing(name, situation, misses) for name in names if name in misses.statements),
        then=listed(map(label, owed), "and") if owed else "",
    )


def closings_of(lead: Lead, law: InForce, at: datetime) -> tuple[Closing, ...]:
    """Return what would bring one lead over, each by itself; nothing if it is no near miss.

    Args:
        lead: With ``person`` and its company loaded.
        law: What is in force.
        at: Now.
    """
    since = law.revision.in_force_from
    fresh = lead.scored_at is not None and since is not None and lead.scored_at >= since
    if not lead.lacks or not fresh or lead.ended_at is not None or lead.handed_over_at is not None:
        return ()
    return rows_of([lead.pk], law, Wanted(), at)[0].closings


def closing(statement: str, situation: Situation, misses: NearMisses) -> Closing:
    """Return what would bring a lead over by one statement."""
    rule = misses.statements[statement]
    if misses.handoff is not None and situation.holds(misses.handoff):  # since a moment ago; judging follows
        return Closing(statement, misses.says(statement), ("nothing any more: it is on its way to sales",), "")
    ways = ways_by(rule, misses.handoff, situation) if misses.handoff is not None else ()
    return Closing(statement, misses.says(statement), tuple(way.says for way in ways), _plan(statement, situation))


def _plan(statement: str, situation: Situation) -> str:
    """Return what the first nurture plan that fits the lead says; empty without one."""
    for plan in situation.agreement.nurture:
        if plan.missing == statement and (plan.when is None or situation.holds(plan.when)):
            return CareInEnglish(situation.agreement).nurture(plan)
    return ""
