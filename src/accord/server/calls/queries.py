"""What the Calls page reads: calls, who waits for a call back, whose lead they are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet

from accord.server.accounts.access import require
from accord.server.accounts.models import Role, User
from accord.server.calls.course import Status
from accord.server.calls.models import Call, TrackingNumber
from accord.server.handoffs.models import Attempt
from accord.server.people.models import Person
from accord.server.people.telephones import people_by_phone
from accord.server.pipeline.models import Lead

READERS = frozenset({Role.SALES, Role.MARKETING, Role.OPERATIONS})
"""Who sees calls; of sales, each the missed ones and those of their leads."""
LONGEST_SEARCH = 100
SHOWN = ("", "waiting", "missed", "unknown", "made")
OVER = [status.value for status in Status if status.is_over]
UNANSWERED = [status.value for status in Status if status.is_over and not status.was_answered]
MISSED = Q(direction=Call.Direction.IN, status__in=UNANSWERED)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which calls are wanted.

    Attributes:
        show: One of ``SHOWN``.
        number: Of a tracking number; None: any.
        campaign: Of a tracking number; empty: any.
        text: Part of a name or number.
    """

    show: str = ""
    number: int | None = None
    campaign: str = ""
    text: str = ""

    @property
    def filtered(self) -> bool:
        """Whether something narrows the rows."""
        return self != Wanted()


def wanted(given: Mapping[str, str]) -> Wanted:
    """Return what the parameters of an address ask for; what cannot be understood is left out."""
    show, number = given.get("show", ""), given.get("number", "")
    return Wanted(
        show=show if show in SHOWN else "",
        number=int(number) if number.isascii() and number.isdigit() and len(number) < 12 else None,
        campaign=given.get("campaign", "").replace("\x00", "")[:200],
        text=given.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH],
    )


@dataclass(frozen=True, slots=True)
class CallRow:
    """A call as the page shows it.

    Attributes:
        waits: They called, reached nobody, and nobody has called back.
        lead: The latest lead of the person; None if they have none.
        candidates: Who may have called, where several people have the number.
    """

    call: Call
    waits: bool
    lead: Lead | None
    candidates: Sequence[Person]

    @property
    def who(self) -> str:
        """Return who it was with, as far as that is known."""
        call = self.call
        known = str(call.person) if call.person and (call.person.name or call.person.email) else ""
        return known or (str(call.company) if call.company else "") or call.name or call.theirs or "Number withheld"


def visible(user: User) -> "QuerySet[Call]":
    """Return the calls that a user may see.

    Raises:
        AccessError: Their role sees none.
    """
    require(user, READERS, "see calls")
    rows = Call.objects.exclude(direction=Call.Direction.OWN)
    if user.role != Role.SALES:
        return rows
    theirs = Q(owner=user) | Q(owner__memberships__team__manager=user)
    leads = Lead.objects.filter(theirs, person=OuterRef("person"))
    return rows.filter(MISSED | Q(agent=user) | Exists(leads))


def matching(asked: Wanted, user: User) -> "QuerySet[Any]":
    """Return the calls that are wanted: those who wait for a call back first, then the newest.

    Raises:
        AccessError: Their role sees none.
    """
    rows = with_waits(visible(user)).select_related("person__company", "company", "number", "agent", "source")
    match asked.show:
        case "waiting":
            rows = rows.filter(waits=True)
        case "missed":
            rows = rows.filter(MISSED)
        case "unknown":
            rows = rows.filter(~Exists(Lead.objects.filter(person=OuterRef("person"))), direction=Call.Direction.IN)
        case "made":
            rows = rows.filter(direction=Call.Direction.OUT)
    if asked.number is not None:
        rows = rows.filter(number=asked.number)
    if asked.campaign:
        rows = rows.filter(number__campaign=asked.campaign)
    if asked.text:
        digits = "".join(sign for sign in asked.text if sign.isdigit()).lstrip("0")
        named = Q(name__icontains=asked.text) | Q(person__name__icontains=asked.text)
        named |= Q(person__company__name__icontains=asked.text) | Q(company__name__icontains=asked.text)
        rows = rows.filter(named | Q(theirs__contains=digits) if digits else named)
    return rows.order_by("-waits", "-started_at", "-pk")


def with_waits(rows: "QuerySet[Call]") -> "QuerySet[Any]":
    """Return calls with ``waits``: missed, and since then neither call nor attempt, nor a word that none is needed."""
    later = Call.objects.filter(theirs=OuterRef("theirs"), started_at__gt=OuterRef("started_at"), status__in=OVER)
    tried = Attempt.objects.filter(lead__person=OuterRef("person"), at__gt=OuterRef("started_at"))
    waits = MISSED & ~Q(theirs="") & Q(settled_at=None) & ~Exists(later) & ~Exists(tried)
    return rows.annotate(waits=ExpressionWrapper(waits, output_field=BooleanField()))


def detailed(calls: Iterable[Call]) -> list[CallRow]:
    """Return calls of ``matching`` as the page shows them."""
    calls = list(calls)
    leads: dict[int, Lead] = {}
    for lead in Lead.objects.filter(person__in=[call.person_id for call in calls if call.person_id]).order_by("cycle"):
        leads[lead.person_id] = lead
    return [
        CallRow(
            call=call,
            waits=bool(getattr(call, "waits", False)),
            lead=leads.get(call.person_id or 0),
            candidates=people_by_phone(call.theirs) if call.person_id is None and call.theirs else (),
        )
        for call in calls
    ]


def waiting_badge(user: User) -> int | None:
    """Return how many missed calls wait for a call back, for the navigation."""
    if user.role not in READERS:
        return None
    return with_waits(visible(user)).filter(waits=True).count()


def campaigns() -> list[str]:
    """Return the campaigns of tracking numbers."""
    named = TrackingNumber.objects.exclude(campaign="").order_by("campaign")
    return list(named.values_list("campaign", flat=True).distinct())
