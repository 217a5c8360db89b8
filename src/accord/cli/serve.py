"""``accord serve``: everything on one machine."""

import asyncio
from contextlib import suppress

import click

from accord.server import embedded
from accord.server.supervisor import Supervisor


@click.command(short_help="Run everything on this machine: database, web and worker")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, help="The port to listen on; 0 for any that is free.")
@click.option(
    "--mail-port",
    type=click.IntRange(1, 65535),
    envvar="ACCORD_MAIL_PORT",
    help="Take mails by SMTP on this port as well.  [default: none are taken]",
)
@click.pass_context
def serve(ctx: click.Context, host: str, port: int, mail_port: int | None) -> None:
    """Run everything on this machine: database, web and worker.

    Without DATABASE_URL, starts the database that Accord brings along, under ACCORD_HOME (./var). Brings the database
    up to date, then starts one web process and one worker, and starts them again should they crash. Ctrl-C stops all
    of it in good order; a second Ctrl-C hurries.
    """
    embedded.prepare_home()
    supervisor = Supervisor(host, port, embedded.choose_database(), _say, mail_port=mail_port)
    ctx.exit(asyncio.run(supervisor.run()))


def _say(line: str) -> None:
    with suppress(OSError):  # whoever read our lines has gone; the work goes on
        click.echo(line)
