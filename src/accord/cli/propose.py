"""``accord propose``: an agreement, put before both sides."""

from datetime import datetime
from pathlib import Path

import click
from django.db import transaction
from django.utils import timezone

from accord.agreement import read
from accord.agreement.cases import tally
from accord.cli.check import UNREADABLE, print_issues
from accord.cli.database import needs_database
from accord.cli.user import DAY, user_of
from accord.server.agreements.services import propose as propose_revision
from accord.server.agreements.testing import keep_tests


@click.command(short_help="Put an agreement before both sides to sign")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--reason", required=True, help="Why it is to change; both sides read this before they sign.")
@click.option("--by", required=True, metavar="EMAIL", help="Who proposes it.")
@click.option("--from", "day", type=DAY, help="From when it is to be in force, in the time zone of the agreement.")
@click.pass_context
@needs_database
def propose(ctx: click.Context, file: Path, reason: str, by: str, day: datetime | None) -> None:
    """Put the agreement in FILE before both sides to sign.

    It is checked first, as by accord check. Ends with 1 if it has errors, and with 2 if it cannot be read; then
    nothing has changed. It comes into force when every role that signs has signed it (accord sign), or on the day that
    --from names, if that is later.

    Its tests, tests/*.yaml beside FILE, are kept with it: whoever signs sees how many pass. Tests that cannot be read
    are errors like any other; a test that fails is said, and leaves the decision to those who sign.
    """
    try:
        loaded = read(file)
    except OSError as error:
        click.secho(f"{file}: cannot be read: {error.strerror or error}", fg="red", err=True)
        ctx.exit(UNREADABLE)
    print_issues(list(loaded.issues), 1)
    if loaded.agreement is None:
        ctx.exit(1)
    text = file.read_text(encoding="utf-8")
    tests = _tests(ctx, file)
    found = tally(text, file.name, tests)
    if found is None or found.issues:
        print_issues(list(found.issues) if found else [], len(tests))
        ctx.exit(1)
    planned = day.replace(tzinfo=loaded.agreement.zone) if day else None
    with transaction.atomic():
        revision = propose_revision(
            text, file.name, reason=reason, by=user_of(by), at=timezone.now(), planned_from=planned
        )
        keep_tests(revision, tests)
    click.secho(found.words, fg="green" if found.all_pass else "yellow")
    roles = " and ".join(revision.signers)
    click.echo(
        f"revision {revision.number} is proposed; {roles} sign it with: accord sign {revision.number} --by EMAIL"
    )


def _tests(ctx: click.Context, file: Path) -> dict[str, str]:
    """Return the files of tests beside an agreement, by their names."""
    found = {}
    for path in sorted((file.parent / "tests").glob("*.yaml")):
        try:
            found[path.name] = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            click.secho(f"{path}: cannot be read: {error}", fg="red", err=True)
            ctx.exit(UNREADABLE)
    return found
