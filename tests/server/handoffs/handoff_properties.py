"""The whole hand-off as a state machine: anybody does anything at any time, and what must be true after each step.

Hypothesis draws the walks and shortens one that breaks something to the few steps that matter; it also prints what was
done. In the suite they are the same each time; ``WALKS=200`` draws as many others.
"""

import os
import uuid
from datetime import timedelta
from decimal import Decimal
from functools import partial
from random import Random

import pytest
from django.db import transaction
from django.db.models import Q
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from tests.server.conftest import AGREEMENT, MONDAY, World
from tests.server.handoffs.invariants import APPENDED, check_clocks, check_leads, check_ledger, check_the_rest

from accord.errors import AccordError
from accord.server.accounts.models import Membership, User
from accord.server.accounts.services import deactivate, join_team, take_leave
from accord.server.agreements.services import propose, sign
from accord.server.handoffs import (
    decisions,
    escalation,
    leave,
    marketing,
    offers,
    qualifying,
    questions,
    reoffering,
    restating,
    stays,
    taking,
    taking_back,
)
from accord.server.handoffs.models import Attempt, Clock
from accord.server.pipeline import judging
from accord.server.pipeline.deals import open_deal
from accord.server.pipeline.models import Deal, Lead
from accord.server.pipeline.services import open_lead

WALKS = int(os.environ.get("WALKS", "0"))
STEPS = 50
ALIVE = Q(ended_at=None)
OFFERED = ALIVE & Q(offers__status="open")
WORKED = Q(stage__in=["sal", "sql", "opportunity"])
REASONS = ("wrong_size", "not_now", "no_contact")
SOUTH = ("{to: field}", "{to: south}")
BOTH_SIDES = (
    "    - {deliver: 20, stage: mql, per: month, accepted: at least 70 %}\n",
    "    - {deliver: 20, stage: mql, per: month, accepted: at least 70 %}\n"
    "    - {fill_in: 4 working hours}\n    - {hand_over: 1 working day}\n    - {answer_recycled: 2 working days}\n",
)
RECYCLING = (
    "routing:\n",
    "recycling:\n  lost_deal: {back_after: 30 days}\n  never_reached: {back_after: 20 days, to: agency}\n"
    "  at_most: 2 times\n\nrouting:\n",
)
STAYS = ("  sql: {when", "  sal: {stay_at_most: 9 days, then: recycle, back_after: 5 days}\n  sql: {when")
ESCALATED = ("if_undecided: accepted", "if_undecided: escalated")
EARLY = ("decide_within: 2 working days", "decide_within: 3 working hours")

VERBS = {
    "minutes": 10,
    "lead_appears": 6,
    "something_happens": 10,
    "judge_and_offer": 14,
    "accept": 10,
    "ask": 6,
    "answer": 5,
    "get_in_touch": 3,
    "reject": 4,
    "take": 3,
    "take_back": 3,
    "attempt": 7,
    "fill_in": 3,
    "qualify": 3,
    "deal": 4,
    "deal_elsewhere": 2,
    "win": 2,
    "cancel": 1,
    "lose": 2,
    "recycle": 2,
    "pass_on": 3,
    "leave": 2,
    "deactivate": 1,
    "reactivate": 4,
    "capacity": 2,
    "move_to_another_team": 1,
    "new_revision": 2,
    "bring_back": 2,
    "reoffer": 4,
    "hours": 6,
    "days": 2,
    "months": 1,
}
"""What can happen, and how often beside the others."""


