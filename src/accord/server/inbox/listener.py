"""The SMTP listener: takes mails to the addresses of mail sources, and answers each once it is committed."""

import asyncio
import logging
import ssl
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import Error, close_old_connections
from django.utils import timezone

from accord.server.inbox.mail import MailError
from accord.server.inbox.receiving import LARGEST, receive, source_of
from accord.server.tracking.models import Source

log = logging.getLogger(__name__)

MOST_RECIPIENTS = 100
LATER = "451 4.3.0 cannot be stored now, please try again later"


class Receiver:
    """Answers the commands of SMTP that carry a mail (RFC 5321)."""

    async def handle_RCPT(  # noqa: N802  (as aiosmtpd calls it)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, rcpt_options: list[str]
    ) -> str:
        """Take a recipient that is the address of a source."""
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 4.5.3 too many recipients"
        try:
            source = await asyncio.to_thread(_looked_up, address)
        except Error:
            log.exception("the sources could not be read")
            return LATER
        if source is None:
            return "550 5.1.1 there is no such address here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # (as aiosmtpd calls it)
        """Take the mail itself, for each source it is addressed to."""
        content = envelope.content
        raw = content if isinstance(content, bytes) else (content or "").encode()
        try:
            await asyncio.to_thread(_received, list(envelope.rcpt_tos), raw)
        except Error:
            log.exception("a mail could not be stored")
            return LATER
        return "250 2.0.0 OK"


def _looked_up(address: str) -> Source | None:
    close_old_connections()
    return source_of(address, timezone.now())


def _received(addresses: list[str], raw: bytes) -> None:
    close_old_connections()
    at = timezone.now()
    found = {source.pk: source for each in addresses if (source := source_of(each, at)) is not None}
    for source in found.values():
        receive(source, raw, at)


@dataclass(frozen=True, slots=True)
class Certificate:
    """Where the certificate with its chain lies, and its key, both as PEM; without ``key`` both in one file."""

    chain: Path
    key: Path | None = None

    def context(self) -> ssl.SSLContext:
        """Return what encrypts a connection, read anew each time, so that a renewed certificate counts at once.

        Raises:
            MailError: ``mail.bad_certificate``.
        """
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        try:
            context.load_cert_chain(self.chain, self.key, password="")
        except (OSError, ValueError) as error:  # an SSLError is an OSError
            raise MailError(
                "mail.bad_certificate",
                f"{self.chain} holds no certificate that can be used: {error}",
                hint="give a chain and its key without a passphrase, as PEM",
            ) from error
        return context


def smtp_factory(certificate: Certificate | None = None) -> SMTP:
    """Return what speaks SMTP with one client, who may ask for encryption where there is a certificate."""
    options: dict[str, Any] = {"data_size_limit": LARGEST, "enable_SMTPUTF8": True, "timeout": 120}
    if certificate is not None:
        options["tls_context"] = certificate.context()
    return SMTP(Receiver(), ident="Accord", **options)


async def listen(host: str, port: int, certificate: Certificate | None = None) -> asyncio.Server:
    """Return a server that takes mails at an address; the caller closes it.

    Raises:
        MailError: ``mail.bad_certificate``.
    """
    if certificate is not None:
        certificate.context()
    return await asyncio.get_running_loop().create_server(partial(smtp_factory, certificate), host, port)
