"""Reading a lead from the database for an explanation: as it is now, or as it was at an instant in the past.

What is then said of it is computed by ``accord.agreement.explanation``, for the page and for ``accord explain`` alike.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from accord.agreement import Agreement, Stage
from accord.agreement.english_words import listed
from accord.agreement.explanation import Situation, field_in_words, moment_in_words
from accord.rules import Facts
from accord.server.agreements.past import law_at, law_of
from accord.server.agreements.services import InForce
from accord.server.handoffs.offers import scored_facts
from accord.server.pipeline.models import Lead
from accord.server.pipeline.past import past_of


@dataclass(frozen=True, slots=True)
class LookBack:
    """A lead as it was at an instant.

    Attributes:
        law: The revision by which it is explained.
        situation: What was known of it then.
        cautions: What should be known of this explanation, as sentences.
    """

    law: InForce
    situation: Situation
    cautions: tuple[str, ...]


def situation_now(lead: Lead, agreement: Agreement, at: datetime) -> Situation:
    """Return a lead as it is at ``at``, which is now."""
    return situation_with(lead, agreement, scored_facts(lead, agreement, at), at)


def situation_with(lead: Lead, agreement: Agreement, facts: Facts, at: datetime) -> Situation:
    """Return a lead as it is at ``at``, which is now, with these facts of it."""
    stage = Stage(lead.stage) if lead.ended_at is None else None
    return Situation(agreement, facts, at, stage, lead.handed_over_at is not None, tuple(lead.held_for))


def look_back(lead: Lead, at: datetime, *, now: datetime, revision: int | None = None) -> LookBack:
    """Return a lead as it was at ``at``.

    Args:
        lead: With ``person`` and ``person.company`` loaded.
        at: The instant.
        now: Until which instant values are known.
        revision: By which revision it is explained; None: by the one in force at ``at``.

    Raises:
        RevisionError: ``revision.none_in_force`` or ``revision.unknown``.
    """
    law = law_at(at) if revision is None else law_of(revision)
    past = past_of(lead, law.agreement, at)
    standing = past.standing
    situation = Situation(
        law.agreement,
        past.facts,
        at,
        standing.stage if standing else None,
        standing.handed_over if standing else False,
        standing.held_for if standing else (),
    )
    return LookBack(law, situation, tuple(_cautions(lead, situation, past.unsure, now)))


def _cautions(lead: Lead, situation: Situation, unsure: tuple[str, ...], now: datetime) -> Iterator[str]:
    zone = situation.agreement.zone
    if situation.at > now:
        yield "This instant is still to come: it is explained as if nothing happened until then."
    elif situation.stage is None:
        opened = moment_in_words(lead.opened_at, situation.at, zone)
        yield f"The lead was opened only on {opened}; this is what would have been said of it."
    if unsure:
        names = listed((field_in_words(name).lower() for name in unsure), "and")
        yield f"Changes were not written down yet, so these may have been different: {names}."
