"""Who calls Northwind in its last weeks: pure, the same for the same seed.

Some are people of the stories; others nobody knows yet, and each of them gets a story of their own, so that sales can
call them back. Numbers are those that the Federal Network Agency keeps free for films.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from accord.demo import names
from accord.demo.days import ZONE, Year, is_worked
from accord.demo.dice import dice
from accord.demo.story import Company, Contact, Story
from accord.demo.traffic import DOWNTIME, METERS, NEWS, Way
from accord.demo.world import Prospect

WEEKS = 8
SWITCHBOARD = "+49 30 23125000"
OURS = "+49 30 23125"
"""How all numbers of Northwind begin."""
A_DAY = 1.0
"""Calls on a working day."""
KNOWN = 0.4
"""The share of calls by people of the stories."""
MISSED = 0.3
SIGNALLED = 0.6
"""The share of callers whose name their telephone signals."""
FREE = ("+49 89 99998{:03}", "+49 40 66969{:03}", "+49 221 4710{:03}", "+49 69 90009{:03}")
FIRST_CALLER = 100_000
"""The place among all of the first who calls without being in leadforge's world."""


@dataclass(frozen=True, slots=True)
class Line:
    """A tracking number, where it stands, and the way that it credits."""

    number: str
    name: str
    way: Way


LINES = (
    Line("+49 30 23125010", "Google Ads, flow meters", METERS),
    Line("+49 30 23125020", "LinkedIn, what downtime costs", DOWNTIME),
    Line("+49 30 23125030", "Spring letter", NEWS),
)
WEIGHTS = (6, 2, 3)


@dataclass(frozen=True, slots=True)
class Ring:
    """One call.

    Attributes:
        began: When it rang.
        over: When it ended, which is when it is reported.
        key: The telephone system's name of it.
        who: Who calls; None: the number was withheld.
        named: Whether the caller's name is signalled.
        called: The number of ours.
        status: How it ended, in the words of Accord's own format.
        seconds: How long was spoken.
    """

    began: datetime
    over: datetime
    key: str
    who: Story | None
    named: bool
    called: str
    status: str
    seconds: int

    @property
    def by_a_stranger(self) -> bool:
        """Whether nothing but the telephone is known of who calls."""
        return self.who is not None and is_stranger(self.who)


@dataclass(frozen=True, slots=True)
class Scene:
    """A call of today: how long ago it was over, how it ended, and on which line (None: the switchboard)."""

    ago: timedelta
    status: str
    line: int | None
    withheld: bool = False


TODAY = (
    Scene(timedelta(minutes=6), "no-answer", 0),
    Scene(timedelta(minutes=31), "voicemail", 2),
    Scene(timedelta(minutes=52), "completed", 0),
    Scene(timedelta(minutes=75), "no-answer", None, withheld=True),
)


def rings(stories: Sequence[Story], span: Year, seed: int) -> list[Ring]:
    """Return the calls of the last weeks, in the order in which they end."""
    since = max(span.start, span.end - timedelta(weeks=WEEKS))
    found = [*_of_the_days(stories, span, since, seed), *_today(span, seed)]
    return sorted((each for each in found if since <= each.began and each.over <= span.end), key=lambda one: one.over)


def is_stranger(story: Story) -> bool:
    """Return whether somebody is known by a call alone."""
    return story.prospect.index >= FIRST_CALLER


def _of_the_days(stories: Iterable[Story], span: Year, since: datetime, seed: int) -> Iterator[Ring]:
    with_telephone = [story for story in stories if story.contact.phone]
    number = len(TODAY)
    for day in (day for day in span.days if day >= since.date() and is_worked(day)):
        rng = dice(seed, "calls", day)
        for _ in range(int(A_DAY + rng.random())):
            number += 1
            over = _instant(day, rng)
            leads = [story for story in with_telephone if story.noticed < over]
            known = rng.choice(leads) if leads and rng.random() < KNOWN else None
            line = rng.choices(LINES, WEIGHTS)[0]
            status = rng.choice(("no-answer", "no-answer", "voicemail")) if rng.random() < MISSED else "completed"
            yield _ring(number, over, line.number, status, known or _stranger(number, over, rng), rng)


def _today(span: Year, seed: int) -> Iterator[Ring]:
    for number, scene in enumerate(TODAY):
        rng = dice(seed, "calls today", number)
        over = span.end - scene.ago
        called = SWITCHBOARD if scene.line is None else LINES[scene.line].number
        yield _ring(number, over, called, scene.status, None if scene.withheld else _stranger(number, over, rng), rng)


def _ring(number: int, over: datetime, called: str, status: str, who: Story | None, rng: Random) -> Ring:
    spoken = rng.randint(60, 900) if status == "completed" else 0
    began = over - timedelta(seconds=spoken or rng.randint(15, 40))
    return Ring(began, over, f"call-{number:04}", who, rng.random() < SIGNALLED, called, status, spoken)


def _instant(day: date, rng: Random) -> datetime:
    """Return an instant of a day: mostly while the desk is open, at times before or after."""
    minutes = min(max(rng.gauss(12.6, 2.4), 7.2), 19.5) * 60
    return datetime.combine(day, time(), ZONE) + timedelta(seconds=round(minutes * 60))


def _stranger(number: int, at: datetime, rng: Random) -> Story:
    """Return somebody of whom nothing but the telephone is known until they are called back."""
    trade = rng.choice(("manufacturing", "healthcare", "logistics"))
    company = names.company_name(rng, "DE", trade)
    phone = FREE[number % len(FREE)].format(number // len(FREE) % 1000)
    prospect = Prospect(
        *(FIRST_CALLER + number, f"caller-{number}", trade, "200-499", "", "", "manager", "inbound_marketing"),
        private_address=False,
        promise=rng.uniform(0.35, 0.8),
        responsiveness=rng.uniform(0.5, 0.9),
        amount=rng.randrange(12_000, 60_000),
        won=rng.random() < 0.35,
        cycle_days=rng.randint(15, 50),
        happenings=(),
    )
    who = Contact(names.person_name(rng, "DE"), "", phone, "", "manager", "")
    return Story(prospect, Company(company, names.domain_of(company), None, "DE", trade), who, "", at, at)
