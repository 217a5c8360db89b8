"""``accord explain``: why a lead stood where it stood at an instant, and what would have moved it."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

import click
from django.utils import timezone

from accord.agreement.english_words import STAGES
from accord.agreement.explanation import Explanation, Situation, explain_lead, whole_moment_in_words
from accord.agreement.explanation.text import explanation_in_words, outlook_sentences, ways_in_words, wrapped
from accord.agreement.judgement import points_in_words
from accord.agreement.local_time import local_instant
from accord.agreement.quantity import QuantityError
from accord.cli.database import needs_database
from accord.server.agreements.past import law_of
from accord.server.agreements.services import in_force
from accord.server.handoffs.explaining import LookBack, look_back
from accord.server.pipeline.finding import lead_meant
from accord.server.pipeline.models import Lead


@click.command(short_help="Say why a lead stands where it stands, now or at an instant")
@click.argument("person")
@click.option(
    "--at", "written", metavar="TIME", help="An instant; without an offset in the agreement's zone. Now unless said."
)
@click.option(
    "--revision", type=click.IntRange(1), help="By which revision; the one in force at that time unless said."
)
@click.option("--json", "as_json", is_flag=True, help="Print the explanation for machines.")
@needs_database
def explain(person: str, written: str | None, revision: int | None, as_json: bool) -> None:
    """Say why a lead stands where it stands, now or at an instant.

    PERSON is an e-mail address, the id of a person, or a foreign id. Shown are the criteria with what was found and by
    how much they fall short, what the next stage and the hand-off take, where the points come from, and what time alone
    will change. Nothing counts that was known only later.
    """
    now = timezone.now()
    at = now if written is None else _instant(written, revision)
    lead = lead_meant(person, at)
    back = look_back(lead, at, now=now, revision=revision)
    found = explain_lead(back.situation)
    if as_json:
        click.echo(json.dumps(_as_json(lead, back, found), ensure_ascii=False, indent=2, default=datetime.isoformat))
        return
    for line in (*_head(lead, back), "", *explanation_in_words(found)):
        click.echo(line)


def _instant(written: str, revision: int | None) -> datetime:
    law = in_force() if revision is None else law_of(revision)
    try:
        return local_instant(written, law.agreement.zone)
    except QuantityError as fault:
        raise click.BadParameter(str(fault), param_hint="'--at'") from None


def _head(lead: Lead, back: LookBack) -> Iterator[str]:
    situation, law = back.situation, back.law
    zone = situation.agreement.zone
    company = f", {lead.person.company}" if lead.person.company else ""
    yield from wrapped(
        f"{lead.person} ({lead.person.email or 'no address'}){company}: lead {lead.pk}, cycle {lead.cycle}"
    )
    when = f"{whole_moment_in_words(situation.at, zone)} ({zone.key})"
    yield from wrapped(f"As of {when}, by revision {law.revision.number} ({law.revision.get_status_display().lower()})")
    yield from wrapped(f"{_stage(situation)}; {_scores(situation)}")
    for caution in back.cautions:
        yield from wrapped(f"! {caution}")


def _stage(situation: Situation) -> str:
    if situation.stage is None:
        return "Not opened yet"
    handed_over = ", handed over to sales" if situation.handed_over else ""
    return f"Stage: {STAGES[situation.stage]}{handed_over}"


def _scores(situation: Situation) -> str:
    card = situation.card
    return (
        f"grade {card.grade or 'none'}: fit {points_in_words(card.fit)}, engagement {points_in_words(card.engagement)}"
    )


def _as_json(lead: Lead, back: LookBack, found: Explanation) -> dict[str, Any]:
    situation = back.situation
    return {
        "person": {"id": lead.person_id, "name": lead.person.name, "email": lead.person.email},
        "lead": {"id": lead.pk, "cycle": lead.cycle},
        "at": found.at.isoformat(),
        "revision": back.law.revision.number,
        "stage": situation.stage.value if situation.stage else None,
        "handed_over": situation.handed_over,
        "cautions": list(back.cautions),
        "grade": found.grade,
        "fit": points_in_words(situation.card.fit),
        "engagement": points_in_words(situation.card.engagement),
        "criteria": [asdict(each) for each in found.criteria],
        "next_stage": _ahead(found, "stage"),
        "handoff": _ahead(found, "handoff"),
        "points": [asdict(side) for side in found.sides],
        "outlook": {**asdict(found.outlook), "sentences": outlook_sentences(found.outlook)},
    }


def _ahead(found: Explanation, name: str) -> dict[str, Any] | None:
    ahead = getattr(found, name)
    if ahead is None:
        return None
    return {
        "aim": ahead.aim,
        "checked_by": ahead.checked_by,
        "holds": ahead.because.held,
        "ways": [{"steps": way.steps, "at": way.at} for way in ahead.ways],
        "sentences": ways_in_words(ahead),
    }
