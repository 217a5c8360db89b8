"""Judging leads: the agreement in force, carried out on every lead that something happened to.

A lead whose ``review_at`` has come is judged once; ``review_at`` is set in the same transaction as whatever happened to
it, so nothing is forgotten if a process dies. Judging sets it too, where time alone may make a near miss of a lead or
unmake it.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from accord.agreement import Agreement, Stage
from accord.agreement.judgement import Judgement, Standing, explanation, judge, rank
from accord.agreement.near_miss import NearMisses
from accord.agreement.ways_out import way_back
from accord.rules import Facts, evaluate
from accord.scoring import score, score_fields
from accord.server.agreements.models import Revision
from accord.server.agreements.services import InForce, in_force, in_force_or_none
from accord.server.people.models import Person
from accord.server.pipeline.facts import facts_of
from accord.server.pipeline.happenings import asks_for_colleagues
from accord.server.pipeline.judged_rows import store_judged
from accord.server.pipeline.models import DecidedBy, Lead, ReadyVia, StageChange, StageName
from accord.server.pipeline.services import reopen, take_person
from accord.server.queue import wake

log = logging.getLogger(__name__)

RETRY = timedelta(hours=1)
"""How far a lead that could not be judged is pushed ahead."""
CHUNK = 500
"""Leads judged in one transaction: large enough to share two queries, small enough to lock briefly."""


@dataclass(frozen=True, slots=True)
class Judged:
    """How many leads were judged, changed stage, became ready for sales, and came back by a trigger."""

    leads: int = 0
    moved: int = 0
    ready: int = 0
    back: int = 0

    def __add__(self, other: "Judged") -> "Judged":
        return Judged(
            self.leads + other.leads, self.moved + other.moved, self.ready + other.ready, self.back + other.back
        )


def review(people: Q, at: datetime) -> int:
    """Mark the current lead of each matching person to be judged; return how many were marked.

    Where the agreement in force asks what several people of a company did, those of their colleagues are marked too.
    The current lead is the open one, or a recycled one that nothing has followed, since a trigger may bring it back.

    Args:
        people: A condition on ``Person``.
        at: From when it is to be judged.
    """
    later = Lead.objects.filter(person=OuterRef("person"), cycle__gt=OuterRef("cycle"))
    concerned = Person.objects.filter(people)
    whose = Q(person__in=concerned)
    law = in_force_or_none()
    if law is not None and asks_for_colleagues(law.agreement):
        whose |= Q(person__company__in=concerned.exclude(company=None).values("company"))
    current = Lead.objects.filter(whose).filter(Q(ended_at=None) | Q(stage=StageName.RECYCLED) & ~Exists(later))
    marked = current.update(review_at=at)
    if marked:
        wake("pipeline.judge_due_leads")
    return marked


def judge_due(at: datetime, progress: Callable[[int], None] = lambda _: None) -> Judged:
    """Judge every lead whose review is due, chunk by chunk, each chunk in its own transaction.

    Args:
        at: Now.
        progress: Called with the number of leads judged since the last call.

    Raises:
        RevisionError: ``revision.none_in_force``; the leads stay due.
    """
    total = Judged()
    while True:
        done = _judge_chunk(at)
        total += done
        progress(done.leads)
        if done.leads < CHUNK and not done.back:  # a lead that came back is to be judged at once, in its new cycle
            return total


@transaction.atomic
def _judge_chunk(at: datetime) -> Judged:
    due = Lead.objects.select_for_update(skip_locked=True, of=("self",)).filter(review_at__lte=at)
    leads = list(due.select_related("person__company").order_by("review_at", "pk")[:CHUNK])
    if not leads:
        return Judged()
    law = in_force()
    facts, near_misses = facts_of(leads, law.agreement, at), NearMisses(law.agreement)
    changes: list[StageChange] = []
    back = 0
    for lead in leads:
        lead.review_at, lead.lacks = None, []
        try:
            if lead.ended_at is None:
                changes += _judge(lead, law, near_misses, facts[lead.pk], at)
            else:
                back += _bring_back(lead, lead.ended_at, law.agreement, facts[lead.pk], at)
        except Exception:  # one lead that cannot be judged must not hold up the others
            log.exception("lead %s could not be judged", lead.pk)
            lead.review_at = at + RETRY
    store_judged(leads)
    StageChange.objects.bulk_create(changes)
    ready = sum(lead.ready_at == at for lead in leads)
    if ready:
        wake("handoffs.offer_ready_leads")
    return Judged(len(leads), len(changes), ready, back)


def _judge(lead: Lead, law: InForce, near_misses: NearMisses, facts: Facts, at: datetime) -> list[StageChange]:
    standing = Standing(Stage(lead.stage), lead.handed_over_at is not None, tuple(lead.held_for))
    if _hurries(lead, law.agreement, facts, at):
        lead.ready_via = ReadyVia.FAST_LANE
        wake("handoffs.offer_ready_leads")
    judgement = judge(law.agreement, facts, standing, at)
    change = _carry_out(lead, judgement, law.revision, at)
    if lead.handed_over_at is None and rank(Stage(lead.stage)) < rank(law.agreement.handoff.at):
        near = near_misses.of(facts, judgement.card, at)
        lead.lacks, lead.review_at = list(near.lacks), near.until
    return [change] if change else []


def _hurries(lead: Lead, agreement: Agreement, facts: Facts, at: datetime) -> bool:
    """Return whether a lead that sales got by its stage, and has not qualified yet, meets the fast lane by now."""
    slow = lead.handed_over_at is not None and lead.ready_via == ReadyVia.STAGE
    if not slow or rank(Stage(lead.stage)) >= rank(Stage.SQL):
        return False
    return judge(agreement, facts, Standing(Stage.LEAD, handed_over=False), at).fast_lane


def _carry_out(lead: Lead, judgement: Judgement, revision: Revision, at: datetime) -> StageChange | None:
    """Put the judgement onto the lead and return the stage change that it makes, if any; the caller saves both."""
    lead.fit, lead.engagement = judgement.card.fit, judgement.card.engagement
    lead.grade, lead.scored_at = judgement.card.grade or "", at
    lead.held_for = list(judgement.held_for)
    if judgement.ready and lead.ready_at is None:
        lead.ready_at = at
        lead.ready_via = ReadyVia.FAST_LANE if judgement.fast_lane else ReadyVia.STAGE
    elif judgement.fast_lane:
        lead.ready_via = ReadyVia.FAST_LANE
    if judgement.stage == lead.stage:
        return None
    change = StageChange(
        lead=lead,
        from_stage=lead.stage,
        to_stage=judgement.stage,
        at=at,
        decided_by=DecidedBy.AGREEMENT,
        revision=revision,
        reason="; ".join(judgement.because)[:500],
        explanation=explanation(judgement),
    )
    lead.stage, lead.stage_since = judgement.stage, at
    return change


@transaction.atomic
def _bring_back(lead: Lead, ended_at: datetime, agreement: Agreement, facts: Facts, at: datetime) -> bool:
    """Open the next cycle of a recycled lead whose agreed trigger holds; return whether it did.

    While somebody is changing its person, it stays due.

    What happened before it left was known to whoever let it go, so that only what happened since is held against the
    trigger. Its fields count as they are now.
    """
    way = way_back(agreement, lead.end_clause)
    if way is None or way.or_when is None:
        return False
    rules = {name: criterion.rule for name, criterion in agreement.criteria.items()}
    news = facts.since(ended_at)
    scored = replace(news, fields={**news.fields, **score_fields(score(agreement.score, news, at, rules))})
    if not evaluate(way.or_when, scored, at, rules):
        return False
    if not take_person(lead.person_id):
        lead.review_at = at
        return False
    return reopen(lead, at=at, reason="Came back by its trigger") is not None


def bring_back_due(at: datetime) -> int:
    """Open the next cycle of every recycled lead whose return date has come; return how many.

    What somebody is changing at the moment comes back the next time.
    """
    count = 0
    due = Lead.objects.filter(returns_at__lte=at).order_by("returns_at", "pk").values_list("pk", flat=True)
    for key in list(due):
        with transaction.atomic():
            lead = Lead.objects.select_for_update(skip_locked=True).filter(pk=key, returns_at__lte=at).first()
            if lead is None or not take_person(lead.person_id):
                continue
            if reopen(lead, at=at, reason="Its return date has come"):
                count += 1
            else:  # its next cycle has begun without it
                Lead.objects.filter(pk=key).update(returns_at=None)
    if count:
        wake("pipeline.judge_due_leads")
    return count


def review_open_leads(at: datetime) -> int:
    """Mark every open lead to be judged anew, since time alone changes scores and windows; return how many.

    Left out are those that were judged within the hour, under the revision that is in force now.
    """
    law = in_force_or_none()
    since = max(filter(None, [at - timedelta(hours=1), law.revision.in_force_from if law else None]))
    open_leads = Lead.objects.filter(Q(review_at=None) | Q(review_at__gt=at), ended_at=None)
    return open_leads.filter(Q(scored_at=None) | Q(scored_at__lt=since)).update(review_at=at)
