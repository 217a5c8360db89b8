"""Drawing rejected and accepted leads of a month, which both sides judge again apart from each other."""

from collections.abc import Iterable
from datetime import date, datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from django.db import transaction

from accord.insight import Period, month_of
from accord.rules import instant
from accord.server.accounts.access import require
from accord.server.accounts.audit import record
from accord.server.accounts.models import Role, User
from accord.server.disputes.agreeing import Agreement, agreement
from accord.server.disputes.evidence import evidence
from accord.server.disputes.models import Judgement, Sample, SampledLead
from accord.server.disputes.opening import DisputeError
from accord.server.handoffs.models import Offer

DRAWERS = frozenset({Role.MARKETING, Role.SALES, Role.OPERATIONS})
JUDGES = frozenset({Role.MARKETING, Role.SALES})
MOST = 100
LARGEST_SEED = 2**31 - 1
DECISIONS = (Offer.Status.REJECTED, Offer.Status.ACCEPTED)
EARLIEST = 1970


def month_asked(text: str, zone: ZoneInfo) -> Period:
    """Return the month that ``YYYY-MM`` names.

    Raises:
        DisputeError: ``dispute.bad_month``.
    """
    try:
        day = date.fromisoformat(f"{text}-01")
        if len(text) != 7 or day.year <= EARLIEST or day.year == date.max.year:
            raise ValueError(text)
    except ValueError as error:
        raise DisputeError("dispute.bad_month", f"'{text[:20]}' is no month", hint="say it as 2026-10") from error
    return month_of(day, zone)


@transaction.atomic
def draw(month: Period, size: int, seed: int, *, by: User | None, at: datetime) -> Sample:
    """Draw leads that were decided on in a month, half of them rejected and half accepted, each with its evidence.

    The same month, size and seed are the same sample, which is drawn once.

    Args:
        month: Which month.
        size: How many; of an odd number one more rejected. There are fewer where fewer were decided.
        seed: Which of the possible samples.
        by: Who draws; None: the command line.
        at: Now.

    Raises:
        AccessError: The user's role does not draw samples.
        DisputeError: ``dispute.bad_size``, ``dispute.bad_seed`` or ``dispute.nothing_to_sample``.
    """
    if by is not None:
        require(by, DRAWERS, "draw a sample")
    if not 2 <= size <= MOST:
        raise DisputeError("dispute.bad_size", f"a sample has 2 to {MOST} leads")
    if not 0 <= seed <= LARGEST_SEED:
        raise DisputeError("dispute.bad_seed", f"a seed is a whole number from 0 to {LARGEST_SEED}")
    if month.first is None:
        raise ValueError(month)
    sample, fresh = Sample.objects.get_or_create(
        month=month.first, size=size, seed=seed, defaults={"drawn_by": by, "drawn_at": at}
    )
    if not fresh:
        return sample
    parts = dict(zip(DECISIONS, (size - size // 2, size // 2), strict=True))
    decided = list(_decided(month))
    chosen = [
        offer
        for status, count in parts.items()
        for offer in sorted((each for each in decided if each.status == status), key=lambda each: _lot(seed, each))[
            :count
        ]
    ]
    if not chosen:
        raise DisputeError("dispute.nothing_to_sample", "no lead was decided on in this month", hint="choose another")
    SampledLead.objects.bulk_create(
        SampledLead(sample=sample, offer=offer, decision=offer.status, pack=_pack(offer, at))
        for offer in sorted(chosen, key=lambda each: _lot(seed, each))
    )
    record("sample.drawn", f"sample:{sample.pk}", actor=by, at=at, month=str(month.first), size=size, seed=seed)
    return sample


def _decided(month: Period) -> Iterable[Offer]:
    """Return the last decision of the month about each lead."""
    offers = Offer.objects.filter(
        status__in=DECISIONS, decided_at__gte=instant(month.from_us), decided_at__lt=instant(month.to_us)
    )
    last = offers.order_by("lead_id", "-decided_at", "-pk").distinct("lead_id")
    return last.select_related("lead__person__company", "revision")


def _lot(seed: int, offer: Offer) -> str:
    """Return by what an offer is drawn: as good as random, and the same everywhere and always."""
    return sha256(f"{seed}:{offer.pk}".encode()).hexdigest()


def _pack(offer: Offer, at: datetime) -> dict[str, object]:
    return evidence(offer, offer.decided_at or at, offer.offered_at, now=at).as_json()


@transaction.atomic
def judge(key: int, *, good: bool, by: User, at: datetime) -> SampledLead:
    """Say for one's side whether a drawn lead was a good MQL; it can be changed until the other side has spoken too.

    Raises:
        AccessError: The user's role does not judge.
        DisputeError: ``dispute.unknown_lead`` or ``dispute.judged``.
    """
    require(by, JUDGES, "judge drawn leads")
    drawn = SampledLead.objects.select_for_update().filter(pk=key).first()
    if drawn is None:
        raise DisputeError("dispute.unknown_lead", "there is no such lead in a sample", hint="see the list of samples")
    if drawn.judgements.count() == len(JUDGES):
        raise DisputeError("dispute.judged", "both sides have judged this lead, so it stays as it is")
    Judgement.objects.update_or_create(drawn=drawn, role=by.role, defaults={"good": good, "by": by, "at": at})
    record("sample.judged", f"sampled:{drawn.pk}", actor=by, at=at, good=good)
    return drawn


def agreement_on(sample: Sample) -> Agreement:
    """Return how far both sides agree on a sample."""
    verdicts: dict[int, dict[str, bool]] = {}
    for drawn, role, good in Judgement.objects.filter(drawn__sample=sample).values_list("drawn", "role", "good"):
        verdicts.setdefault(drawn, {})[role] = good
    both = [each for each in verdicts.values() if len(each) == len(JUDGES)]
    return agreement([(each[Role.MARKETING], each[Role.SALES]) for each in both])
