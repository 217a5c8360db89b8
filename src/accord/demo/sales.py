"""Sales, simulated: offers are picked up, decided, tried, qualified and closed through the services, as people do."""

import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

from accord.clock import Absence, Calendar, deadline
from accord.demo import calling, cast, company, days, selling
from accord.demo.agenda import Agenda
from accord.demo.cast import Habits, Player
from accord.demo.company import Staff
from accord.demo.days import Year
from accord.demo.dice import dice
from accord.demo.letterbox import Letterbox
from accord.demo.story import Story
from accord.demo.telephone import STATUS, Telephone
from accord.errors import AccordError
from accord.server.accounts.models import User
from accord.server.agreements.services import in_force
from accord.server.handoffs import decisions, qualifying, questions
from accord.server.handoffs.models import Attempt, Offer
from accord.server.pipeline.models import Lead, ReadyVia, StageName

CARE_AGAIN_AFTER = timedelta(days=9)
"""Nobody with a deal is left alone for longer than this."""
CARE_SEEN_FOR = timedelta(days=26)
"""How far back the demo shows that care; before, one meeting per deal has to do."""
STILL_TO_DO = 0.55
"""The share of the offers since the last working day began that nobody has looked at yet."""
ASKS = 0.05
"""The share of leads about which sales asks marketing something before it decides."""
DROPPED = 2
"""Leads that somebody starts on and then forgets, so that the black hole has something in it."""
DROPPED_BETWEEN = (timedelta(days=34), timedelta(days=17))


@dataclass(slots=True)
class Case:
    """One offer in somebody's hands."""

    story: Story
    offer: int
    lead: int
    owner: User
    player: Player
    habits: Habits
    stage: StageName
    rng: Random
    tries: int = 0
    accepted: bool = False
    bargain: selling.Bargain | None = None


Step = Callable[[Case, datetime], None]
"""Something that is done with a case at its time."""


