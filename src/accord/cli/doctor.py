"""``accord doctor``: what is wrong with an installation."""

import dataclasses
import json
from collections.abc import Iterator

import click

from accord.cli.database import set_up_django, start_database
from accord.errors import AccordError
from accord.server import health
from accord.server.health import Finding


@click.command(short_help="Say what is wrong with this installation and what to do about it")
@click.option("--json", "as_json", is_flag=True, help="Print a list of findings for a machine to read.")
@click.pass_context
def doctor(ctx: click.Context, as_json: bool) -> None:
    """Say what is wrong with this installation and what to do about it.

    One line for each thing that was looked at. Ends with exit code 1 if anything is wrong.
    """
    findings = []
    for found in _findings():
        finding = dataclasses.replace(found, remedy="") if found.ok else found
        findings.append(finding)
        if not as_json:
            _print(finding)
    if as_json:
        click.echo(json.dumps([dataclasses.asdict(finding) for finding in findings], indent=2))
    ctx.exit(0 if all(finding.ok for finding in findings) else 1)


def _findings() -> Iterator[Finding]:
    try:
        set_up_django()
    except AccordError as error:
        yield Finding("settings", False, error.message, error.hint or "")
        return
    yield Finding("settings", True, "valid")
    yield from health.examine(health.WITHOUT_DATABASE)
    try:
        start_database()
    except AccordError as error:
        yield Finding("database", False, error.message, error.hint or "")
        return
    yield from health.examine([*health.ON_DATABASE, *health.of_the_apps()])


def _print(finding: Finding) -> None:
    mark = click.style("✓", fg="green") if finding.ok else click.style("✗", fg="red")
    remedy = f" → {finding.remedy}" if finding.remedy else ""
    click.echo(f"{mark} {finding.name}: {finding.detail}{remedy}")
