"""Two agreements side by side with what really happened: counts worked out by hand, the same on both engines."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from tests.insight.backtest.holding import World, load
from tests.insight.backtest.made import agreed, hour, person, us

from accord.insight import InsightError, Period
from accord.insight.backtest import Backtest, Fate, HandedOver, Share, WeekOfHandovers, Without
from accord.insight.backtest.weights import without, without_each
from accord.rules import All, AnyOf, AtLeast, CountRule, CriterionRule, FieldRule, NoneOf, Selection
from accord.scoring import EngagementClause, ScoreModel

DAY = 24
# From Thursday the fifth to Wednesday the eighteenth: four days of one week, a week, three days of another.
PERIOD = Period(date(2026, 3, 5), date(2026, 3, 19), ZoneInfo("UTC"))
FROM = 3 * DAY
OTHER = agreed(CountRule(Selection(("viewed",))))
DRAFT = agreed(CountRule(Selection(("viewed",)), 2), fast_lane=CountRule(Selection(("asked",))))

PEOPLE = {
    1: person((FROM + 1, "viewed"), (FROM + 2, "viewed")),  # both, later under the draft; accepted, won
    2: person((FROM + 5 * DAY, "viewed")),  # only under the other; rejected
    3: person((FROM + 5 * DAY, "asked")),  # only under the draft, by the fast lane; accepted before
    4: person((1, "viewed"), (FROM + 12 * DAY, "viewed")),  # before the period under the other; offered, not decided
    5: person((FROM + 6 * DAY, "viewed"), (FROM + 6 * DAY, "viewed")),  # both at the same instant; never offered
    6: person(
        (FROM + 6 * DAY, "asked"), (FROM + 7 * DAY, "viewed")
    ),  # both, sooner under the draft; rejected, then won
    7: person((FROM + 14 * DAY, "viewed"), (FROM + 14 * DAY, "viewed")),  # when the period is over; accepted within it
    8: person((1, "viewed"), (2, "viewed")),  # before the period under both
}
OFFERS = [
    {"offer_id": 1, "lead_id": 1, "status": "rejected", "offered_us": us(80), "decided_us": us(81)},
    {"offer_id": 2, "lead_id": 1, "status": "accepted", "offered_us": us(90), "decided_us": us(91)},
    {"offer_id": 3, "lead_id": 2, "status": "rejected", "offered_us": us(200), "decided_us": us(201)},
    {"offer_id": 4, "lead_id": 3, "status": "accepted", "offered_us": us(99), "decided_us": us(100)},
    {"offer_id": 5, "lead_id": 4, "status": "withdrawn", "offered_us": us(99), "decided_us": None},
    {"offer_id": 6, "lead_id": 6, "status": "rejected", "offered_us": us(300), "decided_us": us(301)},
    {"offer_id": 7, "lead_id": 7, "status": "accepted", "offered_us": us(300), "decided_us": us(301)},
]
DEALS = [
    {"deal_id": 1, "lead_id": 1, "outcome": "won", "amount_cents": 5000, "currency": "EUR", "closed_us": us(200)},
    {"deal_id": 2, "lead_id": 1, "outcome": "won", "amount_cents": 700, "currency": "EUR", "closed_us": us(300)},
    {"deal_id": 3, "lead_id": 3, "outcome": "lost", "amount_cents": 900, "currency": "EUR", "closed_us": us(300)},
    {"deal_id": 4, "lead_id": 6, "outcome": "won", "amount_cents": 40, "currency": "USD", "closed_us": us(310)},
    {"deal_id": 5, "lead_id": 6, "outcome": "won", "amount_cents": None, "currency": "EUR", "closed_us": us(320)},
]


@pytest.fixture
def backtest(engine) -> Backtest:
    load(engine, World(PEOPLE, {}, OFFERS, DEALS), [DRAFT, OTHER])
    return Backtest(engine)


def test_hand_overs_are_counted_with_what_became_of_these_people(backtest):
    found = backtest.compare(DRAFT, OTHER, PERIOD)
    draft, other = found.draft, found.other

    assert (found.people, draft.people, draft.by_fast_lane, draft.before) == (8, 5, 2, 1)  # 1, 3, 4, 5, 6; before: 8
    assert (draft.accepted, draft.rejected, draft.undecided, draft.never_offered) == (2, 1, 1, 1)
    assert (draft.won, draft.revenue_cents) == (2, 5700)
    assert draft.precision == Share(2, 3)
    # Accepted within the period: 1 at 91, 3 at 100, 7 at 301. The draft has 1 at 74, but 3 only at 192 and 7 too late.
    assert draft.recall == Share(1, 3)
    # Won within the period: 1 and 6. The draft has 1 at 74 and 6 at 216, both before the deals.
    assert draft.recall_won == Share(2, 2)

    assert (other.people, other.by_fast_lane, other.before) == (4, 0, 2)  # 1, 2, 5, 6; before: 4, 8
    assert (other.accepted, other.rejected, other.undecided, other.never_offered) == (1, 2, 0, 1)
    assert other.precision.value == pytest.approx(1 / 3)
    assert other.recall == Share(1, 3)
    assert found.fates == {
        Fate.ONLY_DRAFT: 2, Fate.ONLY_OTHER: 1, Fate.SAME: 1, Fate.EARLIER: 1, Fate.LATER: 1,
    }  # fmt: skip


def test_every_week_stands_against_the_capacity_of_its_days(backtest):
    found = backtest.compare(DRAFT, OTHER, PERIOD, capacity_per_week=2)

    assert found.weeks == (
        WeekOfHandovers(date(2026, 3, 2), 4, 1, 1, 1),
        WeekOfHandovers(date(2026, 3, 9), 7, 3, 3, 2),
        WeekOfHandovers(date(2026, 3, 16), 3, 1, 0, 0),
    )
    assert [week.over_capacity for week in found.weeks] == [False, True, True]


def test_a_draft_can_be_tested_by_itself(backtest):
    found = backtest.compare(DRAFT, None, PERIOD)

    assert (found.other, found.fates, found.weeks[0].other, found.weeks[0].capacity) == (None, {}, None, None)
    assert not found.weeks[0].over_capacity
    assert [each.person_id for each in backtest.people(DRAFT, None, PERIOD).people] == [1, 3, 4, 5, 6]


def test_the_people_behind_each_number_can_be_opened_page_by_page(backtest):
    everybody = backtest.people(DRAFT, OTHER, PERIOD)
    page = backtest.people(DRAFT, OTHER, PERIOD, limit=2, skip=3)

    assert [each.person_id for each in everybody.people] == [1, 2, 3, 4, 5, 6]
    assert (page.people, page.total) == (everybody.people[3:5], 6)
    assert everybody.people[0] == HandedOver(
        1, Fate.LATER, us(FROM + 2), us(FROM + 1), False, us(91), False, us(200), 5700
    )
    assert everybody.people[3] == HandedOver(
        4, Fate.ONLY_DRAFT, us(FROM + 12 * DAY), us(1), False, None, False, None, 0
    )
    for fate, people in {
        Fate.ONLY_DRAFT: [3, 4], Fate.ONLY_OTHER: [2], Fate.SAME: [5], Fate.EARLIER: [6], Fate.LATER: [1],
    }.items():  # fmt: skip
        assert [each.person_id for each in backtest.people(DRAFT, OTHER, PERIOD, fate).people] == people


def test_a_period_without_an_end_is_refused(backtest):
    with pytest.raises(InsightError) as refused:
        backtest.compare(DRAFT, OTHER, Period(date(2026, 3, 5), None, ZoneInfo("UTC")))
    assert refused.value.code == "insight.open_period"


def test_what_history_cannot_answer_is_said(engine):
    agreement = agreed(
        All((CountRule(Selection(("viewed",), within=timedelta(days=10))), FieldRule("company.employees", AtLeast(5)))),
        fast_lane=CountRule(Selection(("called",))),
        score=ScoreModel((), (EngagementClause("score.engagement[0]", "viewed", (), 100, timedelta(days=1)),)),
        required=["person.email"],
    )
    world = World(
        {1: person((2, "viewed"), learnt=[(0, "company.employees", 9), (0, "person.title", "x")])},
        {1: 1},
        deals=[
            {"deal_id": 1, "lead_id": 1, "outcome": "won", "amount_cents": 1, "currency": "USD", "closed_us": us(9)}
        ],
    )
    load(engine, world, [agreement], inexact=["company.employees"], entered={1: hour(100)})
    found = {
        (each.code, each.subject, each.count): each.message
        for each in Backtest(engine).compare(agreement, None, PERIOD).cautions
    }

    assert set(found) == {
        ("backtest.inexact_field", "company.employees", 1),
        ("backtest.field_never_known", "person.email", 0),
        ("backtest.event_never_seen", "called", 0),
        ("backtest.few_outcomes", "", 0),
        ("backtest.window_before_data", "", 10),
        ("backtest.known_late", "", 1),
        ("backtest.other_currency", "", 1),
        ("backtest.company_as_today", "", 0),
    }
    # The first touchpoint is at 2:00 on the second of March; ten days later the window is full.
    assert "before 2026-03-12" in found["backtest.window_before_data", "", 10]


def test_nothing_is_cautioned_against_where_history_is_whole(engine):
    agreement = agreed(CountRule(Selection(("viewed",), within=timedelta(days=2))))
    people = {key: person((1, "viewed"), (FROM + key, "viewed"), known=FROM) for key in range(1, 31)}
    offers = [
        {"offer_id": key, "lead_id": key, "status": "accepted", "offered_us": us(200), "decided_us": us(201)}
        for key in people
    ]
    load(engine, World(people, {}, offers), [agreement])
    assert Backtest(engine).compare(agreement, None, PERIOD).cautions == ()


def test_the_clauses_that_decide_most_come_first(engine):
    draft = agreed(
        All((CriterionRule("big"), AnyOf((CriterionRule("often"), CriterionRule("engaged"))))),
        fast_lane=CountRule(Selection(("asked",))),
        required=["person.email"],
        score=ScoreModel((), (EngagementClause("score.engagement[0]", "opened", (), 100),)),
        big=FieldRule("company.employees", AtLeast(50)),
        often=CountRule(Selection(("viewed",)), 2),
        engaged=CountRule(Selection(("attended",))),
        unused=CountRule(Selection(("viewed",))),
    )
    email, big, small = (0, "person.email", "x"), (0, "company.employees", 90), (0, "company.employees", 9)
    views = ((FROM, "viewed"), (FROM + 9, "viewed"))
    people = {
        1: person(*views, learnt=[email, big]),
        2: person(*views, learnt=[email, small]),
        3: person(*views, learnt=[email, small]),
        4: person((FROM, "attended"), learnt=[email, big]),
        5: person(*views, (FROM + 20, "asked"), learnt=[big]),
        6: person((FROM + 1, "attended"), *views, learnt=[email, big]),
        7: person(learnt=[email, big]),
        8: person(*views, learnt=[big]),
    }
    load(engine, World(people, {key: key for key in people}), [draft])
    found = Backtest(engine).weights(draft, PERIOD)
    weights = {each.clause: (each.without, each.gained, each.lost, each.moved) for each in found.clauses}

    assert (found.people, found.of) == (8, 8)
    assert weights == {
        "criteria.big": (Without.ALWAYS_TRUE, 2, 0, 0),  # 2 and 3 come in
        "criteria.often": (Without.LEFT_OUT, 0, 1, 0),  # 1 goes
        "criteria.engaged": (Without.LEFT_OUT, 0, 1, 1),  # 4 goes, 6 comes later
        "score.engagement[0]": (Without.LEFT_OUT, 0, 0, 0),
        "handoff.fast_lane": (Without.LEFT_OUT, 0, 1, 0),  # 5 waits for the mail address
        "handoff.marketing_hands_over[0]": (Without.LEFT_OUT, 1, 0, 1),  # 8 comes in, 5 before the fast lane
    }
    assert [each.decides for each in found.clauses] == [2, 1, 1, 1, 1, 0]


def test_a_sample_looks_at_every_so_many_people(engine):
    draft = agreed(CriterionRule("often"), often=CountRule(Selection(("viewed",))))
    people = {key: person((FROM, "viewed")) for key in range(1, 11)}
    load(engine, World(people), [draft])
    found = Backtest(engine).weights(draft, PERIOD, most=5)

    assert (found.people, found.of) == (5, 10)
    assert [(each.clause, each.lost) for each in found.clauses] == [("criteria.often", 5)]


def test_a_criterion_is_taken_out_of_every_list_that_names_it():
    one, two = CriterionRule("one"), CriterionRule("two")
    criteria = {"one": CountRule(Selection(("viewed",))), "two": All((one,))}

    assert without(All((one, criteria["one"])), "one", criteria) == All((criteria["one"],))
    assert without(AnyOf((NoneOf((one,)), two)), "one", criteria) is None
    assert without(AnyOf(()), "one", criteria) == AnyOf(())


def test_a_gate_of_which_nothing_is_left_never_opens():
    draft = agreed(CriterionRule("one"), fast_lane=CriterionRule("one"), one=CountRule(Selection(("viewed",))))
    variants = {clause: variant for clause, _, variant in without_each(draft)}

    assert variants["criteria.one"].stages[0].when == AnyOf(())
    assert variants["criteria.one"].handoff.fast_lane is None


def test_an_edited_clause_leaves_what_does_not_depend_on_it(duckdb_engine):
    load(duckdb_engine, World(PEOPLE, {}, OFFERS, DEALS), [DRAFT, OTHER])
    Backtest(duckdb_engine).compare(DRAFT, None, PERIOD)
    again: list[str] = []
    edited = agreed(CountRule(Selection(("viewed",)), 3), fast_lane=CountRule(Selection(("asked",))))
    Backtest(duckdb_engine, again.append).compare(edited, None, PERIOD)

    # Neither what was known nor when somebody asked is read again, only what the edited clause asks.
    assert [words for words in again if words.startswith("finding when")] == ["finding when viewed"]
    assert "following what was known of people" not in again
    same: list[str] = []
    Backtest(duckdb_engine, same.append).compare(edited, None, PERIOD)
    assert same == []
    assert datetime.fromtimestamp(us(0) / 1e6, UTC) == hour(0)
