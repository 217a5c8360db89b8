"""Verbs of telephone systems: whose reports a source takes, and the secret that signs them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from accord.errors import AccordError
from accord.server.accounts.access import require
from accord.server.accounts.audit import record
from accord.server.accounts.models import Role, User
from accord.server.calls.models import TelephoneSystem
from accord.server.calls.signatures import new_secret
from accord.server.tracking.models import Source
from accord.server.tracking.sources import OLD_KEY_DAYS

OPERATORS = frozenset({Role.OPERATIONS})
"""Who sets telephone systems up, and may see their secrets."""


class CallsError(AccordError):
    """Something about calls cannot be as somebody wants it."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What a telephone system is to be; the secret as its provider shows it, empty to keep or make one."""

    provider: str
    secret: str = ""
    opens_leads: bool = False


def source_of_calls(key: int, by: User) -> Source:
    """Return a source of calls.

    Raises:
        AccessError: Their role does not set telephone systems up.
        CallsError: ``calls.unknown``.
    """
    require(by, OPERATORS, "set telephone systems up")
    source = Source.objects.filter(pk=key, kind=Source.Kind.CALL).first()
    if source is None:
        raise CallsError("calls.unknown", "there is no such source of calls")
    return source


@transaction.atomic
def set_up(key: int, setup: Setup, *, by: User, at: datetime) -> TelephoneSystem:
    """Say whose reports a source takes, and what signs them; a system of another provider needs another secret.

    Raises:
        AccessError: Their role does not set telephone systems up.
        CallsError: ``calls.unknown``, or ``calls.no_secret`` if the provider makes the secret and none is given.
    """
    source = source_of_calls(key, by)
    system = TelephoneSystem.objects.select_for_update().filter(source=source).first()
    before = (system.provider, system.opens_leads) if system is not None else None
    if system is None or system.provider != setup.provider:
        system = TelephoneSystem(source=source, provider=setup.provider, secret=_secret(setup))
    system.opens_leads = setup.opens_leads
    if setup.secret and setup.secret != system.secret:
        _replace(system, setup.secret, at_once=False, at=at)
    system.save()
    record("calls.set_up", f"source:{key}", actor=by, at=at, before=before, after=[setup.provider, setup.opens_leads])
    return system


@transaction.atomic
def replace_secret(key: int, secret: str, *, at_once: bool, by: User, at: datetime) -> TelephoneSystem:
    """Give a telephone system a new secret; the present one works for another ``OLD_KEY_DAYS`` unless ``at_once``.

    Raises:
        AccessError: Their role does not set telephone systems up.
        CallsError: ``calls.unknown``, or ``calls.no_secret`` if the provider makes the secret and none is given.
    """
    source = source_of_calls(key, by)
    system = TelephoneSystem.objects.select_for_update().filter(source=source).first()
    if system is None:
        raise CallsError("calls.unknown", "this source is not set up yet")
    _replace(system, _secret(Setup(system.provider, secret)), at_once=at_once, at=at)
    system.save()
    record("calls.secret_replaced", f"source:{key}", actor=by, at=at, at_once=at_once)
    return system


@transaction.atomic
def shown_secret(key: int, *, by: User, at: datetime) -> str:
    """Return the secret of a telephone system, and write down who saw it; empty before it is set up.

    Raises:
        AccessError: Their role does not set telephone systems up.
        CallsError: ``calls.unknown``.
    """
    system = TelephoneSystem.objects.filter(source=source_of_calls(key, by)).first()
    if system is None:
        return ""
    record("calls.secret_shown", f"source:{key}", actor=by, at=at)
    return system.secret


def _secret(setup: Setup) -> str:
    if setup.secret:
        return setup.secret
    if setup.provider == TelephoneSystem.Provider.ACCORD:
        return new_secret()
    label = TelephoneSystem.Provider(setup.provider).label
    raise CallsError("calls.no_secret", f"{label} makes the secret", hint=f"copy it from {label}")


def _replace(system: TelephoneSystem, secret: str, *, at_once: bool, at: datetime) -> None:
    system.old_secret = "" if at_once else system.secret
    system.old_secret_until = None if at_once else at + timedelta(days=OLD_KEY_DAYS)
    system.secret = secret
