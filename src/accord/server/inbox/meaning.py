"""What a mail means: whose it is, its touchpoint, the lead it opens, the attempt it was.

Called by ``intake``, one message at a time, inside its transaction.
"""

import hashlib
import uuid
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from accord.errors import AccordError
from accord.server.accounts.models import User
from accord.server.handoffs.decisions import log_attempt
from accord.server.handoffs.models import Attempt, Offer
from accord.server.inbox.mail import MailError, Nature
from accord.server.inbox.models import Mailbox, OwnDomain
from accord.server.inbox.receiving import EVENT, source_of
from accord.server.people.addresses import email_key_or_none
from accord.server.people.identity import Claim, identify, person_of
from accord.server.people.models import Person, Touchpoint
from accord.server.pipeline.models import Lead
from accord.server.pipeline.services import had_leads, open_lead
from accord.server.tracking.work import Captured
from accord.traffic.companies import well_known_free_mail

__all__ = ["EVENT", "ours", "own_domains", "take"]

RECEIVED, SENT, BOUNCED, ANSWERED_BY_ITSELF = "mail_received", "mail_sent", "mail_bounced", "mail_auto_replied"
_ATTEMPTS = uuid.UUID("1f4a4bb0-7a57-4a0e-8a1e-4d4a6c2f8f0d")


def take(message: Captured) -> frozenset[int]:
    """Take a mail in; return the people whose leads are to be judged again."""
    told = message.body["properties"]
    sender = told["from"]["address"]
    match Nature(told["nature"]):
        case Nature.BOUNCE:
            return _bounced(message, told)
        case Nature.AUTOMATIC:
            person = None if ours(sender) else _known(sender)
            return _keep(message, person, ANSWERED_BY_ITSELF, counts=False) if person is not None else frozenset()
        case _:
            return _sent(message, told) if ours(sender) else _received(message, told["from"])


def ours(address: str) -> bool:
    """Return whether an address is ours: a user's, or of a domain of ours."""
    domain = address.rpartition("@")[2].casefold()
    return User.objects.filter(email__iexact=address).exists() or domain in own_domains()


def own_domains() -> frozenset[str]:
    """Return the domains that are ours: those that are listed, and those of active users that are no free mail."""
    users = User.objects.filter(is_active=True).values_list("email", flat=True)
    theirs = {email.rpartition("@")[2].casefold() for email in users}
    listed = set(OwnDomain.objects.values_list("domain", flat=True))
    return frozenset(listed | (theirs - _free_mail()))


@lru_cache(maxsize=1)
def _free_mail() -> frozenset[str]:
    return well_known_free_mail()


def _known(address: str) -> Person | None:
    key = email_key_or_none(address)
    return person_of("", key) if key is not None else None


def _received(message: Captured, sender: Mapping[str, Any]) -> frozenset[int]:
    """Somebody wrote to us: a person we know, or a new one."""
    key = email_key_or_none(sender["address"])
    if key is None:
        raise MailError("mail.bad_sender", f"'{sender['address']}' is no address")
    person = person_of("", key) or identify(
        Claim(email=sender["address"], email_key=key, name=sender["name"]), message.at
    )
    if person is None:
        return frozenset()
    people = _keep(message, person, RECEIVED)
    opens = Mailbox.objects.filter(source=message.source_id, opens_leads=True).exists()
    if opens and not had_leads([person.pk]):
        open_lead(person, at=message.received_at, source=message.source_name, first_contact_at=message.at)
    return people


def _sent(message: Captured, told: Mapping[str, Any]) -> frozenset[int]:
    """One of us wrote: to whom of those we know, and where it is their lead, it was an attempt."""
    people: set[int] = set()
    user = User.objects.filter(email__iexact=told["from"]["address"]).first()
    for recipient in told["to"]:
        address = recipient["address"]
        if ours(address) or source_of(address, message.received_at) is not None:
            continue
        person = _known(address)
        if person is not None and person.pk not in people:
            people |= _keep(message, person, SENT)
            if user is not None:
                _log_attempt(message, person, user)
    return frozenset(people)


def _bounced(message: Captured, told: Mapping[str, Any]) -> frozenset[int]:
    """A mail did not arrive: it is written down with whom it was for, and is no interest of theirs."""
    people: set[int] = set()
    for address in told["failed"]:
        person = None if ours(address) else _known(address)
        if person is not None:
            people |= _keep(message, person, BOUNCED, counts=False)
    return frozenset(people)


def _keep(message: Captured, person: Person, event: str, *, counts: bool = True) -> frozenset[int]:
    """Keep the touchpoint of a mail with one person, whichever way and however often the mail came."""
    key = f"mail:{message.message_id}:{person.pk}"
    told = message.body["properties"]
    said = {name: told[name] for name in ("subject", "excerpt") if told.get(name)}
    Touchpoint.objects.get_or_create(
        message_id=key if len(key) <= 200 else f"mail:{hashlib.sha256(key.encode()).hexdigest()}",
        defaults={
            "person": person,
            "event": event,
            "at": message.at,
            "received_at": message.received_at,
            "source": message.source_name,
            "properties": said,
            "counts": counts,
        },
    )
    return frozenset({person.pk})


def _log_attempt(message: Captured, person: Person, user: User) -> None:
    """Count a mail of ours as an attempt, where it is the writer's to make one; else it stays a touchpoint."""
    lead = Lead.objects.filter(person=person, ended_at=None).first()
    if lead is None or not Offer.objects.filter(lead=lead, offered_at__lte=message.at).exists():
        return
    try:
        log_attempt(
            lead.pk,
            channel=Attempt.Channel.MAIL,
            outcome=Attempt.Outcome.SENT,
            note=str(message.body["properties"]["subject"]),
            action_id=uuid.uuid5(_ATTEMPTS, f"{message.message_id} {lead.pk}"),
            by=user,
            at=message.at,
        )
    except AccordError:
        return
