"""How somebody in sales takes a lead: pure decisions, by their habits, by who the lead is, and by luck."""

from dataclasses import dataclass
from datetime import timedelta
from random import Random

from accord.demo.cast import Habits
from accord.demo.story import Story

FAST_LANE_FACTOR = 0.12
"""How much sooner somebody looks at a lead that asked to be called."""
SMALL = 90
UNIT_COST_PERCENT = 51
WORKING_DAY = timedelta(hours=10)
"""Of the desk by whose hours sales is simulated: 8 to 18 o'clock."""
NOTES = {
    "wrong_size": ("Two people and a dog", "Belongs to a group that buys centrally", "Far too small for us"),
    "competitor": ("Sells gauges himself", "Works for a maker of flow meters"),
    "student": ("Writes a thesis", "Asked for a job"),
    "not_now": ("Investment freeze until next year", "Just bought from somebody else", "Ask again after the audit"),
    "no_decision": ("Looks around for a colleague", "Purchasing is done elsewhere"),
    "no_contact": ("Number does not exist", "Never answers", "Mail comes back"),
}
QUESTIONS = ("Which site is it about?", "Who signs there?", "Is this the same Weber as at the fair?", "Which product?")
ANSWERS = ("The plant in Linz", "The head of purchasing", "I called: they mean flow meters", "Nothing known; ask them")
TALKS = ("Wants a quotation", "Wants a visit on site", "Needs it for an audit", "Sent the data sheets", "Will ask IT")
SILENCES = ("", "", "", "Rang out", "Reception would not put me through", "In a meeting")


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to reach somebody, with what came of it."""

    channel: str
    outcome: str
    note: str

    @property
    def reached(self) -> bool:
        """Whether they were spoken to."""
        return self.outcome == "reached"


@dataclass(frozen=True, slots=True)
class Need:
    """What a talk brought to light, as the agreement's fields have it."""

    budget: str
    timeline: str


@dataclass(frozen=True, slots=True)
class Bargain:
    """A deal to come: what is asked, what is got, whether it is won, and how long it takes."""

    amount: int
    list_amount: int
    won: bool
    takes: timedelta

    @property
    def margin(self) -> int:
        """What is left of the amount when the goods cost about half of their list price, as in the price list."""
        return self.amount - self.list_amount * UNIT_COST_PERCENT // 100


def pickup(habits: Habits, rng: Random, *, fast: bool) -> timedelta | None:
    """Return the working time until somebody looks at a new lead, or None if they let it lie."""
    if rng.random() < (habits.forgets / 2 if fast else habits.forgets):
        return None
    minutes = habits.pickup_minutes * rng.lognormvariate(0, 0.75) * (FAST_LANE_FACTOR if fast else 1)
    return timedelta(minutes=max(2.0, min(minutes, 1500)), seconds=rng.randrange(60))


def objection(story: Story, habits: Habits, rng: Random) -> str | None:
    """Return the agreed reason for which somebody rejects a lead, or None if they accept it."""
    if rng.random() > (1 - habits.accepts) * (1.75 - 1.5 * story.prospect.promise):
        return None
    weights = {
        "wrong_size": 8 if (story.company.employees or 0) < SMALL else 0.6,
        "competitor": 0.7,
        "student": 2 if story.contact.email.endswith("privatpost.example") else 0.3,
        "not_now": 4,
        "no_decision": 5 if story.prospect.seniority == "individual_contributor" else 0.8,
        "no_contact": 0.5 if story.contact.phone else 4,
    }
    return rng.choices(list(weights), list(weights.values()))[0]


def note(reason: str, rng: Random) -> str:
    """Return what somebody writes beside a reason; often nothing."""
    return rng.choice(NOTES[reason]) if rng.random() < 0.6 else ""


def attempt(story: Story, rng: Random, number: int) -> Attempt:
    """Return the next try: calls first, mails in between; the responsive are reached sooner."""
    if not story.contact.phone or (number % 3 == 2 and story.contact.email):
        return Attempt("mail", "reached" if rng.random() < 0.25 else "sent", "")
    luck = rng.random()
    if luck < 0.36 + 0.35 * story.prospect.responsiveness:
        return Attempt("call", "reached", rng.choice(TALKS))
    if luck > 0.985:
        return Attempt("call", "wrong_contact", "")
    return Attempt("call", "voicemail" if luck > 0.8 else "no_answer", rng.choice(SILENCES))


def question(rng: Random) -> str:
    """Return what somebody asks marketing before they decide."""
    return rng.choice(QUESTIONS)


def answer(rng: Random) -> str:
    """Return what marketing says to a question."""
    return rng.choice(ANSWERS)


def pause(rng: Random) -> timedelta:
    """Return the working time between two tries."""
    return WORKING_DAY * rng.uniform(0.35, 2.2)


def meeting(rng: Random) -> Attempt:
    """Return a talk with somebody who is known by now."""
    return Attempt(rng.choice(("meeting", "call")), "reached", rng.choice(TALKS))


def need(story: Story, rng: Random) -> Need | None:
    """Return what a lead needs, or None if there is nothing to be had now."""
    if rng.random() > 0.14 + 0.6 * story.prospect.promise:
        return None
    return Need(rng.choice(("planned", "approved")), rng.choice(("this_year", "this_quarter")))


def refusal(story: Story, rng: Random) -> str:
    """Return why a lead that was spoken to is given back."""
    if story.prospect.seniority == "individual_contributor" and rng.random() < 0.5:
        return "no_decision"
    return "not_now"


def bargain(story: Story, habits: Habits, rng: Random) -> Bargain:
    """Return the deal that a lead leads to; the larger the discount, the surer, but not by much."""
    amount = story.prospect.amount or rng.randrange(15_000, 70_000)
    discount = round(habits.discount * rng.random(), 1)
    chance = (0.62 if story.prospect.won else 0.28) * habits.closes + discount / 200
    takes = timedelta(days=max(6, round(story.prospect.cycle_days * rng.uniform(0.6, 1.5))))
    asked = round(amount, -2)
    return Bargain(int(round(asked * (100 - discount) / 100, -1)), asked, rng.random() < chance, takes)
