"""Whether a rule holds, what was found, by how much it falls short, and until when."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.agreement.explanation.conftest import AT, Lead, ago

from accord.agreement.explanation import because_of, criteria_of
from accord.rules import (
    AbsenceRule,
    All,
    AtLeast,
    AtMost,
    CountRule,
    CriterionRule,
    DaysRule,
    FieldRule,
    FirstRule,
    InNext,
    IsAnyOf,
    LastRule,
    LessThan,
    MoreThan,
    NoneOf,
    PeopleRule,
    Predicate,
    PropertyTest,
    Selection,
    SequenceRule,
    Value,
)

PRICING = {"path": "/pricing/a"}
VIEWS = Selection(("page_viewed",), within=timedelta(days=3))


@pytest.mark.parametrize(
    ("field", "value", "predicate", "found", "short"),
    [
        ("company.employees", 42, AtLeast(50), "42", "8 short"),
        ("company.employees", 50, MoreThan(50), "50", "1 short"),
        ("company.employees", 1200, AtMost(1000), "1,200", "200 too many"),
        ("company.employees", 50, LessThan(50), "50", "1 too many"),
        ("company.revenue", Decimal("1.5000"), AtLeast(Decimal("2.2500")), "1.5", "0.75 short"),
        ("company.revenue", Decimal("2.0000"), MoreThan(2), "2", "more than 0 short"),
        ("company.founded", date(2009, 12, 30), AtLeast(date(2010, 1, 1)), "30 December 2009", "2 days too early"),
        ("company.founded", date(2010, 1, 1), LessThan(date(2010, 1, 1)), "1 January 2010", "1 day too late"),
        ("score.engagement", None, AtLeast(250), "0", "2.5 points short"),
        ("score.engagement", None, MoreThan(0), "0", "0.01 points short"),
        ("company.employees", None, AtLeast(50), "not known", ""),
        ("lead.budget", "planned", IsAnyOf(("approved",)), "planned", ""),
    ],
)
def test_a_field_falls_short_by_so_much(
    lead: Lead, field: str, value: Value | None, predicate: Predicate, found: str, short: str
) -> None:
    fields = {} if value is None else {field.replace(".", "_", 1): value}
    because = because_of(FieldRule(field, predicate), lead(**fields))

    assert (because.held, because.found, because.short) == (False, found, short)


def test_two_of_three_visits_say_by_when_the_third_must_come(lead: Lead) -> None:
    # The first, two days and 19 hours 50 minutes ago, leaves the window of three days at 14:10.
    situation = lead(ago("page_viewed", PRICING, days=2, hours=19, minutes=50), ago("page_viewed", PRICING, hours=5))

    because = because_of(CriterionRule("prices"), situation)

    assert not because.held
    assert because.says == "Looked at prices three times in three days"
    assert because.found == "2 of 3 times, last 5 hours ago"
    assert because.short == "1 more needed before Mon 2 March 14:10, when the first of these no longer counts"


def test_what_never_happened_says_how_often_it_must(lead: Lead) -> None:
    because = because_of(CriterionRule("prices"), lead())

    assert (because.found, because.short) == ("not seen", "3 times needed")
    assert because_of(CriterionRule("demo"), lead()).short == ""


def test_what_holds_says_until_when(lead: Lead) -> None:
    three = [ago("page_viewed", PRICING, hours=hours) for hours in (60, 30, 1)]

    because = because_of(CriterionRule("prices"), lead(*three))

    assert (because.held, because.found, because.short) == (True, "3 times, last 1 hour ago", "")
    assert because.until == "until Mon 2 March 22:00"  # 72 hours after the first
    assert because.turns == AT + timedelta(hours=12)


def test_what_never_ceases_to_hold_says_nothing_of_it(lead: Lead) -> None:
    because = because_of(CountRule(Selection(("page_viewed",))), lead(ago("page_viewed", days=400)))

    assert (because.held, because.turns, because.until) == (True, None, "")


def test_an_absence_says_from_when_it_holds_by_itself(lead: Lead) -> None:
    because = because_of(AbsenceRule(VIEWS), lead(ago("page_viewed", days=1), ago("page_viewed", days=2)))

    assert (because.held, because.found) == (False, "2 times, last 1 day ago")
    assert because.until == "holds from Wed 4 March 10:00 by itself"


def test_an_absence_for_ever_holds_no_more(lead: Lead) -> None:
    because = because_of(AbsenceRule(Selection(("page_viewed",))), lead(ago("page_viewed", days=1)))

    assert (because.short, because.until) == ("it can hold no more", "")


def test_days_are_counted_on_the_calendar_of_the_agreement(lead: Lead) -> None:
    # 23:30 and 00:30 in Berlin are two days there, and one in UTC.
    situation = lead(ago("page_viewed", hours=10, minutes=30), ago("page_viewed", hours=9, minutes=30))

    assert because_of(DaysRule(VIEWS, 2), situation).held
    because = because_of(DaysRule(VIEWS, 3), situation)
    assert because.found == "on 2 of 3 days, last 9 hours ago"
    assert because.short.startswith("1 more needed before Wed 4 March 23:30")


def test_people_are_counted_with_their_colleagues(lead: Lead) -> None:
    colleagues = {"Nadia": (ago("page_viewed", days=2),), "Omar": (ago("page_viewed", days=9),)}

    because = because_of(PeopleRule(VIEWS, 3), lead(ago("page_viewed", days=1), colleagues=colleagues))

    assert because.found == "by 2 of 3 people, last 1 day ago"
    assert because.short == "1 more needed before Tue 3 March 10:00, when the first of these no longer counts"


def test_the_first_and_the_last_are_shown(lead: Lead) -> None:
    pricing = Selection(("page_viewed",), (PropertyTest("path", IsAnyOf(("/pricing",))),))
    situation = lead(ago("page_viewed", {"path": "/jobs"}, days=5), ago("page_viewed", {"path": "/pricing"}, days=1))

    first, last = because_of(FirstRule(pricing), situation), because_of(LastRule(pricing), situation)

    assert (first.held, first.found) == (False, "Page viewed: /jobs, 5 days ago")
    assert (last.held, last.found) == (True, "Page viewed: /pricing, 1 day ago")


def test_a_sequence_that_is_begun_says_by_when_it_must_go_on(lead: Lead) -> None:
    rule = SequenceRule(Selection(("form_submitted",)), Selection(("meeting_booked",), within=timedelta(days=3)))

    begun = because_of(rule, lead(ago("form_submitted", days=1)))

    assert begun.found == "begun 1 day ago, not followed"
    assert begun.short == "must follow before Wed 4 March 10:00"
    assert because_of(rule, lead()).found == "not begun"
    done = because_of(rule, lead(ago("form_submitted", days=2), ago("meeting_booked", days=1)))
    assert (done.held, done.found) == (True, "done 1 day ago")


def test_a_day_ahead_says_from_when_it_counts(lead: Lead) -> None:
    because = because_of(FieldRule("lead.decision", InNext(10)), lead(lead_decision=date(2026, 3, 20)))

    assert not because.held
    assert because.until == "holds from Tue 10 March 00:00 by itself"


def test_combinations_show_their_parts(lead: Lead) -> None:
    rule = All((CriterionRule("right_company"), NoneOf((CriterionRule("buyer"),))))

    because = because_of(rule, lead(company_employees=42, person_title="Head of buying"))

    assert (because.held, because.says) == (False, "All of these")
    company, none = because.parts
    assert (company.says, company.short, company.name) == ("50 or more staff", "8 short", "right_company")
    assert (none.held, none.says, none.parts[0].held) == (False, "None of these", True)


def test_the_criteria_that_hold_come_first(lead: Lead) -> None:
    held = [each.held for each in criteria_of(lead(company_employees=60))]

    assert held == sorted(held, reverse=True)
    assert len(held) == 9


def test_nothing_counts_that_came_later(lead: Lead) -> None:
    situation = lead(ago("form_submitted", {"form": "demo"}, minutes=-1))

    assert situation.facts.touchpoints == ()
    assert not because_of(CriterionRule("demo"), situation).held
