"""What holds of every score: the ledger adds up to it, and tomorrow's points are the score of tomorrow."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from accord.rules import AtLeast, CountRule, Facts, FieldRule, NoneOf, Selection, Touchpoint
from accord.scoring import EngagementClause, FitClause, Grade, ScoreModel, Side, next_change, score

AT = datetime(2026, 1, 15, 12, tzinfo=UTC)
DAY = timedelta(days=1)
MICROSECOND = timedelta(microseconds=1)
EVENTS = ["page_viewed", "form_submitted"]

points = st.integers(-3000, 3000)
windows = st.sampled_from([None, DAY, 7 * DAY])
selections = st.builds(lambda event, within: Selection((event,), (), within), st.sampled_from(EVENTS), windows)
event_rules = st.builds(CountRule, selections, st.integers(1, 2))
rules = st.one_of(
    st.just(FieldRule("company.employees", AtLeast(50))), event_rules, event_rules.map(lambda rule: NoneOf((rule,)))
)
engagement_clauses = st.builds(
    EngagementClause,
    st.just("e"),
    st.sampled_from(EVENTS),
    st.just(()),
    points,
    st.one_of(st.none(), st.integers(1, 60).map(lambda days: days * DAY)),
    st.one_of(st.none(), st.integers(0, 4000)),
)
models = st.builds(
    ScoreModel,
    st.lists(st.builds(FitClause, st.just("f"), rules, points), max_size=3).map(tuple),
    st.lists(engagement_clauses, max_size=3).map(tuple),
    st.just((Grade("A", 1000, 1000), Grade("B"))),
)
distances = st.builds(
    lambda days, edge: days * DAY + edge * MICROSECOND, st.integers(-2, 40), st.sampled_from([-1, 0, 1, 40_000_000_000])
)
touchpoints = st.builds(
    lambda name, event, distance: Touchpoint(str(name), event, AT - distance),
    st.integers(0, 9),
    st.sampled_from(EVENTS),
    distances,
)
leads = st.builds(
    Facts,
    st.fixed_dictionaries({}, optional={"company.employees": st.integers(49, 50)}),
    st.lists(touchpoints, max_size=8).map(tuple),
)


@given(models, leads)
def test_the_ledger_adds_up_to_the_score(model, lead):
    card = score(model, lead, AT, {})

    assert sum(entry.points for entry in card.ledger if entry.side is Side.FIT) == card.fit
    assert sum(entry.points for entry in card.ledger if entry.side is Side.ENGAGEMENT) == card.engagement


@given(models, leads)
def test_no_clause_goes_beyond_its_cap(model, lead):
    for clause in model.engagement:
        if clause.at_most is not None:
            assert abs(score(ScoreModel((), (clause,)), lead, AT, {}).engagement) <= clause.at_most


@given(models, leads)
def test_the_score_is_the_sum_of_what_each_clause_gives_alone(model, lead):
    alone = [score(ScoreModel((clause,)), lead, AT, {}).fit for clause in model.fit]
    engaged = [score(ScoreModel((), (clause,)), lead, AT, {}).engagement for clause in model.engagement]
    card = score(model, lead, AT, {})

    assert (card.fit, card.engagement) == (sum(alone), sum(engaged))


@given(models, leads)
def test_the_points_of_tomorrow_are_the_score_of_tomorrow_if_nothing_happens(model, lead):
    card = score(model, lead, AT, {})
    known = Facts(lead.fields, tuple(each for each in lead.touchpoints if each.at <= AT))
    tomorrow = score(model, known, AT + DAY, {})

    assert (card.fit_tomorrow, card.engagement_tomorrow) == (tomorrow.fit, tomorrow.engagement)


@given(models, leads, st.data())
def test_the_score_stays_the_same_until_its_next_change(model, lead, data):
    change = next_change(model, lead, AT, {})
    end = AT + 100 * DAY if change is None else change
    steps = (end - AT) // MICROSECOND - 1
    now, later = score(model, lead, AT, {}), score(model, lead, AT + data.draw(st.integers(0, steps)) * MICROSECOND, {})
    last = score(model, lead, end - MICROSECOND, {})

    assert (now.fit, now.engagement) == (later.fit, later.engagement) == (last.fit, last.engagement)


@given(models, st.permutations(range(6)), st.lists(touchpoints, min_size=6, max_size=6))
def test_the_order_of_touchpoints_does_not_matter(model, order, found):
    shuffled = Facts(touchpoints=tuple(found[place] for place in order))

    card, other = score(model, Facts(touchpoints=tuple(found)), AT, {}), score(model, shuffled, AT, {})

    assert (card.fit, card.engagement, card.grade) == (other.fit, other.engagement, other.grade)