class Walk:
    """Somebody who does things at random, at a present that only moves on."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.cast = world.cast
        self.now = MONDAY
        self.rng = Random(0)  # noqa: S311  # a walk, not a secret; another comes with each step
        self.trail: list[str] = []
        self.sellers = [self.cast.priya, self.cast.tom, self.cast.enno]
        self.users = [*self.sellers, self.cast.sven, self.cast.olga]

    def step(self, verb: str, rng: Random) -> None:
        """Do something, if the product lets it happen."""
        self.rng = rng
        self.trail.append(f"{self.now:%a %d %b %H:%M} {verb}")
        try:
            with transaction.atomic():
                getattr(self, verb)()
        except AccordError as error:  # what the product refuses, it refuses whole
            self.trail[-1] += f": {error.code}"

    def any_lead(self, likely: Q = ALIVE) -> Lead:
        """A lead, more often one for which ``likely`` holds."""
        leads = Lead.objects.order_by("pk")
        lead = self.rng.choice(
            list((leads.filter(likely) if self.rng.random() < 0.8 else leads).distinct()) or [self.world.mql(self.now)]
        )
        self.trail[-1] += f" {lead.pk}"
        return lead

    def somebody(self, lead: Lead) -> User:
        """A user, more often the one whose lead it is."""
        user = lead.owner if lead.owner and self.rng.random() < 0.8 else self.rng.choice(self.users)
        self.trail[-1] += f" by {user}"
        return User.objects.get(pk=user.pk)

    # --- what people and robots do ---------------------------------------------------------------------------------

    def lead_appears(self) -> None:
        employees, phone = self.rng.choice([200, 200, 5000]), self.rng.choice(["1", "1", ""])
        lead = self.world.lead(at=self.now, employees=employees, phone=phone)
        self.world.happens(lead, self.rng.choice(["webinar_attended", "form_submitted"]), self.now, form="demo")

    def something_happens(self) -> None:
        lead = self.any_lead()
        event = self.rng.choice(["page_viewed", "webinar_attended", "form_submitted"])
        self.world.happens(lead, event, self.now, form="demo")
        if self.rng.random() < 0.1:
            open_lead(lead.person, at=self.now)

    def judge_and_offer(self) -> None:
        judging.judge_due(self.now)
        marketing.follow(self.now)
        offers.offer_ready(self.now)

    def ask(self) -> None:
        lead = self.any_lead(OFFERED)
        questions.ask(lead.pk, self.rng.choice(["Why?", "Who?"]), by=self.somebody(lead), at=self.now)

    def answer(self) -> None:
        lead = self.any_lead(Q(questions__closed_at=None, questions__isnull=False))
        questions.answer(lead.pk, "So", by=self.cast.mara, at=self.now)

    def get_in_touch(self) -> None:
        questions.get_in_touch(
            self.any_lead(Q(stage="recycled")).pk,
            channel=Attempt.Channel.MAIL,
            outcome=Attempt.Outcome.SENT,
            action_id=uuid.UUID(int=self.rng.getrandbits(128), version=4),
            by=self.cast.mara,
            at=self.now,
        )

    def accept(self) -> None:
        lead = self.any_lead(OFFERED)
        decisions.accept(lead.pk, by=self.somebody(lead), at=self.now)

    def reject(self) -> None:
        lead = self.any_lead(OFFERED)
        decisions.reject(lead.pk, reason=self.rng.choice(REASONS), by=self.somebody(lead), at=self.now)

    def take(self) -> None:
        lead = self.any_lead(ALIVE & Q(owner=None))
        taking.take(lead.pk, by=self.somebody(lead), at=self.now)

    def take_back(self) -> None:
        ended = Lead.objects.filter(ended_at__gt=self.now - timedelta(hours=1)).order_by("-ended_at", "pk")
        lead = ended.first() or self.any_lead()
        taking_back.take_back(lead.pk, by=self.somebody(lead), at=self.now)

    def attempt(self) -> None:
        lead = self.any_lead(WORKED | OFFERED)
        decisions.log_attempt(
            lead.pk,
            channel=Attempt.Channel.CALL,
            outcome=self.rng.choice([Attempt.Outcome.NO_ANSWER, Attempt.Outcome.REACHED]),
            action_id=uuid.UUID(int=self.rng.getrandbits(128), version=4),
            by=self.somebody(lead),
            at=self.now,
        )

    def fill_in(self) -> None:
        values = self.rng.choice(
            [
                {"lead.budget": "approved"},
                {"company.employees": "3000"},
                {"company.employees": "60"},
                {"person.phone": "2"},
            ]
        )
        decisions.fill_in(self.any_lead().pk, values, by=self.cast.olga, at=self.now)

    def qualify(self) -> None:
        lead = self.any_lead(WORKED)
        qualifying.qualify(lead.pk, by=self.somebody(lead), at=self.now)

    def deal(self) -> None:
        lead = self.any_lead(WORKED)
        decisions.start_deal(lead.pk, amount=Decimal(100), by=self.somebody(lead), at=self.now)

    def deal_elsewhere(self) -> None:
        """Another system opens a deal, wherever the lead stands here."""
        lead = Lead.objects.select_for_update().get(pk=self.any_lead(OFFERED).pk)
        open_deal(lead, name="", amount=None, currency="EUR", by=self.cast.olga, at=self.now)

    def win(self) -> None:
        lead = self.any_lead(Q(stage="opportunity"))
        decisions.win(lead.pk, by=self.somebody(lead), at=self.now)

    def cancel(self) -> None:
        deal = Deal.objects.filter(outcome="won").order_by("pk").last() or Deal.objects.first()
        if deal is not None:
            by = self.somebody(deal.lead)
            restating.cancel_win(deal.lead_id, deal.pk, reason=self.rng.choice(REASONS), by=by, at=self.now)

    def lose(self) -> None:
        lead = self.any_lead(Q(stage="opportunity"))
        decisions.lose(lead.pk, reason=self.rng.choice(REASONS), by=self.somebody(lead), at=self.now)

    def recycle(self) -> None:
        lead = self.any_lead(WORKED)
        decisions.recycle(lead.pk, reason=self.rng.choice(REASONS), by=self.somebody(lead), at=self.now)

    def pass_on(self) -> None:
        lead = self.any_lead(WORKED | OFFERED)
        last = lead.offers.order_by("pk").last()
        taking.pass_on(lead.pk, offer_id=last.pk if last else None, by=self.somebody(lead), at=self.now)

    # --- what happens to the people of sales -----------------------------------------------------------------------

    def leave(self) -> None:
        user = self.rng.choice(self.sellers)
        start = self.now + timedelta(hours=self.rng.choice([-1, 0, 5, 48]))
        take_leave(user, start, start + timedelta(hours=self.rng.choice([4, 30, 200])), by=self.cast.olga, at=self.now)
        leave.follow(self.now)

    def deactivate(self) -> None:
        deactivate(self.rng.choice(self.sellers), by=self.cast.olga, at=self.now)

    def reactivate(self) -> None:
        User.objects.filter(pk=self.rng.choice(self.sellers).pk).update(is_active=True)

    def capacity(self) -> None:
        most = self.rng.choice([None, None, 0, 2, 5])
        Membership.objects.filter(user=self.rng.choice(self.sellers)).update(capacity=most)

    def move_to_another_team(self) -> None:
        user = self.rng.choice(self.sellers)
        Membership.objects.filter(user=user).delete()
        join_team(user, self.rng.choice(["field", "enterprise", "south"]))

    def new_revision(self) -> None:
        text = AGREEMENT.read_text(encoding="utf-8")
        for old, new in (SOUTH, ESCALATED, EARLY, BOTH_SIDES, BOTH_SIDES, RECYCLING, STAYS):
            if self.rng.random() < 0.6 and new not in text:
                assert old in text
                text = text.replace(old, new)
        number = propose(text, "b.yaml", reason="b", by=self.cast.olga, at=self.now).number
        sign(number, by=self.cast.mara, at=self.now)
        sign(number, by=self.cast.sven, at=self.now)
        judging.review_open_leads(self.now)

    # --- what time does --------------------------------------------------------------------------------------------

    def bring_back(self) -> None:
        judging.bring_back_due(self.now)

    def reoffer(self) -> None:
        reoffering.reoffer_orphans(self.now)
        leave.follow(self.now)
        handed_over = Lead.objects.filter(ended_at=None, handed_over_at__isnull=False)
        assert not handed_over.filter(owner__is_active=False).exists(), self.trail
        assert reoffering.reoffer_orphans(self.now) == 0, "what was just offered is not offered again"

    def minutes(self) -> None:
        self.passes(timedelta(minutes=self.rng.randint(1, 20)))

    def hours(self) -> None:
        self.passes(timedelta(hours=self.rng.randint(1, 9)))

    def days(self) -> None:
        self.passes(timedelta(days=self.rng.randint(1, 4)))

    def months(self) -> None:
        self.passes(timedelta(days=95))
        judging.bring_back_due(self.now)

    def passes(self, span: timedelta) -> None:
        self.now += span
        stays.watch(self.now)
        marketing.follow(self.now)
        escalation.sweep(self.now)
        running = Clock.objects.filter(stopped_at=None)
        assert not running.filter(next_check_at__lte=self.now).exists(), self.trail
        late = running.filter(due_at__lte=self.now, breached_at=None)
        assert not late.filter(paused_at=None).exists(), self.trail
        assert marketing.follow(self.now) == 0, "what was just brought in step is in step"


class HandOff(RuleBasedStateMachine):
    """Leads, people and clocks, and everything that happens to them."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.undone = transaction.atomic()
        self.undone.__enter__()
        self.walk = Walk(world)
        for _ in range(3):
            world.offered()
        self.history = dict.fromkeys(APPENDED, 0)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.undone.__exit__(None, None, None)

    @rule(verb=st.sampled_from([verb for verb, weight in VERBS.items() for _ in range(weight)]), rng=st.randoms())
    def something_happens(self, verb: str, rng: Random) -> None:
        self.walk.step(verb, rng)

    @invariant()
    def all_is_well(self) -> None:
        try:
            check_leads()
            check_clocks(self.walk.now)
            check_ledger(self.walk.now)
            check_the_rest()
            for model, before in self.history.items():
                self.history[model] = model._default_manager.count()
                assert self.history[model] >= before, f"{model.__name__}: history shrank"
        except AssertionError as error:
            raise AssertionError("\n".join([str(error), *self.walk.trail[-40:]])) from error


@pytest.mark.slow
@pytest.mark.timeout(900)  # for shortening a walk that breaks something
def test_whatever_happens_no_lead_is_dropped_and_no_promise_forgotten(world: World) -> None:
    """Lessons 3, 5, 7 and 27, after every step of every walk."""
    walks = settings(
        max_examples=WALKS or 6,
        stateful_step_count=STEPS,
        derandomize=not WALKS,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(partial(HandOff, world), settings=walks)  # type: ignore[arg-type]  # any maker will do
