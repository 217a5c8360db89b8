"""The reference on one lead: zones, references, explanations. What predicates mean is in ``tests/conformance``."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from accord.rules import (
    All,
    AnyOf,
    AtLeast,
    CountRule,
    CriterionRule,
    Facts,
    FieldRule,
    Finding,
    IsAnyOf,
    Match,
    NoneOf,
    PropertyTest,
    RulesError,
    Selection,
    StartsWith,
    Touchpoint,
    evaluate,
    explain,
    next_rule_change,
)

BERLIN = ZoneInfo("Europe/Berlin")
AT = datetime(2026, 1, 15, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MICROSECOND = timedelta(microseconds=1)
PRICES = PropertyTest("path", StartsWith("/pricing"))


def viewed(name, at, path="/pricing"):
    return Touchpoint(name, "page_viewed", at, {"path": path})


def test_a_day_is_24_hours_when_summer_time_begins_between_touchpoint_and_instant():
    # 12:00 on both sides of the change in Berlin is 23 hours apart; Python's own difference of the two says 24.
    before, after = datetime(2026, 3, 28, 12, tzinfo=BERLIN), datetime(2026, 3, 29, 12, tzinfo=BERLIN)
    facts = Facts(touchpoints=(viewed("1", before),))

    assert evaluate(CountRule(Selection(("page_viewed",), within=23 * HOUR + MICROSECOND)), facts, after, {})
    assert not evaluate(CountRule(Selection(("page_viewed",), within=23 * HOUR)), facts, after, {})


def test_the_hour_that_comes_twice_in_autumn_is_two_hours():
    first = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=0)
    facts = Facts(touchpoints=(viewed("second time", first.replace(fold=1)),))

    assert not evaluate(CountRule(Selection(("page_viewed",))), facts, first, {})
    assert evaluate(CountRule(Selection(("page_viewed",))), facts, first.replace(fold=1), {})


def test_the_instant_needs_a_zone():
    with pytest.raises(RulesError, match="time zone"):
        evaluate(All(()), Facts(), datetime(2026, 1, 15, 12), {})  # noqa: DTZ001  # the point of the test


@pytest.mark.parametrize("value", [0.5, datetime(2026, 1, 15, tzinfo=UTC), Decimal("0.00001"), Decimal("NaN"), 10**16])
def test_a_field_that_is_no_value_is_refused(value):
    with pytest.raises(RulesError):
        evaluate(FieldRule("deal.amount", AtLeast(0)), Facts({"deal.amount": value}), AT, {})


@pytest.mark.parametrize("ask", [evaluate, explain])
def test_an_unknown_criterion_is_an_error(ask):
    with pytest.raises(RulesError, match="'nobody'"):
        ask(CriterionRule("nobody"), Facts(), AT, {})


@pytest.mark.parametrize("ask", [evaluate, explain])
def test_a_criterion_that_refers_to_itself_is_an_error(ask):
    criteria = {"a": NoneOf((CriterionRule("b"),)), "b": All((CriterionRule("a"),))}

    with pytest.raises(RulesError, match="refers to itself"):
        ask(CriterionRule("a"), Facts(), AT, criteria)


@pytest.mark.parametrize("ask", [evaluate, explain])
def test_a_criterion_may_be_referred_to_twice(ask):
    criteria = {"a": All(()), "b": All((CriterionRule("a"), CriterionRule("a")))}

    assert ask(All((CriterionRule("b"), CriterionRule("a"))), Facts(), AT, criteria)


def test_an_explanation_shows_the_value_that_was_found_as_it_was_captured():
    rule = FieldRule("company.country", IsAnyOf(("de",)))

    assert explain(rule, Facts({"company.country": " DE"}), AT, {}) == Finding(rule, True, value=" DE")
    assert explain(rule, Facts(), AT, {}) == Finding(rule, False)


def test_an_explanation_shows_every_touchpoint_that_counts_oldest_first():
    rule = CountRule(Selection(("page_viewed",), (PRICES,), within=2 * DAY))
    facts = Facts(
        touchpoints=(
            viewed("c", AT),
            viewed("b", AT - DAY),
            viewed("a", AT - DAY),
            viewed("other page", AT, "/home"),
            viewed("too old", AT - 2 * DAY),
            viewed("to come", AT + MICROSECOND),
        )
    )

    assert explain(rule, facts, AT, {}) == Finding(
        rule, True, matches=(Match("a", AT - DAY), Match("b", AT - DAY), Match("c", AT)), count=3
    )


def test_an_explanation_says_how_close_a_count_came():
    finding = explain(CountRule(Selection(("page_viewed",)), at_least=3), Facts(touchpoints=(viewed("a", AT),)), AT, {})

    assert not finding.held
    assert len(finding.matches) == 1


def test_an_explanation_goes_into_combinations_and_criteria():
    yes, no = All(()), AnyOf(())
    rule = NoneOf((CriterionRule("c"), no))

    finding = explain(rule, Facts(), AT, {"c": yes})

    inner = Finding(CriterionRule("c"), True, children=(Finding(yes, True),))
    assert finding == Finding(rule, False, children=(inner, Finding(no, False)))


def test_an_answer_may_change_when_a_touchpoint_leaves_its_window_or_its_time_comes():
    criteria = {"looked": CountRule(Selection(("page_viewed",), (PRICES,), within=2 * DAY))}
    facts = Facts(touchpoints=(viewed("a", AT - DAY), viewed("b", AT + 3 * HOUR), viewed("c", AT - DAY, "/home")))
    rules = [NoneOf((CriterionRule("looked"),))]

    assert next_rule_change(rules, facts, AT, criteria) == AT + 3 * HOUR
    assert next_rule_change(rules, facts, AT + 3 * HOUR, criteria) == AT + DAY
    assert next_rule_change(rules, facts, AT + DAY, criteria) == AT + 2 * DAY + 3 * HOUR
    assert next_rule_change(rules, facts, AT + 3 * DAY, criteria) is None


def test_without_a_window_an_answer_never_changes_by_itself():
    assert (
        next_rule_change([CountRule(Selection(("page_viewed",)))], Facts(touchpoints=(viewed("a", AT),)), AT, {})
        is None
    )
