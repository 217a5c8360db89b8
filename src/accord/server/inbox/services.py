"""Verbs of mailboxes: how mails come, which domains are ours, and what becomes of unread mails."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accord.server.accounts.access import require
from accord.server.accounts.audit import record
from accord.server.accounts.models import Role, User
from accord.server.inbox import receiving
from accord.server.inbox.mail import MailError
from accord.server.inbox.models import Mailbox, OwnDomain, UnreadMail
from accord.server.people.addresses import website_domain_or_none
from accord.server.tracking.models import Source

OPERATORS = frozenset({Role.OPERATIONS})
"""Who sets mailboxes up."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What a mailbox is to be; without ``host`` mails come by SMTP alone, an empty password keeps the present one."""

    opens_leads: bool = False
    host: str = ""
    port: int = 993
    tls: bool = True
    user: str = ""
    password: str = ""
    folder: str = "INBOX"
    domains: Collection[str] = ()


def source_of_mails(key: int, by: User) -> Source:
    """Return a source of mails.

    Raises:
        AccessError: Their role does not set mailboxes up.
        MailError: ``mail.unknown``.
    """
    require(by, OPERATORS, "set mailboxes up")
    source = Source.objects.filter(pk=key, kind=Source.Kind.MAIL).first()
    if source is None:
        raise MailError("mail.unknown", "there is no such source of mails")
    return source


@transaction.atomic
def set_up(key: int, setup: Setup, *, by: User, at: datetime) -> Mailbox:
    """Store how mails of a source come, and which domains are ours. Another mailbox is read from now on only.

    Raises:
        AccessError: Their role does not set mailboxes up.
        MailError: ``mail.unknown``, ``mail.bad_domain`` or ``mail.bad_folder``.
    """
    source = source_of_mails(key, by)
    if any(sign in setup.folder for sign in '"\\\r\n\x00') or not setup.folder.isascii():
        raise MailError("mail.bad_folder", "the folder's name has signs that IMAP does not take", hint="such as INBOX")
    domains = {_domain(text) for text in setup.domains}
    box = Mailbox.objects.select_for_update().filter(source=source).first() or Mailbox(source=source)
    place = (box.host, box.user, box.folder)
    box.opens_leads, box.host, box.port, box.tls = setup.opens_leads, setup.host, setup.port, setup.tls
    box.user, box.folder = setup.user, setup.folder
    box.password = setup.password or box.password
    if place != (box.host, box.user, box.folder):
        box.uid_validity, box.last_uid, box.error = None, 0, ""
    box.save()
    OwnDomain.objects.exclude(domain__in=domains).delete()
    OwnDomain.objects.bulk_create([OwnDomain(domain=each) for each in sorted(domains)], ignore_conflicts=True)
    told = {"host": box.host, "user": box.user, "folder": box.folder, "opens_leads": box.opens_leads}
    record("mail.set_up", f"source:{key}", actor=by, at=at, domains=sorted(domains), **told)
    return box


def _domain(text: str) -> str:
    found = website_domain_or_none(text)
    if found is None:
        raise MailError("mail.bad_domain", f"'{text[:100]}' is no domain", hint="write it as example.com")
    return found


def try_again(key: int, mail: int, *, by: User, at: datetime) -> bool:
    """Read an unread mail of a source again; return whether it could be read now.

    Raises:
        AccessError: Their role does not set mailboxes up.
        MailError: ``mail.unknown``.
    """
    source = source_of_mails(key, by)
    if not UnreadMail.objects.filter(pk=mail, source=source).exists():
        raise MailError("mail.unknown", "there is no such unread mail")
    return receiving.try_again(mail, at)


@transaction.atomic
def drop(key: int, mail: int, *, by: User, at: datetime) -> None:
    """Delete an unread mail; doing it twice changes nothing.

    Raises:
        AccessError: Their role does not set mailboxes up.
        MailError: ``mail.unknown``: there is no such source.
    """
    found = UnreadMail.objects.filter(pk=mail, source=source_of_mails(key, by)).first()
    if found is not None:
        record("mail.dropped", f"source:{key}", actor=by, at=at, reason=found.reason)
        found.delete()
