"""The leads that are lent to the agency: those that went back, and that it looks after."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet

from accord.server.accounts.models import Role
from accord.server.handoffs.contact import mailto, tel
from accord.server.handoffs.queries import PER_PAGE, found_by
from accord.server.pipeline.models import Lead, StageName


@dataclass(frozen=True, slots=True)
class LentRow:
    """A lead that is lent to the agency.

    Attributes:
        tries: How often somebody tried to reach them since sales gave them back.
        tried_at: The last of these times; None: nobody did.
    """

    lead_id: int
    name: str
    title: str
    company: str
    phone: str
    email: str
    reason: str
    since: datetime
    returns_at: datetime | None
    tries: int
    tried_at: datetime | None

    @property
    def tel(self) -> str:
        """The address that dials, empty without a number."""
        return tel(self.phone)

    @property
    def mailto(self) -> str:
        """The address that opens a mail, empty without one."""
        return mailto(self.email)


def lent_leads() -> "QuerySet[Lead]":
    """Return the recycled leads that the agency looks after; one whose next cycle has begun is not lent any more."""
    later = Lead.objects.filter(person=OuterRef("person"), cycle__gt=OuterRef("cycle"))
    return Lead.objects.filter(stage=StageName.RECYCLED, caretaker=Role.AGENCY).exclude(Exists(later))


def lent_page(text: str, labels: Mapping[str, str], page: int | str = 1) -> "Page[LentRow]":
    """Return one page of the leads lent to the agency, the longest waiting first."""
    since = Q(attempts__at__gte=F("ended_at"))
    tried = lent_leads().annotate(tries=Count("attempts", filter=since), tried_at=Max("attempts__at", filter=since))
    leads = tried.filter(found_by(text)).select_related("person__company").order_by("ended_at", "pk")
    paginator: Paginator[Lead] = Paginator(leads, PER_PAGE)
    wanted = paginator.get_page(page)
    rows = [
        LentRow(
            lead.pk,
            str(lead.person),
            str(lead.person.fields.get("title") or ""),
            str(lead.person.company) if lead.person.company else "",
            lead.person.phone,
            lead.person.email,
            labels.get(lead.end_reason, lead.end_reason),
            lead.ended_at or lead.stage_since,
            lead.returns_at,
            lead.tries,  # type: ignore[attr-defined]  # annotated
            lead.tried_at,  # type: ignore[attr-defined]
        )
        for lead in wanted.object_list
    ]
    return Page(rows, wanted.number, paginator)  # type: ignore[arg-type]  # the numbers are those of the leads
