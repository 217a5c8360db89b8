"""What can be said: nodes refuse, when they are made, what could not mean the same everywhere."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from accord.rules import (
    AtLeast,
    AtMost,
    Contains,
    CountRule,
    DaysRule,
    InLast,
    InNext,
    IsAnyOf,
    IsNoneOf,
    LessThan,
    Matches,
    MoreThan,
    MoreThanAgo,
    MoreThanAhead,
    PeopleRule,
    PropertyTest,
    RulesError,
    Selection,
    StartsWith,
    Touchpoint,
)

NO_VALUES = [0.5, float("nan"), Decimal("0.00001"), Decimal("Infinity"), 10**16, "", "  ", "a\0", "\udfff", None, []]
NO_BOUNDS = [0.5, "5", True, None, Decimal("0.00001"), Decimal("NaN"), -(10**16), datetime(2026, 1, 5, tzinfo=UTC)]


@pytest.mark.parametrize("predicate", [IsAnyOf, IsNoneOf])
@pytest.mark.parametrize("value", [*NO_VALUES, datetime(2026, 1, 5, tzinfo=UTC)], ids=repr)
def test_a_list_refuses_what_is_no_value(predicate, value):
    with pytest.raises(RulesError):
        predicate(("a", value))


@pytest.mark.parametrize("predicate", [AtLeast, AtMost, MoreThan, LessThan])
@pytest.mark.parametrize("bound", NO_BOUNDS, ids=repr)
def test_a_bound_is_an_exact_number_or_a_day(predicate, bound):
    with pytest.raises(RulesError):
        predicate(bound)


@pytest.mark.parametrize("predicate", [StartsWith, Contains, Matches])
@pytest.mark.parametrize("text", ["", " \u00a0", "a\0", "\ud800"], ids=repr)
def test_text_to_look_for_has_something_in_it(predicate, text):
    with pytest.raises(RulesError):
        predicate(text)


@pytest.mark.parametrize("predicate", [AtLeast, AtMost, MoreThan, LessThan])
def test_a_property_has_no_order_among_days(predicate):
    with pytest.raises(RulesError, match="renewal"):
        PropertyTest("renewal", predicate(date(2026, 1, 5)))


@pytest.mark.parametrize("within", [timedelta(0), timedelta(microseconds=-1), timedelta(days=36525, microseconds=1)])
def test_a_window_is_longer_than_nothing_and_at_most_a_hundred_years(within):
    with pytest.raises(RulesError):
        CountRule(Selection(("page_viewed",), within=within))


@pytest.mark.parametrize("kind", [CountRule, DaysRule, PeopleRule])
@pytest.mark.parametrize("least", [0, -1, True, 1.0])
def test_at_least_is_a_whole_number_of_one_or_more(kind, least):
    with pytest.raises(RulesError, match="at least"):
        kind(Selection(("page_viewed",)), least)


@pytest.mark.parametrize("kind", [InNext, InLast, MoreThanAgo, MoreThanAhead])
@pytest.mark.parametrize("days", [0, -1, 36526, True, 1.5, "3"])
def test_days_from_today_are_a_whole_number_of_one_to_a_hundred_years(kind, days):
    with pytest.raises(RulesError, match="number of days"):
        kind(days)


@pytest.mark.parametrize("kind", [InNext, InLast, MoreThanAgo, MoreThanAhead])
def test_a_property_is_not_compared_with_today(kind):
    with pytest.raises(RulesError, match="today"):
        PropertyTest("renewal", kind(3))


@pytest.mark.parametrize("events", ["page_viewed", ("page_viewed", "")])
def test_events_are_names(events):
    with pytest.raises(RulesError, match="names"):
        Selection(events)


def test_at_least_none_is_refused_since_it_always_holds():
    with pytest.raises(RulesError):
        CountRule(Selection(("page_viewed",)), at_least=0)


def test_a_touchpoint_without_a_zone_is_refused():
    with pytest.raises(RulesError, match="time zone"):
        Touchpoint("1", "page_viewed", datetime(2026, 1, 5))  # noqa: DTZ001  # the point of the test


def test_equal_rules_are_equal_values():
    assert CountRule(Selection(("a",), (PropertyTest("b", IsAnyOf((1,))),))) == CountRule(
        Selection(("a",), (PropertyTest("b", IsAnyOf((1,))),))
    )
