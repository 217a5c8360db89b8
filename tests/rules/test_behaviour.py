"""What is found of behaviour on one lead; what the rules answer on every engine is in ``tests/conformance``."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from accord.rules import (
    AbsenceRule,
    CountRule,
    DaysRule,
    Facts,
    FieldRule,
    FirstRule,
    InNext,
    IsAnyOf,
    LastRule,
    Match,
    PeopleRule,
    PropertyTest,
    Selection,
    SequenceRule,
    Timeline,
    Touchpoint,
    evaluate,
    explain,
    next_rule_change,
)

BERLIN = ZoneInfo("Europe/Berlin")
AT = datetime(2026, 1, 15, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
PRICES = (PropertyTest("path", IsAnyOf(("/pricing",))),)
VIEWED = Selection(("page_viewed",))


def viewed(name, at, path="/pricing"):
    return Touchpoint(name, "page_viewed", at, {"path": path})


def sent(name, at):
    return Touchpoint(name, "form_submitted", at)


def found(rule, facts):
    finding = explain(rule, facts, AT, {})
    assert finding.held is evaluate(rule, facts, AT, {})
    return finding.held, finding.count, [match.id for match in finding.matches]


def test_what_broke_an_absence_is_shown():
    facts = Facts(touchpoints=(viewed("b", AT), viewed("a", AT - DAY), viewed("old", AT - 9 * DAY)))

    assert found(AbsenceRule(Selection(("page_viewed",), (), 7 * DAY)), facts) == (False, 2, ["a", "b"])
    assert found(AbsenceRule(Selection(("form_submitted",))), facts) == (True, 0, [])


def test_days_are_counted_and_the_touchpoints_that_made_them_shown():
    facts = Facts(touchpoints=(viewed("a", AT - DAY), viewed("b", AT - HOUR), viewed("c", AT)))

    assert found(DaysRule(VIEWED, 2), facts) == (True, 2, ["a", "b", "c"])
    assert found(DaysRule(VIEWED, 3), facts) == (False, 2, ["a", "b", "c"])


def test_a_late_evening_is_the_next_day_where_the_clock_says_so():
    late = viewed("late", datetime(2026, 1, 13, 23, 30, tzinfo=UTC))
    touchpoints = (viewed("noon", datetime(2026, 1, 13, 12, tzinfo=UTC)), late)

    assert not evaluate(DaysRule(VIEWED, 2), Facts(touchpoints=touchpoints), AT, {})
    assert evaluate(DaysRule(VIEWED, 2), Facts(touchpoints=touchpoints, zone=BERLIN), AT, {})


def test_the_people_of_a_company_are_shown_with_what_they_did():
    colleagues = {"ann": Timeline((viewed("a", AT - HOUR),)), "bob": Timeline((viewed("b", AT, "/"),))}
    facts = Facts(touchpoints=(viewed("own", AT),), colleagues=colleagues)

    finding = explain(PeopleRule(Selection(("page_viewed",), PRICES), 3), facts, AT, {})

    assert (finding.held, finding.count) == (False, 2)
    assert finding.matches == (Match("a", AT - HOUR, "ann"), Match("own", AT))


def test_the_chosen_touchpoint_is_shown_whether_it_passes_or_not():
    facts = Facts(touchpoints=(viewed("home", AT - DAY, "/"), viewed("prices", AT)))

    assert found(FirstRule(Selection(("page_viewed",), PRICES)), facts) == (False, 0, ["home"])
    assert found(LastRule(Selection(("page_viewed",), PRICES)), facts) == (True, 1, ["prices"])
    assert found(LastRule(Selection(("form_submitted",), PRICES)), facts) == (False, 0, [])


def test_each_beginning_of_a_sequence_is_shown_with_the_first_that_follows_it_in_time():
    rule = SequenceRule(Selection(("form_submitted",), (), 30 * DAY), Selection(("page_viewed",), (), 3 * DAY))
    facts = Facts(
        touchpoints=(
            sent("1", AT - 20 * DAY),
            viewed("too late", AT - 17 * DAY),
            sent("2", AT - 10 * DAY),
            viewed("in time", AT - 9 * DAY),
            viewed("again", AT - 8 * DAY),
            sent("3", AT),
        )
    )

    finding = explain(rule, facts, AT, {})

    assert (finding.held, finding.count) == (True, 1)
    assert [match.id for match in finding.matches] == ["1", "2", "3"]
    assert finding.then == (Match("in time", AT - 9 * DAY),)


def test_a_sequence_that_was_followed_too_late_changes_by_itself_only_when_it_leaves_its_window():
    rule = SequenceRule(Selection(("form_submitted",), (), 30 * DAY), Selection(("page_viewed",), (), 3 * DAY))
    facts = Facts(touchpoints=(sent("1", AT - 5 * DAY), viewed("2", AT - 4 * DAY)))

    assert next_rule_change([rule], facts, AT, {}) == AT + 25 * DAY
    assert not evaluate(rule, facts, AT + 25 * DAY, {})
    assert evaluate(rule, facts, AT + 25 * DAY - timedelta(microseconds=1), {})


def test_a_day_from_today_changes_at_midnight_in_the_zone_of_the_facts():
    facts = Facts({"lead.renewal": date(2026, 4, 1)}, zone=BERLIN)
    rule = FieldRule("lead.renewal", InNext(2))
    begins = datetime(2026, 3, 29, 22, tzinfo=UTC)  # the 30th; the clocks were set the night before
    ends = datetime(2026, 4, 1, 22, tzinfo=UTC)

    assert next_rule_change([rule], facts, AT, {}) == begins
    assert next_rule_change([rule], facts, begins, {}) == ends
    assert next_rule_change([rule], facts, ends, {}) is None
    assert [evaluate(rule, facts, at, {}) for at in (AT, begins, ends)] == [False, True, False]


def test_a_day_that_is_no_day_never_changes_an_answer():
    rule = FieldRule("lead.renewal", InNext(2))

    assert next_rule_change([rule], Facts({"lead.renewal": "2026-04-01"}), AT, {}) is None
    assert next_rule_change([rule], Facts(), AT, {}) is None
    assert next_rule_change([rule], Facts({"lead.renewal": date(1, 1, 1)}), AT, {}) is None


def test_equal_tests_that_ask_different_things_do_not_share_their_answers():
    number = CountRule(Selection(("a",), (PropertyTest("value", IsAnyOf((1,))),)))
    yes = CountRule(Selection(("a",), (PropertyTest("value", IsAnyOf((True,))),)))
    facts = Facts(touchpoints=(Touchpoint("t", "a", AT, {"value": True}),))

    assert number == yes
    assert [evaluate(rule, facts, AT, {}) for rule in (number, yes, number)] == [False, True, False]


def test_the_past_of_facts_leaves_out_what_came_later_also_of_colleagues():
    before, after = viewed("before", AT), viewed("after", AT + timedelta(microseconds=1))
    facts = Facts({"a": 1}, (after, before), {"ann": Timeline((before, after))}, BERLIN)

    assert facts.until(AT) == Facts({"a": 1}, (before,), {"ann": Timeline((before,))}, BERLIN)
    assert facts.since(AT) == Facts({"a": 1}, (after,), {"ann": Timeline((after,))}, BERLIN)
    assert facts.until(AT + HOUR) == facts


@pytest.mark.parametrize("events", [("page_viewed", "page_viewed"), ("page_viewed", "other")])
def test_naming_an_event_twice_counts_its_touchpoints_once(events):
    facts = Facts(touchpoints=(viewed("a", AT),))

    assert not evaluate(CountRule(Selection(events), 2), facts, AT, {})
