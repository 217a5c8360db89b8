"""``accord verify``: everybody judged again in one go, which must come to what stands in their rows."""

import json

import click
from django.utils import timezone

from accord.cli.database import needs_database
from accord.cli.steps import Steps
from accord.server.backtests.models import Verification
from accord.server.backtests.verification import ABOUT, in_words
from accord.server.backtests.verification import verify as judge_again
from accord.server.pipeline.models import Lead

DIFFERENT = 1
LISTED = 20


@click.command(short_help="Judge every open lead again in one go, and say where it differs")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for a machine to read.")
@click.pass_context
@needs_database
def verify(ctx: click.Context, as_json: bool) -> None:
    """Judge every open lead again in one go, and say where it differs from what stands in its row.

    The worker does the same each night, and after a revision has come into force. Leads that are due are judged first.
    Ends with 1 if anything differs.
    """
    with Steps() as steps:
        run = judge_again(by=None, at=timezone.now(), progress=steps)
    click.echo(json.dumps(_as_json(run), indent=2) if as_json else _in_words(run))
    ctx.exit(DIFFERENT if run.differing else 0)


def _as_json(run: Verification) -> dict[str, object]:
    return {
        "at": run.at.isoformat(),
        "revision": run.revision.number,
        "compared": run.compared,
        "due": run.due,
        "differing": run.differing,
        "seconds": round(run.seconds, 2),
        "differences": list(run.disagreements.values("lead", "about", "live", "batch")),
    }


def _in_words(run: Verification) -> str:
    lines = [in_words(run)]
    found = run.disagreements.order_by("lead", "about")[:LISTED]
    people = {lead.pk: str(lead.person) for lead in Lead.objects.filter(pk__in=[each.lead_id for each in found])}
    lines += [
        f"  lead {each.lead_id} ({people[each.lead_id]}): {ABOUT[each.about]} is {each.live or 'nothing'}, "
        f"judged again it is {each.batch or 'nothing'}"
        for each in found
    ]
    more = run.disagreements.count() - len(found)
    return "\n".join([*lines, f"  and {more:,} more"] if more > 0 else lines)
