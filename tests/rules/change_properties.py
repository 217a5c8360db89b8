"""The next change: until it no answer differs, at any instant of a grid that is finest where days and windows turn."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import example, given
from hypothesis import strategies as st

from accord.rules import (
    AbsenceRule,
    CountRule,
    CriterionRule,
    DaysRule,
    Facts,
    FieldRule,
    FirstRule,
    InLast,
    InNext,
    IsAnyOf,
    LastRule,
    MoreThanAgo,
    MoreThanAhead,
    NoneOf,
    PeopleRule,
    PropertyTest,
    Selection,
    SequenceRule,
    Timeline,
    Touchpoint,
    evaluate,
    next_rule_change,
)

HOUR = timedelta(hours=1)
MICROSECOND = timedelta(microseconds=1)
# St. John's set its clocks at one minute past midnight: the 7th began, gave way to the 6th, and began again.
START = datetime(2010, 11, 5, tzinfo=UTC)
ZONES = [ZoneInfo(name) for name in ("America/St_Johns", "Europe/Berlin", "Pacific/Apia", "Asia/Beirut", "UTC")]
EVENTS = ["a", "b"]

hours = st.integers(0, 24 * 5).map(lambda count: START + count * HOUR)
touchpoints = st.lists(
    st.builds(
        lambda at, event, path: Touchpoint("t", event, at, {"path": path}),
        hours,
        st.sampled_from(EVENTS),
        st.sampled_from(["/x", "/y"]),
    ),
    max_size=5,
).map(tuple)
selections = st.builds(
    Selection,
    st.sampled_from([("a",), ("b",), ("a", "b"), ()]),
    st.sampled_from([(), (PropertyTest("path", IsAnyOf(("/x",))),)]),
    st.sampled_from([None, HOUR, 24 * HOUR, 30 * HOUR]),
)
day_rules = st.builds(
    lambda kind, days: FieldRule("lead.renewal", kind(days)),
    st.sampled_from([InNext, InLast, MoreThanAgo, MoreThanAhead]),
    st.integers(1, 3),
)
rules = st.one_of(
    st.builds(CountRule, selections, st.integers(1, 2)),
    st.builds(AbsenceRule, selections),
    st.builds(DaysRule, selections, st.integers(1, 3)),
    st.builds(PeopleRule, selections, st.integers(1, 3)),
    st.builds(FirstRule, selections),
    st.builds(LastRule, selections),
    st.builds(SequenceRule, selections, selections),
    day_rules,
)
facts = st.builds(
    lambda own, colleague, renewal, zone: Facts({"lead.renewal": renewal}, own, {"ann": Timeline(colleague)}, zone),
    touchpoints,
    touchpoints,
    st.integers(-1, 7).map(lambda days: date(2010, 11, 5) + timedelta(days=days)),
    st.sampled_from(ZONES),
)
HALF_HOURS = [START + half * HOUR / 2 for half in range(1, 480)]
MINUTES_OF_THE_TURN = [datetime(2010, 11, 7, 2, 29, tzinfo=UTC) + minute * timedelta(minutes=1) for minute in range(64)]
GRID = sorted({at - edge for at in (*HALF_HOURS, *MINUTES_OF_THE_TURN) for edge in (MICROSECOND, 0 * MICROSECOND)})


def visits(*paths):
    """A touchpoint every day, of these paths."""
    return tuple(Touchpoint(path, "a", START + day * 24 * HOUR, {"path": path}) for day, path in enumerate(paths, 1))


ON_X = Selection(("a",), (PropertyTest("path", IsAnyOf(("/x",))),))


@given(rules, facts)
@example(FieldRule("lead.renewal", InNext(1)), Facts({"lead.renewal": date(2010, 11, 8)}, zone=ZONES[0]))
@example(FieldRule("lead.renewal", InLast(1)), Facts({"lead.renewal": date(2010, 11, 5)}, zone=ZONES[0]))
@example(LastRule(ON_X), Facts(touchpoints=visits("/x", "/y", "/x")))
@example(FirstRule(ON_X), Facts(touchpoints=visits("/x", "/y")))
def test_no_answer_differs_before_the_next_change(rule, lead):
    criteria = {"named": rule}
    asked = [NoneOf((CriterionRule("named"),))]
    at, change = START, next_rule_change(asked, lead, START, criteria)
    answer = evaluate(rule, lead, at, {})
    for moment in GRID:
        while change is not None and change <= moment:
            at, change = change, next_rule_change(asked, lead, change, criteria)
            answer = evaluate(rule, lead, at, {})
        assert evaluate(rule, lead, moment, {}) is answer, (at, moment, change)


@given(rules, facts)
def test_the_changes_come_to_an_end(rule, lead):
    at, steps = START, 0
    while (change := next_rule_change([rule], lead, at, {})) is not None:
        assert change > at
        at, steps = change, steps + 1
    assert steps <= 40