class Sales:
    """Everybody in sales: what they do with the offers that they get.

    Args:
        staff: Who works here.
        agenda: Where they put down what they will do.
        span: The year.
        seed: Of their luck.
        telephone: By which they call strangers back.
        letterbox: Which they put into Bcc.
    """

    def __init__(
        self, staff: Staff, agenda: Agenda, span: Year, seed: int, telephone: Telephone, letterbox: Letterbox
    ) -> None:
        self.refused: Counter[str] = Counter()
        self._agenda = agenda
        self._span = span
        self._seed = seed
        self._telephone = telephone
        self._letterbox = letterbox
        self._players = {staff[player].pk: (staff[player], player) for player in cast.SELLERS}
        desk = next(each.calendar for each in in_force().agreement.sales_promises if each.fast_lane)
        self._marketing = staff[cast.MARKETING_OPERATIONS]
        self._hours = {player.email: self._hours_of(desk, player) for player in cast.SELLERS}
        self._offers: dict[int, int] = {}
        self._bargains: dict[int, tuple[selling.Bargain, datetime]] = {}
        self._times: Counter[int] = Counter()
        self._dropped = 0
        self._today = days.last_working_day(span.end)

    def luck(self, story: Story, about: str) -> float:
        """Return a number from 0 to 1 that is the same in every run of the same seed."""
        return dice(self._seed, about, story.prospect.index).random()

    def offered(self, offer: Offer, story: Story) -> None:
        """See an offer: whoever owns it will do something about it, sooner or later."""
        self._offers[offer.lead_id] = offer.pk
        if offer.owner_id not in self._players:
            return
        owner, player = self._players[offer.owner_id]
        if player.habits is None:
            return
        self._times[story.prospect.index] += 1
        rng = dice(self._seed, "offer", story.prospect.index, self._times[story.prospect.index])
        case = Case(story, offer.pk, offer.lead_id, owner, player, player.habits, StageName(offer.lead.stage), rng)
        wait = selling.pickup(player.habits, rng, fast=offer.via == ReadyVia.FAST_LANE)
        if offer.status == Offer.Status.ACCEPTED:
            case.accepted = True
            self._later(case, offer.offered_at, wait or selling.WORKING_DAY, self._go_on)
        elif wait is not None and (offer.offered_at < self._today or rng.random() > STILL_TO_DO):
            self._later(case, offer.offered_at, wait, self._look)

    def _hours_of(self, desk: Calendar, player: Player) -> Calendar:
        away = company.leave_of(player, self._span.start, self._span.end)
        return desk.without((Absence(*away),) if away else ())

    def _later(self, case: Case, at: datetime, wait: timedelta, act: Step) -> None:
        """Put a step down for when so much working time has passed; it is dropped if the lead goes elsewhere."""
        due = deadline(at, wait, self._hours[case.player.email]).astimezone(UTC)
        self._at(case, due + timedelta(seconds=case.rng.randrange(1, 50)), act)

    def _at(self, case: Case, at: datetime, act: Step) -> None:
        def step(now: datetime) -> None:
            if self._offers.get(case.lead) != case.offer:
                return
            try:
                act(case, now)
            except AccordError as error:  # somebody, or the agreement, was quicker
                self.refused[error.code] += 1

        self._agenda.put(at, step)

    def _look(self, case: Case, now: datetime) -> None:
        if self.luck(case.story, "asks") < ASKS:
            questions.ask(case.lead, selling.question(dice(self._seed, "asks what", case.lead)), by=case.owner, at=now)
            patience = timedelta(hours=1 + 30 * self.luck(case.story, "answers"))
            self._later(case, now, patience, self._hears)
            return
        self._decide(case, now)

    def _hears(self, case: Case, now: datetime) -> None:
        """Get the answer of marketing, and decide with it."""
        answer = selling.answer(dice(self._seed, "answers what", case.lead))
        questions.answer(case.lead, answer, by=self._marketing, at=now)
        self._later(case, now, timedelta(minutes=case.rng.randint(2, 40)), self._decide)

    def _decide(self, case: Case, now: datetime) -> None:
        reason = selling.objection(case.story, case.habits, case.rng)
        if reason is not None:
            remark = selling.note(reason, case.rng)
            decisions.reject(case.lead, reason=reason, note=remark, by=case.owner, at=now)
            return
        try:
            decisions.accept(case.lead, by=case.owner, at=now)
        except decisions.HandoffError as error:
            if error.code != "handoff.already_decided":
                raise
            self.refused[error.code] += 1  # silence was taken as a yes
        case.accepted = True
        case.stage = StageName.SAL
        self._at(case, now + timedelta(minutes=case.rng.uniform(0.5, 6)), self._try)

    def _go_on(self, case: Case, now: datetime) -> None:
        """Take over what somebody else began."""
        match case.stage:
            case StageName.SQL:
                self._start_deal(case, now)
            case StageName.OPPORTUNITY if case.lead in self._bargains:
                self._log(case, selling.meeting(case.rng), now)
                case.bargain, close = self._bargains[case.lead]
                self._await_close(case, now, max(close, now + timedelta(hours=2)))
            case _:
                self._try(case, now)

    def _try(self, case: Case, now: datetime) -> None:
        attempt = selling.attempt(case.story, case.rng, case.tries)
        case.tries += 1
        self._log(case, attempt, now)
        if Lead.objects.filter(pk=case.lead, ended_at__isnull=False).exists():
            return  # it was the last try owed, and nobody was reached
        if self._drops(case, now):
            return
        if attempt.reached:
            self._later(case, now, timedelta(minutes=case.rng.randint(4, 25)), self._conclude)
        elif case.tries < case.habits.persistence:
            self._later(case, now, selling.pause(case.rng), self._try)
        else:
            self._later(case, now, selling.pause(case.rng), self._give_up)

    def _drops(self, case: Case, now: datetime) -> bool:
        ago = self._span.end - now
        if self._dropped < DROPPED and case.habits.forgets > 0.05 and DROPPED_BETWEEN[1] < ago < DROPPED_BETWEEN[0]:
            self._dropped += 1
            return True
        return False

    def _log(self, case: Case, attempt: selling.Attempt, now: datetime) -> None:
        if self._tells_itself(case, attempt, now):
            return
        decisions.log_attempt(
            case.lead,
            channel=Attempt.Channel(attempt.channel),
            outcome=Attempt.Outcome(attempt.outcome),
            note=attempt.note,
            action_id=uuid.UUID(int=case.rng.getrandbits(128), version=4),
            by=case.owner,
            at=now,
        )

    def _tells_itself(self, case: Case, attempt: selling.Attempt, now: datetime) -> bool:
        """Let the telephone system or the letter box tell of an attempt, where it does; else somebody logs it."""
        contact, owner = case.story.contact, case.owner
        if attempt.channel == "call" and attempt.outcome in STATUS and calling.is_stranger(case.story):
            self._telephone.dials(contact.phone, attempt.outcome, owner.email, now)
        elif attempt.channel == "mail" and attempt.outcome == "sent" and contact.email and self._letterbox.copies(now):
            self._letterbox.sends(owner, contact.email, now)
        else:
            return False
        return True

    def _give_up(self, case: Case, now: datetime) -> None:
        decisions.recycle(case.lead, reason="no_contact", by=case.owner, at=now)

    def _conclude(self, case: Case, now: datetime) -> None:
        """Write down what the talk brought to light, or give the lead back."""
        need = selling.need(case.story, case.rng)
        if need is None:
            decisions.recycle(case.lead, reason=selling.refusal(case.story, case.rng), by=case.owner, at=now)
            return
        values = {"lead.budget": need.budget, "lead.timeline": need.timeline}
        decisions.fill_in(case.lead, values, by=case.owner, at=now)
        self._later(case, now, selling.WORKING_DAY * case.rng.uniform(0.02, 3), self._qualify)

    def _qualify(self, case: Case, now: datetime) -> None:
        qualifying.qualify(case.lead, by=case.owner, at=now)
        self._later(case, now, selling.WORKING_DAY * case.rng.uniform(0.5, 6), self._start_deal)

    def _start_deal(self, case: Case, now: datetime) -> None:
        bargain = selling.bargain(case.story, case.habits, case.rng)
        self._log(case, selling.meeting(case.rng), now)
        decisions.start_deal(
            case.lead,
            name=f"{case.story.company.name}: {case.rng.choice(('first order', 'site licence', 'calibration'))}",
            amount=Decimal(bargain.amount),
            list_amount=Decimal(bargain.list_amount),
            margin=Decimal(bargain.margin),
            by=case.owner,
            at=now,
        )
        case.bargain = bargain
        self._bargains[case.lead] = bargain, now + bargain.takes
        self._await_close(case, now, now + bargain.takes)

    def _await_close(self, case: Case, now: datetime, close: datetime) -> None:
        last = self._span.end - CARE_SEEN_FOR
        care = now + CARE_AGAIN_AFTER
        while care < close:
            if care > last:
                self._later(case, care, timedelta(minutes=case.rng.randint(1, 500)), self._care)
            care += CARE_AGAIN_AFTER
        self._later(case, close, timedelta(minutes=case.rng.randint(1, 300)), self._close)

    def _care(self, case: Case, now: datetime) -> None:
        self._log(case, selling.meeting(case.rng), now)

    def _close(self, case: Case, now: datetime) -> None:
        if case.bargain is not None and case.bargain.won:
            decisions.win(case.lead, by=case.owner, at=now)
        else:
            reason = selling.refusal(case.story, case.rng)
            decisions.lose(case.lead, reason=reason, by=case.owner, at=now)
