"""Noting whom to ask about, and asking, a bounded number at a time."""

import hashlib
import hmac
import logging
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import dns.resolver
from django.conf import settings
from django.db import transaction

from accord.server.hostnames.models import Answered, Unasked
from accord.server.hostnames.resolving import UnansweredError, domain_of, resolver
from accord.server.people.models import Visit
from accord.server.people.recognition import NAMED_KINDS, SAID, Origin, Recognition
from accord.server.queue import wake
from accord.traffic.organisations import NetworkKind

LOOK_UP = "hostnames.look_up"
GOOD_FOR = timedelta(days=7)
"""How long an answer is taken for the present one."""
MOST_A_RUN = 500
A_SECOND = 20
"""Addresses: what a name server takes for no nuisance."""
RUN_SECONDS = 50.0
GIVE_UP_AFTER = 3
AGAIN = timedelta(minutes=10)
"""After a name server has not answered; the second time twice as long."""
LONGEST = timedelta(days=1)
"""An address is kept, however long the queue."""
MOST_WAITING = 50_000
"""Beyond, no further address is noted: it would be kept for longer than it is worth."""

log = logging.getLogger(__name__)


def is_worth_asking(origin: Origin) -> bool:
    """Return whether the name of a machine may say more of a visit than its network does, and may be asked for."""
    return settings.ACCORD_REVERSE_DNS and origin.kind in NAMED_KINDS and origin.company.certainty < SAID


def note(addresses: Mapping[int, str], at: datetime) -> None:
    """Note the addresses of visits, in the caller's transaction; they are asked about after its commit.

    Args:
        addresses: By the id of the visit.
        at: Now.
    """
    if addresses and Unasked.objects.count() < MOST_WAITING:
        rows = [Unasked(visit_id=visit, address=address, next_try_at=at) for visit, address in addresses.items()]
        Unasked.objects.bulk_create(rows, ignore_conflicts=True)
        wake(LOOK_UP)


def look_up(at: datetime, pause: Callable[[float], None] = time.sleep) -> int:
    """Ask about what is due; return how many visits are of a known domain now.

    Every address is deleted with its answer, or when nobody has answered for the third time.
    """
    Answered.objects.filter(at__lt=at - GOOD_FOR).delete()
    Unasked.objects.filter(visit__last_at__lt=at - LONGEST).delete()
    asked, end, known = resolver(), time.monotonic() + RUN_SECONDS, 0
    for address in _due(at):
        if time.monotonic() > end:
            break
        known += _look_up(address, asked, at, pause)
    return known


def forget() -> None:
    """Forget every address that is to be asked about."""
    Unasked.objects.all().delete()


def _due(at: datetime) -> list[str]:
    due = Unasked.objects.filter(next_try_at__lte=at).order_by("next_try_at", "pk")
    return list(dict.fromkeys(due.values_list("address", flat=True)[:MOST_A_RUN]))


def _look_up(address: str, asked: dns.resolver.Resolver, at: datetime, pause: Callable[[float], None]) -> int:
    digest = _digest(address)
    answer = Answered.objects.filter(digest=digest).first()
    if answer is not None:
        return _answered(address, answer.domain)
    pause(1 / A_SECOND)
    try:
        domain = domain_of(address, asked)  # outside of any transaction: it may take seconds
    except UnansweredError as error:
        log.info("%s", error)
        _later(address, at)
        return 0
    Answered.objects.update_or_create(digest=digest, defaults={"domain": domain, "at": at})
    return _answered(address, domain)


def _digest(address: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), b"hostname:" + address.encode(), hashlib.sha256).hexdigest()


@transaction.atomic
def _later(address: str, at: datetime) -> None:
    for row in Unasked.objects.select_for_update().filter(address=address):
        row.tries += 1
        row.next_try_at = at + AGAIN * row.tries
        if row.tries >= GIVE_UP_AFTER:
            row.delete()
        else:
            row.save(update_fields=["tries", "next_try_at"])


@transaction.atomic
def _answered(address: str, domain: str) -> int:
    """Give the visits from an address their domain, recognise them by it, and forget the address."""
    waiting = Unasked.objects.filter(address=address)
    visits = list(Visit.objects.select_for_update().filter(pk__in=waiting.values("visit"))) if domain else []
    recognition = Recognition()
    alike: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for visit in visits:
        alike[visit.network, visit.organisation, visit.network_kind].append(visit.pk)
    for (network, organisation, kind), keys in alike.items():
        found = recognition.company(network, organisation, NetworkKind(kind), domain)
        company = {"company_id": found.company, "certainty": found.certainty, "company_why": found.why}
        Visit.objects.filter(pk__in=keys).update(domain=domain, **company)
    waiting.delete()
    return len(visits)
