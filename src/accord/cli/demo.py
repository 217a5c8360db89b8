"""``accord demo``: a believable company, made once and served."""

import os
import sys
import time

import click
from django.db import connection
from django.utils import timezone
from rich.box import SIMPLE
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Column, Table

from accord.cli.database import needs_database
from accord.cli.migrate import migrate
from accord.cli.serve import serve
from accord.demo import cast, making, state
from accord.demo.making import Wish
from accord.server.accounts.models import User
from accord.server.credit.making import make as make_credit
from accord.server.supervisor import listen
from accord.server.warehouse.sync import sync

NO_MAIL = "django.core.mail.backends.dummy.EmailBackend"
"""The people of the demo have no letter boxes; what they would be mailed stands on their pages."""


@click.command(short_help="Load a believable company with a signed agreement and serve it")
@click.option("--reset", is_flag=True, help="Throw the demo away first and make it anew, up to the present.")
@click.option("--no-serve", is_flag=True, help="Make the demo and end.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, help="The port to listen on; 0 for any that is free.")
@click.option("--leads", default=making.LEADS, show_default=True, type=click.IntRange(20, 20_000), help="How many.")
@click.option("--days", default=making.DAYS, show_default=True, type=click.IntRange(20, 365), help="How much history.")
@click.option("--seed", default=making.SEED, show_default=True, help="Another seed, another year.")
@click.pass_context
@needs_database
def demo(
    ctx: click.Context, reset: bool, no_serve: bool, host: str, port: int, leads: int, days: int, seed: int
) -> None:
    """Load a believable company with a signed agreement and serve it.

    Northwind Instruments has a year of history behind it, lived through the very services that run today, up to this
    minute. It is made once for a data folder (ACCORD_HOME, by default ./var) and served again the next time. One that
    was cut off is made anew. A database that holds anything else is left alone.
    """
    if not no_serve and port:
        listen(host, port).close()  # before a minute of work, not after it
    ctx.invoke(migrate)
    _have(Wish(timezone.now(), seed, leads, days), reset=reset)
    _print_logins()
    connection.close()
    if not no_serve:
        os.environ.setdefault("ACCORD_EMAIL_BACKEND", NO_MAIL)
        ctx.invoke(serve, host=host, port=port)


def _have(wish: Wish, *, reset: bool) -> None:
    found = state.state()
    if found is state.State.DEMO and not reset:
        click.echo("the demo is there already; --reset makes it anew, up to the present")
        return
    if found is state.State.UNFINISHED:
        click.echo("the last demo was not finished; starting over")
    state.clear()
    _prepare_statements()
    started = time.monotonic()
    columns = (TextColumn("{task.description:<16}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"))
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True), refresh_per_second=2) as bar:
        task = bar.add_task("", total=1.0)

        def said(what: str, done: float) -> None:
            bar.update(task, description=what, completed=done)

        making.make(wish, said)
        sync(anew="the demo is new")  # so that the first pages have numbers, before the worker has begun
        make_credit()
        bar.update(task, description="a year is over", completed=1.0)
    click.echo(f"made the demo in {time.monotonic() - started:.0f} s")


def _prepare_statements() -> None:
    """Let the database plan each kind of query once: the replay asks the same few over and over."""
    connection.close()
    connection.settings_dict["OPTIONS"] = {
        **connection.settings_dict["OPTIONS"],
        "server_side_binding": True,
        "prepare_threshold": 3,
    }


def _print_logins() -> None:
    click.echo(f"\nlog in as any of these; the password is {cast.PASSWORD}")
    Console(width=None if sys.stdout.isatty() else 100).print(_logins())


def _logins() -> Table:
    """Return who may log in; whatever the width, an address can be copied whole."""
    working = set(User.objects.filter(is_active=True).values_list("email", flat=True))
    players = [player for player in cast.CAST if player.email in working]
    longest = max((len(player.email) for player in players), default=0)
    table = Table(Column("E-mail", min_width=longest, no_wrap=True), "Name", "Role", box=SIMPLE)
    for player in players:
        table.add_row(player.email, player.name, player.title)
    return table
