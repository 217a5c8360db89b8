"""The Leads page: every lead there is, narrowed, sorted, and taken away as a file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accord.agreement import FieldType
from accord.agreement.english_words import label, listed
from accord.server.accounts.access import STAFF, for_roles, signed_in
from accord.server.accounts.models import Role, User
from accord.server.agreements.services import RevisionError, in_force
from accord.server.files import answer, asked_format
from accord.server.pipeline.exports import leads_table
from accord.server.pipeline.forms import (
    LeadsAsked,
    Period,
    grade_options,
    leads_asked,
    owner_options,
    period_options,
    source_options,
)
from accord.server.pipeline.models import StageName
from accord.server.pipeline.queries import (
    DEFAULT_SORT,
    Show,
    any_lead,
    filter_choices,
    held_leads,
    lead_page,
    stage_counts,
)
from accord.server.ui.components import query

FILLERS = frozenset({Role.MARKETING, Role.OPERATIONS})
"""Who is told that leads wait for a field."""
SHOW_LABELS = {Show.OPEN: "Open", Show.ENDED: "Ended", Show.ALL: "All"}
SORT_LABELS = (
    ("-contact", "Newest first contact"),
    ("contact", "Oldest first contact"),
    ("-since", "Moved last"),
    ("grade", "Best grade"),
    ("-fit", "Highest fit"),
    ("-engagement", "Highest engagement"),
    ("person", "Person"),
    ("company", "Company"),
    ("stage", "Stage"),
    ("owner", "Owner"),
    ("source", "Source"),
)


@dataclass(frozen=True, slots=True)
class StagePill:
    """One stage above the list, with the number of leads that the other filters leave there."""

    stage: str
    label: str
    count: int
    href: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What is said where nothing matches here, but something does at other stages."""

    title: str
    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Terms:
    """What the agreement in force gives the page: its grades, best first, and its fields by type."""

    grades: tuple[str, ...] = ()
    fields: Mapping[str, FieldType] = field(default_factory=dict)


@require_safe
@for_roles(STAFF)
def leads(request: HttpRequest) -> HttpResponse:
    """Show the leads that match, page by page."""
    user = signed_in(request)
    asked = _asked(request.GET, user)
    wanted, terms = asked.wanted, _terms()
    counts = stage_counts(user, wanted)
    total = sum(counts[stage] for stage in wanted.stages)
    choices = filter_choices()
    context = {
        "title": "Leads",
        "asked": asked,
        "wanted": wanted,
        "default_sort": DEFAULT_SORT,
        "page": lead_page(user, wanted, asked.sort, terms.grades, asked.page, total, timezone.localdate()),
        "total": total,
        "shows": [(one.value, SHOW_LABELS[one], sum(counts[stage] for stage in one.stages)) for one in Show],
        "pills": _pills(request.GET, asked, counts),
        "sources": source_options(choices, wanted.source),
        "grades": grade_options(terms.grades, wanted.grade),
        "owners": owner_options(choices, user, wanted.owner),
        "periods": period_options(asked.period),
        "custom": asked.period is Period.CUSTOM,
        "sorts": [(query(request.GET, sort=key, page=None), text, key == asked.sort) for key, text in SORT_LABELS],
        "waiting": _waiting(user),
        "elsewhere": None if total else _elsewhere(request.GET, counts, asked),
        "nothing_yet": not total and not any_lead(),
    }
    return render(request, "pipeline/leads.html", context)


@require_safe
@for_roles(STAFF)
def export(request: HttpRequest) -> HttpResponseBase:
    """Send every lead that matches as a file."""
    user, at = signed_in(request), timezone.now()
    asked, terms = _asked(request.GET, user), _terms()
    table = leads_table(user, asked.wanted, asked.sort, terms.grades, terms.fields, at=at)
    return answer(table, asked_format(request.GET), at=at)


def _asked(given: QueryDict, user: User) -> LeadsAsked:
    return leads_asked(given, user, ZoneInfo(timezone.get_current_timezone_name()), timezone.localdate())


def _terms() -> Terms:
    try:
        agreement = in_force().agreement
    except RevisionError:
        return Terms()
    fields = {name: declared.type for name, declared in agreement.fields.items()}
    return Terms(tuple(grade.name for grade in agreement.score.grades), fields)


def _pills(given: QueryDict, asked: LeadsAsked, counts: dict[StageName, int]) -> list[StagePill]:
    return [
        StagePill(
            stage.value,
            stage.label,
            counts[stage],
            query(given, stage=None if stage is asked.wanted.stage else stage.value, show=asked.wanted.show, page=None),
            stage is asked.wanted.stage,
        )
        for stage in asked.wanted.show.stages
    ]


def _waiting(user: User) -> str:
    """Return the sentence that tells marketing what to fill in, or "" if nothing waits or it is not theirs."""
    if user.role not in FILLERS:
        return ""
    held = held_leads()
    if not held.leads:
        return ""
    fields = listed([f"{label(name)} ({count})" for name, count in held.fields[:3]], "and")
    more = f", and {len(held.fields) - 3} more fields" if len(held.fields) > 3 else ""
    noun, verb = ("lead", "waits") if held.leads == 1 else ("leads", "wait")
    missing = f"Missing: {fields}{more}."
    return f"{held.leads:,} {noun} {verb} for marketing to fill in a field before sales can have them. {missing}"


def _elsewhere(given: QueryDict, counts: dict[StageName, int], asked: LeadsAsked) -> Elsewhere | None:
    """Return where the same question finds something once it is not narrowed to a stage or to open leads."""
    found = sum(counts.values())
    if asked.wanted.stages == tuple(StageName) or not found:
        return None
    stage = asked.wanted.stage
    kind = stage.label if stage else f"{SHOW_LABELS[asked.wanted.show].lower()} lead"
    text = "1 lead matches elsewhere." if found == 1 else f"{found:,} leads match elsewhere."
    return Elsewhere(f"No {kind} matches", text, query(given, show=Show.ALL, stage=None, page=None))
