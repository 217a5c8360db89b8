"""``accord migrate``: the database, brought up to date with this version."""

import click
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from accord.cli.database import needs_database
from accord.server.embedded import DatabaseError
from accord.server.health import unknown_steps

_TURN = 0x4143434F5244  # "ACCORD": the advisory lock by which one process at a time migrates


@click.command(short_help="Bring the database up to date with this version")
@needs_database
def migrate() -> None:
    """Bring the database up to date with this version.

    Also makes the table of the cache and, in production, collects the static files. Safe to repeat, and to start on
    several machines at once: they take turns. A database that a newer version has changed is left alone.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_TURN])
        try:
            _migrate()
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_TURN])
    if settings.PRODUCTION:
        call_command("collectstatic", verbosity=0, interactive=False)


def _migrate() -> None:
    executor = MigrationExecutor(connection)
    if unknown := unknown_steps(executor):
        raise DatabaseError(
            "database.newer",
            f"a newer Accord has changed this database ({', '.join(unknown)})",
            hint="install that version again, or restore a backup from before it",
        )
    if steps := len(executor.migration_plan(executor.loader.graph.leaf_nodes())):
        click.echo(f"bringing the database up to date ({steps} step{'s'[: steps != 1]})")
        call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    click.echo("the database is up to date")
