"""The backtest against a plain simulation that steps hour by hour and shares no code with it.

Everything in these histories happens on the hour, windows are whole hours and the zone is a whole hour from UTC, so
that nothing can change between two hours.
"""

import math
import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from types import SimpleNamespace

import pytest
from tests.insight.backtest.holding import World, load
from tests.insight.backtest.made import BEGINNING, agreed, hour, person

from accord.insight.backtest import Backtest
from accord.insight.backtest.reference import PersonHistory, first_handover
from accord.rules import (
    AbsenceRule,
    All,
    AnyOf,
    AtLeast,
    CountRule,
    CriterionRule,
    DaysRule,
    FieldRule,
    FirstRule,
    InNext,
    IsAnyOf,
    NoneOf,
    PeopleRule,
    PropertyTest,
    Selection,
    SequenceRule,
    Timeline,
)
from accord.scoring import EngagementClause, FitClause, Grade, ScoreModel

DAYS = 40
HOURS = 24 * DAYS
DAY = timedelta(days=1)
PRICES = (PropertyTest("path", IsAnyOf(("/pricing",))),)
SCORE = ScoreModel(
    (
        FitClause("score.fit[0]", CriterionRule("big"), 3000),
        FitClause("score.fit[1]", CriterionRule("crowd"), 2000),
        FitClause("score.fit[2]", CriterionRule("landed_on_prices"), -500),
    ),
    (
        EngagementClause("score.engagement[0]", "viewed", PRICES, 500, 10 * DAY, 2000),
        EngagementClause("score.engagement[1]", "attended", (), 1500, 3 * DAY),
        EngagementClause("score.engagement[2]", "left", (), -2000, 5 * DAY, 2500),
        EngagementClause("score.engagement[3]", "opened", (), 45),
    ),
    (Grade("A", 5000, 1000), Grade("B", 3000, 1500), Grade("C")),
)
AGREEMENT = agreed(
    All(
        (
            CriterionRule("big"),
            CriterionRule("quiet"),
            AnyOf(
                (
                    FieldRule("score.engagement", AtLeast(2000)),
                    CriterionRule("comes_back"),
                    CriterionRule("convinced"),
                    All((CriterionRule("renews"), FieldRule("score.grade", IsAnyOf(("A", "B"))))),
                )
            ),
        )
    ),
    fast_lane=All((CriterionRule("asked"), NoneOf((CriterionRule("landed_on_prices"),)))),
    score=SCORE,
    required=["person.email"],
    zone="Africa/Lagos",
    big=FieldRule("company.employees", AtLeast(50)),
    asked=CountRule(Selection(("asked",), within=2 * DAY), 2),
    quiet=AbsenceRule(Selection(("bounced",), within=4 * DAY)),
    comes_back=DaysRule(Selection(("viewed",), within=4 * DAY), 3),
    crowd=PeopleRule(Selection(("viewed",), PRICES, 3 * DAY), 2),
    landed_on_prices=FirstRule(Selection(("viewed",), PRICES)),
    convinced=SequenceRule(
        Selection(("attended",), within=9 * DAY), Selection(("viewed",), PRICES, timedelta(hours=30))
    ),
    renews=FieldRule("lead.renewal", InNext(5)),
)


