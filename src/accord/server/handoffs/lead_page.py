"""Everything the page of one lead says, read once and frozen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from django.db.models import Prefetch
from django.utils import timezone

from accord.agreement import Agreement, Stage
from accord.agreement.english_words import label, listed
from accord.agreement.explanation import Because, LedgerSide, Situation, criteria_of, field_in_words, ledger_of
from accord.agreement.judgement import rank
from accord.scoring import ScoreCard
from accord.server.accounts.access import STAFF
from accord.server.accounts.models import Role, User
from accord.server.agreements.services import InForce
from accord.server.handoffs import spam
from accord.server.handoffs.cadence import next_tries
from accord.server.handoffs.contact import mailto, tel
from accord.server.handoffs.decisions import may_work
from accord.server.handoffs.explaining import LookBack, situation_now
from accord.server.handoffs.explanations import why_in_words
from accord.server.handoffs.lead_ahead import AheadLine, PastView, ahead_lines, outlook_lines, past_view
from accord.server.handoffs.lead_fields import FieldLine, fields_of
from accord.server.handoffs.lead_lines import (
    ClockLine,
    CycleLine,
    DealLine,
    QuestionLine,
    StageLine,
    clocks_of,
    cycles_of,
    deal_line,
    questions_of,
    stages_of,
)
from accord.server.handoffs.lent import lent_leads
from accord.server.handoffs.models import Attempt, Clock, Offer
from accord.server.handoffs.qualifying import Check, checks_of
from accord.server.handoffs.queries import running_of
from accord.server.handoffs.questions import ANSWERERS
from accord.server.handoffs.regrets import Regret, regrets
from accord.server.handoffs.responsible import answers_for
from accord.server.handoffs.tasks import Task, tasks_of
from accord.server.handoffs.timeline import discounted_lines
from accord.server.pipeline.models import Deal, Lead, ReadyVia, StageName
from accord.server.pipeline.services import OPENED_BY_SPAM

OTHER_REASONS = {
    "won": "Deal won",
    "deal_lost": "Deal lost",
    "never_reached": "Nobody was reached",
    "stayed_too_long": "Stayed too long",
}
"""Reasons for which a lead ends beside those that people give, in words."""


@dataclass(frozen=True, slots=True)
class Powers:
    """What the reader may do with the lead now; a page shows no button that the service would refuse."""

    work: bool = False
    take: bool = False
    decide: bool = False
    attempt: bool = False
    pass_on: bool = False
    qualify: bool = False
    open_deal: bool = False
    close_deal: bool = False
    let_go: bool = False
    ask: bool = False
    answer: bool = False
    touch: bool = False


@dataclass(frozen=True, slots=True)
class LeadView:
    """The page of one lead. What an outside agency must not read is empty for it.

    ``waits``: in whose queue it is and who answers for it, while it has no owner.
    """

    lead: Lead
    name: str
    title: str
    company: str
    fast_lane: bool
    reason: str
    stage: StageName
    tasks: tuple[Task, ...]
    powers: Powers
    offer: Offer | None
    attempts: tuple[Attempt, ...]
    fields: Mapping[str, tuple[FieldLine, ...]]
    criteria: tuple[Because, ...]
    ahead: tuple[AheadLine, ...]
    card: ScoreCard
    sides: tuple[LedgerSide, ...]
    outlook: tuple[str, ...]
    discounted: tuple[str, ...]
    held_for: tuple[str, ...]
    ended_because: str
    lent: bool
    clocks: tuple[ClockLine, ...] = ()
    stages: tuple[StageLine, ...] = ()
    questions: tuple[QuestionLine, ...] = ()
    checks: tuple[Check, ...] = ()
    cycles: tuple[CycleLine, ...] = ()
    deals: tuple[DealLine, ...] = ()
    regret: Regret | None = None
    past: PastView | None = None
    waits: str = ""
    action_id: UUID = field(default_factory=uuid4)

    @property
    def tel(self) -> str:
        """The address that dials, empty without a number."""
        return tel(self.lead.person.phone)

    @property
    def mailto(self) -> str:
        """The address that opens a mail, empty without one."""
        return mailto(self.lead.person.email)

    @property
    def task(self) -> Task:
        """The most urgent thing to do."""
        return self.tasks[0]

    @property
    def cycle_words(self) -> str:
        """Which run through the funnel it is."""
        return f"Cycle {self.lead.cycle}"

    @property
    def recurs(self) -> bool:
        """Whether it is one of several runs."""
        return self.lead.cycle > 0 and sum(one.cycle > 0 for one in self.cycles) > 1

    @property
    def regraded(self) -> bool:
        """The grade at this moment is another one than when the lead was last judged."""
        return self.past is None and bool(self.lead.grade) and (self.card.grade or "") != self.lead.grade


def lead_for(user: User, lead_id: int) -> Lead | None:
    """Return a lead that somebody may read: staff every lead, the agency those that are lent to it; else None."""
    leads = Lead.objects.all() if user.role in STAFF else lent_leads() if user.role == Role.AGENCY else None
    if leads is None or not user.is_active:
        return None
    return leads.select_related("person__company", "owner").filter(pk=lead_id).first()


def reasons_in_words(agreement: Agreement) -> dict[str, str]:
    """Return the words of each agreed reason, by its name."""
    return {
        OPENED_BY_SPAM: spam.WHY,
        **OTHER_REASONS,
        **{name: reason.label for name, reason in agreement.handoff.reject_reasons.items()},
    }


def lead_view(lead: Lead, law: InForce, reader: User, at: datetime, back: LookBack | None = None) -> LeadView:
    """Return the page of a lead as one reader sees it; the number of SQL queries does not depend on its history.

    Args:
        lead: With ``person``, its company and ``owner`` loaded.
        law: What is in force now.
        reader: Who reads it.
        at: Now.
        back: The lead as it was at the instant of which it is to be explained; None: as it is now.
    """
    agreement = law.agreement
    situation: Situation = back.situation if back else situation_now(lead, agreement, at)
    offer = _standing_offer(lead)
    attempts = tuple(lead.attempts.order_by("at", "pk"))
    nexts = next_tries([lead], {lead.pk: getattr(offer, "running", ())}, {lead.pk: attempts})
    staff = reader.role in STAFF
    deals = list(lead.deals.prefetch_related("changes__by")) if staff else []
    undecided = offer is not None and offer.status == Offer.Status.OPEN
    works = may_work(reader, lead)
    questions = questions_of(lead) if staff else ()
    reasons = reasons_in_words(agreement)
    person, stage = lead.person, StageName(lead.stage)
    return LeadView(
        lead=lead,
        name=str(person),
        title=str(person.fields.get("title") or ""),
        company=str(person.company) if person.company else "",
        fast_lane=offer is not None and offer.via == ReadyVia.FAST_LANE,
        reason=why_in_words(offer.reason) if offer and staff else "",
        stage=stage,
        tasks=tasks_of(
            str(person),
            stage,
            undecided=undecided,
            running=running_of(offer, attempts, nexts),
            now=timezone.localtime(at),
        ),
        powers=_powers(lead, works=works, undecided=undecided, deals=deals, reader=reader, questions=questions),
        offer=offer if staff else None,
        attempts=attempts,
        fields=fields_of(lead, agreement, reader, works=works),
        criteria=criteria_of(situation),
        ahead=ahead_lines(situation),
        card=situation.card,
        sides=ledger_of(situation) if staff else (),
        outlook=outlook_lines(situation) if staff else (),
        discounted=discounted_lines(lead, situation.at) if staff else (),
        held_for=tuple(field_in_words(name) for name in lead.held_for),
        ended_because=reasons.get(lead.end_reason, lead.end_reason) if lead.ended_at else "",
        lent=not staff,
        clocks=clocks_of(lead, attempts) if staff else (),
        questions=questions,
        checks=checks_of(lead, agreement, at) if staff and _with_sales(lead) else (),
        stages=stages_of(lead) if staff else (),
        cycles=cycles_of(lead, reasons) if staff else (),
        deals=tuple(deal_line(deal) for deal in deals),
        regret=next(iter(regrets(reader, reasons, at, lead.pk)), None) if works and lead.ended_at else None,
        past=past_view(back) if back else None,
        waits=_waits(lead, offer, at) if staff else "",
    )


def _waits(lead: Lead, offer: Offer | None, at: datetime) -> str:
    """Return in whose queue a lead waits and who answers for it; empty if it has an owner, or was never offered."""
    if lead.owner is not None or not lead.queue or lead.ended_at is not None:
        return ""
    holders = listed((user.name for user in answers_for(lead.queue, at)), "and")
    named = f" {label(offer.named_queue)}" if offer is not None and offer.named_queue else ""
    return f"Queue{named} of {lead.queue}{f', held by {holders}' if holders else ''}"


def _with_sales(lead: Lead) -> bool:
    return lead.ended_at is None and lead.handed_over_at is not None


def _standing_offer(lead: Lead) -> Offer | None:
    running = Prefetch("clocks", Clock.objects.filter(stopped_at=None, paused_at=None), to_attr="running")
    offers = lead.offers.select_related("owner", "decided_by").prefetch_related(running)
    return offers.order_by("-offered_at", "-pk").first()


def _powers(
    lead: Lead,
    *,
    works: bool,
    undecided: bool,
    deals: list[Deal],
    reader: User,
    questions: tuple[QuestionLine, ...],
) -> Powers:
    asks = any(question.open for question in questions)
    answers = reader.role in ANSWERERS and asks
    touches = lead.stage == StageName.RECYCLED and reader.role in ANSWERERS | {Role.AGENCY}
    if not works or lead.ended_at is not None or lead.handed_over_at is None:
        return Powers(work=works, answer=answers, touch=touches)
    accepted = rank(Stage(lead.stage)) >= rank(Stage.SAL)
    dealing = any(deal.outcome == Deal.Outcome.OPEN for deal in deals)
    takes = lead.owner_id is None and reader.role == Role.SALES
    return Powers(
        work=True,
        take=takes,
        decide=undecided,
        attempt=True,
        pass_on=True,
        qualify=lead.stage == StageName.SAL and not takes,
        open_deal=accepted and not dealing and not takes,
        close_deal=dealing,
        let_go=accepted and not dealing,
        ask=undecided and not asks,
        answer=answers,
    )
