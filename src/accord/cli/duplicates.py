"""``accord duplicates``: people and companies that stand twice."""

import json

import click
from django.utils import timezone

from accord.cli.database import needs_database
from accord.cli.steps import Steps


@click.group(short_help="Find people and companies that stand twice")
def duplicates() -> None:
    """Find people and companies that stand twice; they are decided about on the Duplicates page."""


@duplicates.command(short_help="Look for duplicates now and propose them")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for a machine to read.")
@needs_database
def find(as_json: bool) -> None:
    """Look for duplicates now and propose them.

    The worker does the same each night. What somebody decided stays so until the data change; people who are one
    beyond doubt are merged, which can be undone.
    """
    # splink is heavy, and --help does not need it.
    from accord.server.duplicates.finding import find_duplicates  # noqa: PLC0415  # splink is heavy, and most commands do not need it

    with Steps() as steps:
        found = find_duplicates(timezone.now(), steps)
    if as_json:
        numbers = {name: getattr(found, name) for name in ("people", "companies", "proposed", "merged")}
        click.echo(json.dumps(numbers, indent=2))
        return
    click.echo(
        f"{found.people:,} pairs of people and {found.companies:,} pairs of companies may be one; "
        f"{found.proposed:,} are new, {found.merged:,} were merged. Decide on the Duplicates page."
    )