def simulated(one: SimpleNamespace, colleagues: list[SimpleNamespace]) -> tuple[int, bool] | None:
    """The hour of the first hand-over, and whether it is by the fast lane."""
    arrived = False
    for now in range(one.known, HOURS):
        employees = latest(one.employees, now)
        big = employees is not None and employees >= 50
        viewed = times(one, "viewed", now)
        prices = times(one, "prices", now)
        every_view = sorted(viewed + prices)
        crowd = sum(any(now - 72 < at for at in times(each, "prices", now)) for each in [one, *colleagues]) >= 2
        landed = bool(every_view) and every_view[0] in prices
        fit = 3000 * big + 2000 * crowd - 500 * landed
        engagement = min(2000, sum(faded(500, 10, now - at) for at in prices))
        engagement += sum(faded(1500, 3, now - at) for at in times(one, "attended", now))
        engagement += max(-2500, sum(faded(-2000, 5, now - at) for at in times(one, "left", now)))
        engagement += 45 * len(times(one, "opened", now))
        good = (fit >= 5000 and engagement >= 1000) or (fit >= 3000 and engagement >= 1500)
        days = {(at + 1) // 24 for at in every_view if at > now - 96}  # Lagos is an hour ahead of UTC
        today = (now + 1) // 24
        renewal = latest(one.renewal, now)
        renews = renewal is not None and 0 <= renewal - today <= 5
        convinced = any(
            any(first < second < first + 30 for second in prices)
            for first in times(one, "attended", now)
            if first > now - 216
        )
        quiet = not any(at > now - 96 for at in times(one, "bounced", now))
        asked = sum(at > now - 48 for at in times(one, "asked", now)) >= 2
        if asked and not landed:
            return now, True
        arrived = arrived or (
            big and quiet and (engagement >= 2000 or len(days) >= 3 or convinced or (renews and good))
        )
        if arrived and latest(one.email, now) is not None:
            return now, False
    return None


def times(one: SimpleNamespace, event: str, now: int) -> list[int]:
    return [at for at, name in one.touches if name == event and at <= now]


def latest(values: list[tuple[int, object]], now: int):
    known = [(at, value) for at, value in values if at <= now]
    return max(known, key=lambda each: each[0])[1] if known else None


def faded(points: int, half_life: int, age_hours: int) -> int:
    worth = Decimal(abs(points)) * Decimal(2) ** (Decimal(-(age_hours // 24)) / half_life)
    return int(worth.quantize(Decimal(1), ROUND_HALF_UP)) * (1 if points > 0 else -1)


def made(chance: random.Random, company_employees: list[tuple[int, int]]) -> SimpleNamespace:
    """A person at random; hours are counted from the beginning."""
    weights = {"viewed": 9, "prices": 6, "attended": 2, "left": 2, "opened": 4, "asked": 5, "bounced": 2}
    events = chance.choices(list(weights), list(weights.values()), k=chance.choice([3, 10, 20, 40]))
    return SimpleNamespace(
        known=chance.choice([0, 0, 0, chance.randrange(HOURS)]),
        touches=[(at, name) for at, name in zip(chance.sample(range(HOURS), len(events)), events, strict=True)],
        employees=company_employees,
        email=chance.choice([[(0, "a@b.example")], changing(chance, ["a@b.example"])]),
        renewal=changing(chance, range(DAYS)),
    )


def changing(chance: random.Random, values):
    return [
        (at, chance.choice([*values, None]) if number else chance.choice(list(values)))
        for number, at in enumerate(sorted(chance.sample(range(HOURS // 2), chance.choice([1, 1, 2]))))
    ]


def history(one: SimpleNamespace) -> PersonHistory:
    touches = [(at, "viewed", {"path": "/pricing"}) if name == "prices" else (at, name) for at, name in one.touches]
    learnt = [(at, "company.employees", value) for at, value in one.employees]
    learnt += [(at, "person.email", value) for at, value in one.email]
    learnt += [
        (at, "lead.renewal", None if day is None else BEGINNING.date() + timedelta(days=day)) for at, day in one.renewal
    ]
    return person(*touches, known=one.known, learnt=learnt)


@pytest.fixture(scope="module")
def people() -> dict[int, SimpleNamespace]:
    chance = random.Random(20260302)  # noqa: S311  # the same people each time
    companies = {number: [(0, chance.choice([5, 60, 80])), (300, chance.choice([5, 60, 80]))] for number in range(40)}
    found = {}
    for key in range(1, 161):
        company = chance.randrange(40)
        found[key] = made(chance, companies[company])
        found[key].company = company
    return found


@pytest.fixture(scope="module")
def expected(people) -> dict[int, tuple[int, bool] | None]:
    return {key: simulated(one, others(key, people)) for key, one in people.items()}


def others(key: int, people: dict[int, SimpleNamespace]) -> list[SimpleNamespace]:
    return [each for other, each in people.items() if other != key and each.company == people[key].company]


def test_the_simulation_sees_hand_overs_of_every_kind(people, expected):
    kinds = Counter(None if found is None else found[1] for found in expected.values())
    at_nothing = [
        key
        for key, found in expected.items()
        if found is not None and found[0] not in {at for at, _ in people[key].touches} and found[0] > people[key].known
    ]
    assert min(kinds[None], kinds[True], kinds[False]) >= 10
    assert len(at_nothing) >= 5


def test_the_reference_hands_over_at_the_same_hours(people, expected):
    for key, one in people.items():
        colleagues = {str(n): Timeline(history(each).touchpoints) for n, each in enumerate(others(key, people))}
        full = history(one)
        found = first_handover(
            AGREEMENT, PersonHistory(full.known, full.learnt, full.touchpoints, colleagues), hour(HOURS)
        )
        assert (None if found is None else (in_hours(found.at_us), found.fast_lane)) == expected[key], key


def test_both_engines_hand_over_at_the_same_hours(people, expected, engine):
    world = World(
        {key: history(one) for key, one in people.items()}, {key: 1 + one.company for key, one in people.items()}
    )
    load(engine, world, [AGREEMENT])
    until = int(hour(HOURS).timestamp()) * 1_000_000
    found = Backtest(engine).first_handovers(AGREEMENT, until)
    assert {key: (in_hours(each.at_us), each.fast_lane) for key, each in found.items()} == {
        key: each for key, each in expected.items() if each is not None
    }


def in_hours(at_us: int) -> float:
    passed = datetime.fromtimestamp(at_us / 1_000_000, UTC) - BEGINNING
    return passed / timedelta(hours=1)


def test_what_fades_in_the_simulation_is_rounded_as_people_round():
    assert [faded(500, 10, 0), faded(500, 10, 240), faded(-1, 1, 24), faded(3, 1, 24)] == [500, 250, -1, 2]
    assert math.isclose(faded(1500, 3, 71), 945)
    assert date(2026, 3, 2) == BEGINNING.date()
