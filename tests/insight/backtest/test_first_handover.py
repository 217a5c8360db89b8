"""When people are first handed over: instants worked out by hand, by the reference and on both engines."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.insight.backtest.holding import World, load
from tests.insight.backtest.made import agreed, hour, person, us

from accord.agreement import Agreement
from accord.insight import STAR
from accord.insight.backtest import Backtest, FirstHandover
from accord.insight.backtest.reference import PersonHistory, first_handover
from accord.insight.engines import Engine
from accord.insight.history import FIELD_CHANGES
from accord.rules import (
    AbsenceRule,
    All,
    AnyOf,
    AtLeast,
    CountRule,
    DaysRule,
    FieldRule,
    FirstRule,
    InNext,
    IsAnyOf,
    LastRule,
    LessThan,
    NoneOf,
    PeopleRule,
    PropertyTest,
    Selection,
    SequenceRule,
    Timeline,
)
from accord.scoring import EngagementClause, FitClause, Grade, ScoreModel

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
END = 24 * 60
VIEWED = ("viewed",)
BIG = FieldRule("company.employees", AtLeast(50))
ENGAGED = FieldRule("score.engagement", AtLeast(1000))


def found(engine: Engine, agreement: Agreement, *people: PersonHistory, **companies: int) -> list[float | None]:
    """The hour at which each is first handed over, after the reference has agreed."""
    world = World(dict(enumerate(people, 1)), {int(key.removeprefix("p")): value for key, value in companies.items()})
    load(engine, world, [agreement])
    instants = Backtest(engine).first_handovers(agreement, us(END))
    assert instants == {
        key: first for key, each in world.people.items() if (first := first_handover(agreement, each, hour(END)))
    }
    return [hours(instants[key]) if key in instants else None for key in world.people]


def hours(first: FirstHandover) -> float:
    return (first.at_us - us(0)) / 3_600_000_000


def test_the_third_touchpoint_within_the_window_hands_over(engine):
    gate = CountRule(Selection(VIEWED, within=10 * HOUR), 3)
    close = person((1, "viewed"), (5, "viewed"), (10.9, "viewed"))
    at_the_edge = person((1, "viewed"), (5, "viewed"), (11, "viewed"), (14, "viewed"))
    apart = person((1, "viewed"), (12, "viewed"), (30, "viewed"))

    assert found(engine, agreed(gate), close, at_the_edge, apart) == [10.9, 14, None]


def test_what_happened_before_the_first_contact_counts_from_then_on(engine):
    gate = CountRule(Selection(VIEWED, within=10 * HOUR))
    assert found(engine, agreed(gate), person((1, "viewed"), known=5), person((1, "viewed"), known=11)) == [5, None]


def test_an_absence_begins_when_the_last_touchpoint_leaves_the_window(engine):
    gate = AbsenceRule(Selection(("bounced",), within=24 * HOUR))
    assert found(engine, agreed(gate), person((0, "bounced"), (20, "bounced")), person()) == [44, 0]


def test_points_that_were_taken_fade_until_the_lead_is_ready(engine):
    clauses = (
        EngagementClause("score.engagement[0]", "viewed", (), 1100),
        EngagementClause("score.engagement[1]", "left", (), -800, DAY),
    )
    # 11 points less 8, 4, 2, 1: ten are reached when three days have passed.
    agreement = agreed(ENGAGED, score=ScoreModel((), clauses))
    assert found(engine, agreement, person((1, "viewed"), (3, "left"), known=4)) == [3 + 3 * 24]


def test_points_fade_by_whole_days_until_few_enough_are_left(engine):
    clauses = (EngagementClause("score.engagement[0]", "viewed", (), 1000, DAY),)
    gate = All((CountRule(Selection(VIEWED)), FieldRule("score.engagement", LessThan(250))))
    # 10, 5, 2.5 and 1.25 points after 0, 1, 2 and 3 days.
    assert found(engine, agreed(gate, score=ScoreModel((), clauses)), person((2, "viewed"))) == [2 + 72]


def test_points_fade_until_nothing_is_left(engine):
    clauses = (EngagementClause("score.engagement[0]", "viewed", (), 4, DAY),)
    gate = All((CountRule(Selection(VIEWED)), FieldRule("score.engagement", LessThan(1))))
    # 4, 2, 1 and 1 hundredths after 0 to 3 days, then nothing.
    assert found(engine, agreed(gate, score=ScoreModel((), clauses)), person((2, "viewed"))) == [2 + 4 * 24]


def test_one_touchpoint_may_give_exactly_what_is_asked(engine):
    clauses = (EngagementClause("score.engagement[0]", "viewed", (), 1000, DAY),)
    assert found(engine, agreed(ENGAGED, score=ScoreModel((), clauses)), person((2, "viewed"))) == [2]


def test_a_cap_cuts_what_one_clause_gives(engine):
    clauses = (EngagementClause("score.engagement[0]", "viewed", (), 400, None, 900),)
    capped = person(*((n, "viewed") for n in range(9)))
    assert found(engine, agreed(ENGAGED, score=ScoreModel((), clauses)), capped) == [None]


def test_the_lead_waits_for_the_field_that_marketing_owes_though_the_gate_has_closed(engine):
    gate = CountRule(Selection(VIEWED, within=2 * HOUR))
    late = person((1, "viewed"), learnt=[(50, "person.email", "a@b.example")])
    taken_away = person(
        (1, "viewed"),
        learnt=[(0, "person.email", "a@b.example"), (0.5, "person.email", None), (9, "person.email", "x")],
    )
    agreement = agreed(gate, required=["person.email"])
    assert found(engine, agreement, late, taken_away, person((1, "viewed"))) == [50, 9, None]


def test_the_fast_lane_does_not_wait_for_fields_and_goes_first(engine):
    agreement = agreed(
        CountRule(Selection(VIEWED)), fast_lane=CountRule(Selection(("asked",))), required=["person.email"]
    )
    both = person((1, "viewed"), (3, "asked"), learnt=[(5, "person.email", "x")])
    assert found(engine, agreement, both) == [3]
    assert Backtest(engine).first_handovers(agreement, us(END))[1].fast_lane


def test_what_was_known_only_afterwards_does_not_count(engine):
    gate = All((BIG, CountRule(Selection(VIEWED, within=2 * HOUR))))
    later = person((1, "viewed"), learnt=[(4, "company.employees", 80)])
    in_time = person((1, "viewed"), learnt=[(2, "company.employees", 80)])
    shrunk = person((5, "viewed"), learnt=[(0, "company.employees", 80), (5, "company.employees", 20)])
    assert found(engine, agreed(gate), later, in_time, shrunk, p1=1, p2=2, p3=3) == [None, 2, None]


def test_a_change_from_the_end_of_the_period_on_does_not_count(engine):
    assert found(
        engine, agreed(CountRule(Selection(VIEWED))), person((END, "viewed")), person((END - 1, "viewed"))
    ) == [
        None,
        END - 1,
    ]


def test_days_are_those_of_the_agreements_zone(engine):
    gate = DaysRule(Selection(VIEWED, within=5 * DAY), 2)
    around_midnight_in_berlin = person((22.5, "viewed"), (23.5, "viewed"))
    assert found(engine, agreed(gate, zone="UTC"), around_midnight_in_berlin) == [None]
    assert found(engine, agreed(gate, zone="Europe/Berlin"), around_midnight_in_berlin) == [23.5]


def test_a_day_comes_into_reach_at_midnight_of_the_zone(engine):
    # The fourth of March is two days ahead from midnight of the second, which is 23:00 of the first in UTC.
    gate = FieldRule("lead.renewal", InNext(2))
    renewing = person(learnt=[(0, "lead.renewal", date(2026, 3, 6))])
    assert found(engine, agreed(gate, zone="Europe/Berlin"), renewing) == [47]


def test_people_of_one_company_count_together(engine):
    gate = PeopleRule(Selection(VIEWED, within=5 * HOUR), 2)
    ann, ben, cem, dan = person((1, "viewed")), person((4, "viewed")), person((5, "viewed")), person((6.5, "viewed"))
    others = {"ben": Timeline(ben.touchpoints), "cem": Timeline(cem.touchpoints)}
    people = (
        replace(ann, colleagues=others),
        replace(ben, colleagues={"ann": Timeline(ann.touchpoints), "cem": others["cem"]}),
        replace(cem, colleagues={"ann": Timeline(ann.touchpoints), "ben": others["ben"]}),
        dan,
    )
    assert found(engine, agreed(gate), *people, p1=7, p2=7, p3=7, p4=8) == [4, 4, 4, None]


def test_the_first_and_the_last_touchpoint_are_chosen_before_they_are_tested(engine):
    prices = (PropertyTest("path", IsAnyOf(("/pricing",))),)
    landed = person((1, "viewed", {"path": "/"}), (2, "viewed", {"path": "/pricing"}), (3, "viewed", {"path": "/"}))
    since = replace(landed, known=hour(2))
    assert found(engine, agreed(FirstRule(Selection(VIEWED, prices))), landed, since) == [None, None]
    assert found(engine, agreed(LastRule(Selection(VIEWED, prices))), landed, since) == [2, 2]
    assert found(engine, agreed(NoneOf((LastRule(Selection(VIEWED, prices)),))), landed, since) == [0, 3]


def test_a_sequence_holds_from_the_second_touchpoint_on(engine):
    gate = SequenceRule(Selection(("attended",), within=DAY), Selection(VIEWED, within=3 * HOUR))
    in_time = person((1, "attended"), (3.9, "viewed"))
    too_late = person((1, "attended"), (4, "viewed"))
    at_once = person((1, "attended"), (1, "viewed"), (2, "viewed"))
    assert found(engine, agreed(gate), in_time, too_late, at_once) == [3.9, None, 2]


def test_a_grade_is_reached_by_both_scores(engine):
    model = ScoreModel(
        (FitClause("score.fit[0]", BIG, 3000),),
        (EngagementClause("score.engagement[0]", "viewed", (), 1000),),
        (Grade("A", 3000, 2000), Grade("B", 3000), Grade("C")),
    )
    big = person((1, "viewed"), (2, "viewed"), (3, "viewed"), learnt=[(0, "company.employees", 80)])
    small = person((1, "viewed"), (2, "viewed"), learnt=[(0, "company.employees", 8)])
    only_a = agreed(FieldRule("score.grade", IsAnyOf(("a",))), score=model)
    assert found(engine, only_a, big, small, p1=1, p2=2) == [2, None]
    b_or_c = agreed(All((FieldRule("score.grade", IsAnyOf(("B", "C"))), CountRule(Selection(VIEWED), 2))), score=model)
    assert found(engine, b_or_c, big, small, p1=1, p2=2) == [None, 2]


def test_many_instants_are_looked_at_until_the_engagement_suffices(engine):
    clauses = (EngagementClause("score.engagement[0]", "viewed", (), 100, DAY),)
    # One point a day: 0.5, 0.25, 0.13, … are left of the earlier ones, together one point when the first of the fast
    # comes, who are therefore nine.
    slow = [(24 * n, "viewed") for n in range(50)]
    fast = [(24 * 50 + n / 10, "viewed") for n in range(10)]
    assert found(engine, agreed(ENGAGED, score=ScoreModel((), clauses)), person(*slow, *fast)) == [24 * 50 + 0.8]


def test_the_fields_of_a_lead_are_those_of_the_current_cycle(engine):
    approved = FieldRule("lead.budget", IsAnyOf(("approved",)))
    agreement = agreed(All((approved, CountRule(Selection(VIEWED, within=HOUR)))))
    load(engine, World({1: person((1, "viewed"), (10, "viewed"), (20, "viewed"))}), [agreement])
    cycles = [
        {"lead_id": 11, "person_id": 1, "cycle": 1, "opened_us": us(3)},
        {"lead_id": 12, "person_id": 1, "cycle": 2, "opened_us": us(9)},
    ]
    empty = {
        column.name: None if column.nullable else "" if "TEXT" in column.type.value else 0
        for column in STAR["leads"].columns
    }
    engine.load_rows(STAR["leads"], [tuple({**empty, **cycle}.values()) for cycle in cycles])
    engine.load_rows(
        FIELD_CHANGES,
        [
            ("lead", 11, "lead.budget", us(2), "approved", None, True),
            ("lead", 12, "lead.budget", us(15), "approved", None, True),
        ],
    )
    # At 1 it is not known, at 10 the new cycle has begun without it, at 20 it is known again.
    assert hours(Backtest(engine).first_handovers(agreement, us(END))[1]) == 20


@pytest.mark.parametrize("least", [0, -1])
def test_a_score_that_everybody_has_hands_over_at_once(engine, least):
    gate = AnyOf((FieldRule("score.engagement", AtLeast(least)), FieldRule("score.fit", AtLeast(1))))
    assert found(engine, agreed(gate), person(known=3)) == [3]
