from datetime import timedelta

import pytest

from accord.rules import (
    AbsenceRule,
    All,
    AnyOf,
    CountRule,
    CriterionCycle,
    CriterionRule,
    DaysRule,
    FieldRule,
    FirstRule,
    InNext,
    IsPresent,
    LastRule,
    NoneOf,
    PeopleRule,
    PropertyTest,
    RulesError,
    Selection,
    SequenceRule,
    UnknownCriterion,
    behaviour_of,
    check_references,
    fields_of,
    properties_of,
    reached,
    reads_colleagues,
    reads_today,
    selections_of,
)

PATH = (PropertyTest("path", IsPresent()),)
WEEK = timedelta(days=7)


def refer(*names):
    return All(tuple(CriterionRule(name) for name in names))


def test_references_that_lead_somewhere_are_no_problem():
    assert check_references({"a": refer("b", "c"), "b": refer("c"), "c": refer()}) == []


def test_every_unknown_reference_is_reported_wherever_it_stands_and_once():
    criteria = {"a": AnyOf((NoneOf((CriterionRule("x"),)), refer("x", "y"))), "b": CriterionRule("x")}

    assert check_references(criteria) == [
        UnknownCriterion("a", "x"),
        UnknownCriterion("a", "y"),
        UnknownCriterion("b", "x"),
    ]


def test_a_criterion_that_refers_to_itself_is_a_circle_of_one():
    assert check_references({"a": refer("a")}) == [CriterionCycle(("a",))]


def test_a_circle_is_reported_once_without_those_that_only_lead_to_it():
    criteria = {"way in": refer("a"), "a": refer("b"), "b": refer("c"), "c": refer("a"), "other": refer("b")}

    assert check_references(criteria) == [CriterionCycle(("a", "b", "c"))]


def test_two_circles_are_both_reported():
    criteria = {"a": refer("b", "c"), "b": refer("a"), "c": refer("a")}

    assert check_references(criteria) == [CriterionCycle(("a", "b")), CriterionCycle(("a", "c"))]


def test_the_names_that_rules_read_are_found_inside_combinations():
    tests = (PropertyTest("path", IsPresent()), PropertyTest("form", IsPresent()))
    rule = All(
        (
            FieldRule("company.name", IsPresent()),
            NoneOf((CountRule(Selection(("page_viewed",), tests)),)),
            SequenceRule(Selection(("a",)), Selection(("b",), (PropertyTest("then", IsPresent()),))),
        )
    )

    assert fields_of([rule]) == {"company.name"}
    assert properties_of([rule]) == {"path", "form", "then"}


def test_what_a_rule_reads_is_what_can_decide_it():
    what, then = Selection(("a",), PATH, WEEK), Selection(("b",), PATH, timedelta(days=1))
    rules = (
        CountRule(what),
        AbsenceRule(what),
        DaysRule(what, 2),
        PeopleRule(what, 2),
        LastRule(what),
        FirstRule(what),
    )

    assert selections_of([All(rules)]) == (what, what, what, what, Selection(("a",)), Selection(("a",)))
    assert selections_of([SequenceRule(what, then)]) == (what, Selection(("b",), PATH, WEEK))
    assert behaviour_of([All(rules), FieldRule("a", IsPresent())]) == rules


def test_only_rules_about_people_read_colleagues_and_only_days_from_today_read_today():
    people, near = PeopleRule(Selection(()), 2), FieldRule("lead.renewal", InNext(3))

    assert reads_colleagues([NoneOf((people,))])
    assert not reads_colleagues([near, CountRule(Selection(()))])
    assert reads_today([NoneOf((near,))])
    assert not reads_today([people, FieldRule("lead.renewal", IsPresent())])


def test_the_criteria_that_rules_name_are_followed_each_once():
    criteria = {"a": refer("b", "c"), "b": refer("c"), "c": CountRule(Selection(("x",)))}

    found = list(reached([refer("a"), refer("c")], criteria))

    assert sum(isinstance(part, CountRule) for part in found) == 1
    assert {part.name for part in found if isinstance(part, CriterionRule)} == {"a", "b", "c"}
    with pytest.raises(RulesError, match="'nobody'"):
        list(reached([refer("nobody")], criteria))
