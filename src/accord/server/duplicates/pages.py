"""The Duplicates pages: what may stand twice, two records beside each other, and what was merged."""

from collections.abc import Iterable
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accord.agreement.explanation import field_in_words
from accord.server.accounts.access import STAFF, for_roles, signed_in
from accord.server.accounts.models import Role, User
from accord.server.duplicates.alike import alike
from accord.server.duplicates.merging import SORTS, MergeError, kept_of, older
from accord.server.duplicates.models import Duplicate, Kind, Merge
from accord.server.duplicates.proposing import DECIDERS, may_decide
from accord.server.duplicates.queries import (
    Compared,
    merges,
    now_known_as,
    proposals,
    shown,
    sides,
    whom_to_ask,
)
from accord.server.duplicates.queries import of_record as found_of_record
from accord.server.duplicates.record import Row, rows_of
from accord.server.handoffs.lent import lent_leads
from accord.server.people.models import Company, Person

PAGE_SIZE = 25
OPEN, MERGED, DISMISSED = "open", "merged", "dismissed"
TABS = ((OPEN, "To decide"), (MERGED, "Merged"), (DISMISSED, "Not the same"))
KINDS = (("", "All"), *((kind.value, kind.label) for kind in Kind))
LABELS = {"company_id": "Company", "external_id": "Foreign id", "email": "E-mail", "domain": "Domain"}


@require_safe
@for_roles(DECIDERS)
def duplicates(request: HttpRequest) -> HttpResponse:
    """What may stand twice, most certain first; what was merged; what is not the same."""
    user, at = signed_in(request), timezone.now()
    kind = request.GET.get("kind", "") if request.GET.get("kind") in Kind.values else ""
    tab = request.GET.get("tab", "") if request.GET.get("tab") in {MERGED, DISMISSED} else OPEN
    status = Duplicate.Status.OPEN if tab == OPEN else Duplicate.Status.DISMISSED
    rows = merges(user, kind) if tab == MERGED else proposals(user, kind, status, at)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "title": "Duplicates",
        "tab": tab,
        "kind": kind,
        "tabs": TABS,
        "kinds": KINDS,
        "page": page,
        "open": proposals(user, "", Duplicate.Status.OPEN, at).count(),
        "rows": _rows(each for each in page if isinstance(each, Duplicate)),
    }
    return render(request, "duplicates/duplicates.html", context)


def _rows(found: Iterable[Duplicate]) -> list[dict[str, Any]]:
    found = list(found)
    known = sides(found)
    return [
        {"proposal": each, "first": first, "second": second, "why": strongest(each)}
        for each in found
        if (first := known.get((each.kind, each.first))) and (second := known.get((each.kind, each.second)))
    ]


def strongest(found: Duplicate) -> list[str]:
    """Return the two things that speak most for or against a proposal."""
    said = sorted(found.explained, key=lambda each: -abs(each.get("weight", 0)))
    return [each["says"] for each in said[:2]]


@require_safe
@for_roles(DECIDERS)
def duplicate(request: HttpRequest, key: int) -> HttpResponse:
    """Two records beside each other, field by field."""
    return comparison(request, key)


def comparison(request: HttpRequest, key: int, problem: str = "", status: int = 200) -> HttpResponse:
    """Show two records beside each other, with what could not be done about them."""
    user, at = signed_in(request), timezone.now()
    found = Duplicate.objects.select_related("merge", "decided_by").filter(pk=min(key, 2**63 - 1)).first()
    if found is None:
        raise Http404
    if found.merge is not None:
        return redirect("duplicates-merge", found.merge_id)
    kind = Kind(found.kind)
    known = sides([found])
    first, second = (known.get((found.kind, each)) for each in (found.first, found.second))
    if first is None or second is None:
        raise MergeError("merge.unknown", "one of the two is gone", hint="look at the list again")
    survivor = older(kind, found.first, found.second)
    rows = rows_of(SORTS[kind].model, (found.first, found.second))
    following = proposals(user, "", Duplicate.Status.OPEN, at).exclude(pk=found.pk).first()
    context = {
        "title": f"{first.name} and {second.name}",
        "found": found,
        "sides": [first, second],
        "survivor": survivor,
        "fields": compared(kind, rows[found.first], rows[found.second], survivor),
        "explained": sorted(found.explained, key=lambda each: -each.get("weight", 0)),
        "mine": may_decide(user, kind, found.first, found.second),
        "following": following,
        "problem": problem,
    }
    return render(request, "duplicates/duplicate.html", context, status=status)


