"""What somebody did with leads a moment ago and can still take back: see ``taking_back.py``."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.db.models import Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Concat

from accord.agreement.ways_out import reason_clause
from accord.server.accounts.models import User
from accord.server.handoffs.giving import UNDO_WITHIN
from accord.server.handoffs.models import Attempt, Offer
from accord.server.pipeline.models import Deal, DecidedBy, Lead, StageChange, StageName


@dataclass(frozen=True, slots=True)
class Regret:
    """One thing that can still be taken back.

    Attributes:
        did: What was done, such as "rejected".
        why: The reason, or to whom it went.
    """

    lead_id: int
    name: str
    did: str
    why: str
    at: datetime

    @property
    def undo(self) -> str:
        """What a button says that takes it back."""
        return {"rejected": "Undo the rejection", "given back": "Undo giving it back"}.get(self.did, "Take it back")


@dataclass(frozen=True, slots=True)
class Regrets:
    """What was done at one instant, in one go."""

    rows: Sequence[Regret]

    @property
    def first(self) -> Regret:
        """One of them; all were done at the same instant."""
        return self.rows[0]

    @property
    def whys(self) -> str:
        """The reasons, each once."""
        return ", ".join(dict.fromkeys(row.why for row in self.rows if row.why))


def regrets_together(rows: Sequence[Regret]) -> list[Regrets]:
    """Return what was done in one go together, in the order of ``rows``."""
    return [Regrets(tuple(group)) for _, group in groupby(rows, key=lambda row: (row.at, row.did))]


def regrets(user: User, labels: Mapping[str, str], at: datetime, lead_id: int | None = None) -> list[Regret]:
    """Return what somebody did in the last minutes and can still take back, the latest first.

    Args:
        user: Who did it.
        labels: The words of each agreed reason, by its name.
        at: Now.
        lead_id: Only this lead.
    """
    since = at - UNDO_WITHIN
    only = Q() if lead_id is None else Q(pk=lead_id)
    found = [*_ended(user, labels, since, only), *_moved(user, since, only)]
    return sorted(found, key=lambda row: (row.at, row.did, row.lead_id), reverse=True)


def _ended(user: User, labels: Mapping[str, str], since: datetime, only: Q) -> Iterator[Regret]:
    """Yield what they rejected or gave back."""
    later = Lead.objects.filter(person=OuterRef("person"), cycle__gt=OuterRef("cycle"))
    by_them = StageChange.objects.filter(
        lead=OuterRef("pk"),
        at=OuterRef("ended_at"),
        user=user,
        decided_by=DecidedBy.USER,
        to_stage__in=[StageName.RECYCLED, StageName.DISQUALIFIED],
    )
    lost = Deal.objects.filter(lead=OuterRef("pk"), closed_at__gte=OuterRef("ended_at"))
    last = Offer.objects.filter(lead=OuterRef("pk")).order_by("-offered_at", "-pk")
    leads = Lead.objects.filter(only, Exists(by_them), ended_at__gt=since).exclude(Exists(later)).exclude(Exists(lost))
    leads = leads.filter(end_clause=Concat(Value(reason_clause("")), F("end_reason")))
    for lead in leads.annotate(offer_status=Subquery(last.values("status")[:1])).select_related("person"):
        if lead.ended_at is not None and lead.offer_status:
            did = "rejected" if lead.offer_status == Offer.Status.REJECTED else "given back"
            yield Regret(lead.pk, str(lead.person), did, labels.get(lead.end_reason, lead.end_reason), lead.ended_at)


def _moved(user: User, since: datetime, only: Q) -> Iterator[Regret]:
    """Yield what they gave to somebody else, who has not begun to work on it."""
    newer = Offer.objects.filter(lead=OuterRef("lead"), offered_at__gt=OuterRef("offered_at"))
    tried = Attempt.objects.filter(lead=OuterRef("lead"), at__gte=OuterRef("offered_at"))
    offers = Offer.objects.filter(given_by=user, offered_at__gt=since, lead__ended_at=None)
    offers = offers.filter(Q(decided_at=None) | Q(decided_at=F("offered_at")), lead__in=Lead.objects.filter(only))
    for offer in offers.exclude(Exists(newer)).exclude(Exists(tried)).select_related("lead__person", "owner"):
        to = f"to {offer.owner.name}" if offer.owner else f"to the queue of {offer.queue}"
        yield Regret(offer.lead_id, str(offer.lead.person), "passed on", to, offer.offered_at)
