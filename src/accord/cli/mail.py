"""``accord mail``: taking mails by SMTP."""

import asyncio
import signal
from pathlib import Path

import click

from accord.cli.database import needs_database
from accord.server.inbox import listener
from accord.server.inbox.listener import Certificate
from accord.server.supervisor import ServeError, end_with_supervisor


@click.group(short_help="Take mails to the addresses of mail sources, by SMTP")
def mail() -> None:
    """Take mails to the addresses of mail sources, by SMTP.

    Mailboxes that are read by IMAP need none of this: accord worker reads them.
    """


@mail.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8025, show_default=True, type=click.IntRange(0, 65535), help="0 for any that is free.")
@click.option(
    "--certificate",
    type=click.Path(path_type=Path),
    envvar="ACCORD_MAIL_CERTIFICATE",
    help="Offer encryption (STARTTLS) with this certificate and its chain, as PEM.",
)
@click.option(
    "--key",
    type=click.Path(path_type=Path),
    envvar="ACCORD_MAIL_KEY",
    help="The key of the certificate.  [default: in the same file]",
)
@needs_database
def listen(host: str, port: int, certificate: Path | None, key: Path | None) -> None:
    """Listen for mails until SIGTERM or Ctrl-C.

    Takes mails to <key of a mail source>@anything, and answers each once it is committed to the log. Without a
    certificate it speaks plain SMTP: let your mail server hand it the mails of one domain.
    """
    end_with_supervisor()
    asyncio.run(_listen(host, port, Certificate(certificate, key) if certificate is not None else None))


async def _listen(host: str, port: int, certificate: Certificate | None) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    try:
        server = await listener.listen(host, port, certificate)
    except OSError as error:
        hint = "choose another with --port or --host"
        raise ServeError(
            "serve.port_busy", f"{host}:{port} cannot be listened on: {error.strerror}", hint=hint
        ) from error
    async with server:
        click.echo(f"taking mails at {host}:{server.sockets[0].getsockname()[1]}")
        await stop.wait()
