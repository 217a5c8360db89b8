"""``accord disputes``: samples for the monthly arbitration."""

import json
from secrets import randbelow

import click
from django.utils import timezone

from accord.cli.database import needs_database
from accord.server.disputes.sampling import LARGEST_SEED, MOST, draw, month_asked
from accord.server.scoreboard.queries import laws


@click.group(short_help="Draw leads that both sides judge again")
def disputes() -> None:
    """Draw leads that both sides judge again; disputes themselves are settled on the Disputes page."""


@disputes.command(short_help="Draw rejected and accepted leads of a month")
@click.option("--month", required=True, metavar="YYYY-MM", help="The month in which sales decided on them.")
@click.option("--size", type=click.IntRange(2, MOST), default=20, show_default=True, help="How many.")
@click.option(
    "--seed", type=click.IntRange(0, LARGEST_SEED), help="The same seed draws the same leads.  [default: any]"
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON for a machine to read.")
@needs_database
def sample(month: str, size: int, seed: int | None, as_json: bool) -> None:
    """Draw rejected and accepted leads of a month, half of each.

    Each comes with its evidence, and stands under Samples on the Disputes page, where both sides judge it apart from
    each other. The same month, size and seed are the same sample. Months are those of the agreement's time zone.
    """
    chosen = randbelow(LARGEST_SEED) if seed is None else seed
    made = draw(month_asked(month, laws().zone), size, chosen, by=None, at=timezone.now())
    leads = [
        {"lead": lead, "person": person, "decision": decision}
        for lead, person, decision in made.leads.values_list("offer__lead", "offer__lead__person__name", "decision")
    ]
    if as_json:
        click.echo(json.dumps({"sample": made.pk, "seed": made.seed, "leads": leads}, ensure_ascii=False, indent=2))
        return
    for each in leads:
        click.echo(f"lead {each['lead']}: {each['person']} ({each['decision']})")
    click.echo(f"{len(leads)} drawn with seed {made.seed}. Judge them at /disputes/samples/{made.pk}/.")
