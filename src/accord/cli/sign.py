"""``accord sign``: one side's signature under a proposed agreement."""

import click
from django.utils import timezone

from accord.cli.database import needs_database
from accord.cli.user import user_of
from accord.server.agreements.models import Revision
from accord.server.agreements.services import agreement_of
from accord.server.agreements.services import sign as sign_revision


@click.command(short_help="Sign a proposed agreement for one side")
@click.argument("number", type=click.IntRange(1))
@click.option("--by", required=True, metavar="EMAIL", help="Who signs, for their role.")
@needs_database
def sign(number: int, by: str) -> None:
    """Sign revision NUMBER of the agreement for one side.

    The last signature brings it into force, or lets it await the day for which it was proposed.
    """
    signer = user_of(by)
    revision = sign_revision(number, by=signer, at=timezone.now())
    click.echo(f"{signer.name} signed revision {number} for {signer.role}")
    if revision.status == Revision.Status.IN_FORCE:
        click.echo(f"revision {number} is in force")
        return
    if revision.status == Revision.Status.SIGNED and revision.planned_from is not None:
        zone = agreement_of(revision).zone
        click.echo(f"it comes into force on {revision.planned_from.astimezone(zone):%Y-%m-%d %H:%M} ({zone.key})")
        return
    signed = set(revision.signatures.values_list("role", flat=True))
    missing = [role for role in revision.signers if role not in signed]
    click.echo(f"it waits for {' and '.join(missing)}")