def compared(kind: Kind, first: Row, second: Row, survivor: int) -> list[Compared]:
    """Return the fields of two records beside each other, with what is kept if nobody chooses."""
    mine, theirs = (first, second) if first["id"] == survivor else (second, first)
    lines = []
    for kept in kept_of(kind, mine, theirs, {}):
        from_first = (mine is first) != kept.from_merged
        one, other = (kept.value, kept.other) if from_first else (kept.other, kept.value)
        differs = None not in (kept.value, kept.other) and kept.why != "both say the same"
        label = LABELS.get(kept.field) or field_in_words(f"{kind.value}.{kept.field.removeprefix('fields.')}")
        first_says, second_says = (_in_words(kept.field, each) for each in (one, other))
        lines.append(Compared(kept.field, label[:1].upper() + label[1:], first_says, second_says, from_first, differs))
    return lines


def _in_words(field: str, value: Any) -> str:  # noqa: ANN401  # whatever a field holds
    if field == "company_id" and value is not None:
        return str(Company.objects.filter(pk=value).first() or "")
    return shown(value)


@require_safe
@for_roles(DECIDERS)
def merged(request: HttpRequest, key: int) -> HttpResponse:
    """One merge: what was kept and why, and the way back."""
    found = Merge.objects.select_related("by", "undone_by").filter(pk=min(key, 2**63 - 1)).first()
    if found is None:
        raise Http404
    kind = Kind(found.kind)
    lines = [
        each
        | {
            "label": LABELS.get(each["field"])
            or field_in_words(f"{kind.value}.{each['field'].removeprefix('fields.')}")
        }
        for each in found.explained
    ]
    context = {
        "title": str(found),
        "found": found,
        "lines": lines,
        "moved": [(_counted(each["model"], len(each["keys"]))) for each in found.record["moved"] if each["keys"]],
        "mine": may_decide(signed_in(request), kind, found.survivor),
        **_where(kind, now_known_as(kind, found.survivor)),
    }
    return render(request, "duplicates/merge.html", context)


def _counted(model: str, count: int) -> str:
    nouns = {
        "people.touchpoint": "touchpoint",
        "people.visitor": "visitor",
        "people.visit": "visit",
        "people.personkey": "key",
        "people.companykey": "key",
        "people.person": "person",
        "people.networkcorrection": "correction of a network",
        "companies.outreach": "entry of the outreach list",
        "pipeline.deal": "deal",
        "backtests.backtestperson": "result of a backtest",
    }
    plurals = {"person": "people", "correction of a network": "corrections of networks"}
    plurals |= {
        "entry of the outreach list": "entries of the outreach list",
        "result of a backtest": "results of backtests",
    }
    noun = nouns.get(model, model)
    return f"{count:,} {noun if count == 1 else plurals.get(noun, noun + 's')}"


def _where(kind: Kind, key: int) -> dict[str, Any]:
    side = sides([Duplicate(kind=kind, first=key, second=key)]).get((kind.value, key))
    lead = side.leads[0].pk if side is not None and side.leads else None
    return {"company": key if kind == Kind.COMPANY else None, "lead": lead}


@require_safe
@for_roles(STAFF | {Role.AGENCY})
def of_record(request: HttpRequest, kind: str, key: int) -> HttpResponse:
    """Part of the page of a lead or company: what was merged into it, and what it may be a duplicate of.

    An agency is told of who is lent to it, and to ask marketing; of nobody else, and nothing more.
    """
    if kind not in Kind.values:
        raise Http404
    user, key = signed_in(request), min(key, 2**63 - 1)
    into, open_ones = found_of_record(Kind(kind), key)
    similar = alike(key) if kind == Kind.PERSON else []
    if user.role == Role.AGENCY:
        if kind != Kind.PERSON or not lent_leads().filter(person=key).exists():
            raise Http404
        context: dict[str, Any] = {"open": [_nobody("marketing")] if open_ones or similar else []}
    else:
        context = {
            "into": [(each, may_decide(user, Kind(kind), each.survivor)) for each in into],
            "open": [_announced(each, key, user) for each in open_ones]
            + [_similar(each, key, user) for each in similar],
        }
    return render(request, "duplicates/of_record.html", context)


def _announced(found: Duplicate, key: int, user: User) -> dict[str, Any]:
    """Return that there is a probable duplicate; who it is only to those who may decide, else whom to ask."""
    other = found.second if found.first == key else found.first
    kind = Kind(found.kind)
    if not may_decide(user, kind, found.first, found.second):
        return _nobody(whom_to_ask(kind, other))
    side = sides([found]).get((found.kind, other))
    return {"proposal": found, "name": side.name if side else "", "ask": ""}


def _similar(other: Person, key: int, user: User) -> dict[str, Any]:
    """Return likewise what the next search will propose."""
    if not may_decide(user, Kind.PERSON, key, other.pk):
        return _nobody(whom_to_ask(Kind.PERSON, other.pk))
    return {"proposal": None, "name": str(other), "lead": _where(Kind.PERSON, other.pk)["lead"], "ask": ""}


def _nobody(ask: str) -> dict[str, Any]:
    return {"proposal": None, "ask": ask}
