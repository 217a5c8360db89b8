"""Faults that take more than one change of the smallest document."""

from accord.agreement import load
from accord.errors import Issue

OTHER_CALENDAR = '    office: {hours: {mon-fri: ["09:00-17:00"]}}\n    shop: {hours: {sat: ["10:00-14:00"]}}\n'


def faults(text: str, changes: dict[str, str]) -> list[str]:
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    return [said(issue) for issue in load(text, "a.yaml").issues]


def said(issue: Issue) -> str:
    return f"{issue.level} {issue}"


def test_a_recycled_lead_needs_a_role_that_looks_after_it(small: str) -> None:
    assert faults(small, {"does: [nurture]": "does: [attract]", "disqualify": "recycle, back_after: 90 days"}) == [
        "error a.yaml:34: nobody looks after these leads: no role nurtures; add 'to: marketing', or 'does: [nurture]'"
        " to a role"
    ]


def test_a_promise_names_its_calendar_where_there_are_several(small: str) -> None:
    office = '    office: {hours: {mon-fri: ["09:00-17:00"]}}\n'
    assert faults(small, {office: OTHER_CALENDAR}) == [
        "error a.yaml:40: 'sla.sales[0]' needs 'calendar', since there are several; valid here: office, shop"
    ]


def test_an_agreement_without_fields_is_refused(small: str) -> None:
    text = small.splitlines(keepends=True)
    fields = "".join(text[8:13])

    assert faults(small, {f"fields:\n{fields}": "fields: {}\n"})[0] == (
        "error a.yaml:8: no field is defined; add one, such as company.employees"
    )


def test_a_sentence_that_nobody_would_read_to_its_end_is_refused(small: str) -> None:
    assert faults(small, {"50 or more staff": "very " * 60 + "large"}) == [
        "error a.yaml:16: 'says' is longer than 300 characters; say it in fewer words"
    ]


def test_an_outcome_out_of_a_misspelled_part_is_not_held_against_the_rest(small: str) -> None:
    """A misspelled criterion is one issue, not also a dead criterion, an unknown criterion and an unreachable stage."""
    assert faults(small, {"    at_least: 50\n": "    at_leest: 50\n"}) == [
        "error a.yaml:18: unknown key 'at_leest' in 'criteria.right_company'; did you mean 'at_least'?"
    ]


def test_a_criterion_that_is_impossible_through_another_is_found_out(small: str) -> None:
    small_company = "    at_least: 50\n  small_and_large:\n    says: Both\n    all:\n      - right_company\n"
    small_company += "      - {field: company.employees, less_than: 50}\n"

    assert faults(small, {"    at_least: 50\n": small_company, "{when: right_company}": "{when: small_and_large}"}) == [
        "warning a.yaml:19: no lead can ever meet 'small_and_large': what it asks of 'company.employees' excludes"
        " itself; check its bounds and values",
        "warning a.yaml:33: no lead can ever reach 'mql': what it asks of 'company.employees' cannot be; check its"
        " bounds, and whether the score can give so many points",
    ]


def test_values_that_exclude_each_other_are_found_out_and_those_that_do_not_are_left_alone(small: str) -> None:
    rule = "field: company.employees\n    at_least: 50"
    clash = "all: [{field: lead.budget, is: none}, {field: lead.budget, is_any_of: [planned, approved]}]"
    fine = "all: [{field: lead.budget, is: Planned}, {field: lead.budget, is_any_of: [planned, approved]}]"
    absent = "all: [{field: company.country, is_missing: true}, {field: company.country, is: DE}]"

    assert len(faults(small, {rule: clash})) == 2
    assert len(faults(small, {rule: absent})) == 2
    assert faults(small, {rule: fine}) == []


def test_a_lead_stays_accepted_long_enough_for_all_attempts(small: str) -> None:
    """Ten working days after a Monday are over at 17:00 on the Monday two weeks later, in the fifteenth day."""
    attempts = "    - {first_attempt: 1 hour, attempts: 6, over: 10 working days}"
    stay = "mql: {when: right_company}\n  sal: {stay_at_most: 14 days, then: disqualify}"

    assert faults(small, {"    - {first_attempt: 1 hour}": attempts, "mql: {when: right_company}": stay}) == [
        "warning a.yaml:29: a lead is taken off 'sal' too early: sales may take longer than that for its attempts;"
        " allow a longer stay"
    ]
    assert not faults(
        small, {"    - {first_attempt: 1 hour}": attempts, "mql: {when: right_company}": stay.replace("14", "15")}
    )


def test_what_counts_on_a_calendar_names_it_where_there_are_several(small: str) -> None:
    office = '    office: {hours: {mon-fri: ["09:00-17:00"]}}\n'
    more = "    - {first_attempt: 1 hour, calendar: shop}\n  marketing:\n    - {hand_over: 1 working day}\n"
    more += "nurture:\n  - {for: right_company, by: marketing, within: 1 working day}\n"

    said = faults(small, {office: OTHER_CALENDAR, "    - {first_attempt: 1 hour}\n": more})

    assert said == [
        "error a.yaml:42: 'sla.marketing[0]' needs 'calendar', since there are several; valid here: office, shop",
        "error a.yaml:44: 'nurture[0]' needs 'calendar', since there are several; valid here: office, shop",
    ]
