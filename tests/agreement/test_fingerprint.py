import pytest

from accord.agreement import load
from accord.agreement.fingerprint import outcome_tree


def prints(text: str) -> tuple[str, str]:
    loaded = load(text, "agreement.yaml")
    assert loaded.agreement is not None, [str(issue) for issue in loaded.issues]
    return loaded.agreement.outcome_fingerprint, loaded.agreement.wording_fingerprint


def changed(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new, 1)


WITHOUT_EFFECT = [
    pytest.param("accord: 1  ", "# a comment\n\naccord: 1", id="comments and blank lines"),
    pytest.param("is_any_of: [planned, approved]", "is_any_of: [approved, planned]", id="order of values"),
    pytest.param("is_any_of: [planned, approved]", "is_any_of: [Approved, PLANNED]", id="capitals of a value"),
    pytest.param("of: [none, planned, approved]", "of: [approved, none, planned]", id="order of choices"),
    pytest.param(
        "{when: {all: [has_budget, has_timeline]}", "{when: {all: [has_timeline, has_budget]}", id="order in all"
    ),
    pytest.param(
        "    - {when: right_company, points: 30}\n    - {when: decision_maker, points: 20}\n",
        "    - {when: decision_maker, points: 20}\n    - {points: 30, when: {criterion: right_company}}\n",
        id="order of fit clauses, and the two ways to name a criterion",
    ),
    pytest.param("within: 14 days", "within: 2 weeks", id="two words for one time"),
    pytest.param("points: 0.5,", "points: 0.50,", id="two ways to write a number"),
    pytest.param("does: [accept, work, close]", "does: [close, accept, work]", id="order of duties"),
    pytest.param("days_off: [2026-12-24, 2026-12-31]", "days_off: [2026-12-31, 2026-12-24]", id="order of days off"),
    pytest.param("mon-fri:", 'mon-thu: ["08:00-18:00"], fri:', id="two ways to write a week"),
    pytest.param("at_least: 3 times", "at_least: 3", id="two ways to say how often"),
]


@pytest.mark.parametrize(("old", "new"), WITHOUT_EFFECT)
def test_what_means_the_same_has_the_same_fingerprints(old: str, new: str, northwind: str) -> None:
    assert prints(changed(northwind, old, new)) == prints(northwind)


def test_the_order_of_keys_does_not_matter(small: str) -> None:
    head, roles, rest = small.partition("roles:\n")
    section, fields, tail = rest.partition("fields:\n")
    moved = head + fields + tail.rstrip("\n") + "\n" + roles + section

    assert prints(moved) == prints(small)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("company: Northwind Instruments", "company: Northwind Ltd"),
        ("says: 1000 or more staff", "says: A thousand or more staff"),
        ("label: Bad timing", "label: Not this year"),
    ],
)
def test_wording_changes_only_the_fingerprint_of_wording(old: str, new: str, northwind: str) -> None:
    outcome, wording = prints(northwind)
    new_outcome, new_wording = prints(changed(northwind, old, new))

    assert new_outcome == outcome
    assert new_wording != wording


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Europe/Berlin", "Europe/Vienna"),
        ("at_least: 50}", "at_least: 51}"),
        ("at_least: 50}", "more_than: 50}"),
        ("[DE, AT, CH, GB, US]", "[DE, AT, CH, GB]"),
        ("    any:\n      - {field: person.phone", "    all:\n      - {field: person.phone"),
        ("at_least: 3 times, within", "at_least: 4 times, within"),
        ("within: 14 days", "within: 15 days"),
        ("starts_with: /pricing}], at_least", "starts_with: /Pricing}], at_least"),
        ("points: 30}", "points: 30.01}"),
        ("- {when: right_company, points: 30}", "- {when: reachable, points: 30}"),
        ("property: path, starts_with: /products", "property: referrer, starts_with: /products"),
        ("    D: {}", "    E: {}"),
        ("half_life: 30 days", "half_life: 31 days"),
        ("at_most: 25, ", ""),
        ("A: {fit: 50", "A: {fit: 49"),
        ("checked_by: sales", "checked_by: operations"),
        ("decide_within: 2 working days", "decide_within: 3 working days"),
        ("calendar: field_sales\n", "calendar: enterprise_desk\n"),
        ("if_undecided: accepted", "if_undecided: escalated"),
        ("[company.name, company.employees,", "[company.name,"),
        (
            "label: Student or job applicant, then: disqualify",
            "label: Student or job applicant, then: recycle, to: agency",
        ),
        ("back_after: 90 days", "back_after: 91 days"),
        ("13:00-17:30", "13:00-17:31"),
        ("      holidays: DE-BY\n      days_off", "      holidays: DE-BE\n      days_off"),
        ("first_attempt: 15 minutes", "first_attempt: 16 minutes"),
        ("first_attempt: 1 working day", "first_attempt: 24 working hours"),
        ("deliver: 120", "deliver: 121"),
        ("at least 70 %", "at least 71 %"),
        ("after: 150 %", "after: 140 %"),
        ("tell: manager", "tell: owner"),
        ("agency:     {does: [call_qualify]}", "agency:     {does: [call_qualify], signs: true}"),
        (
            "lead.timeline:     {type: choice, of: [none, this_year, this_quarter], owner: sales}",
            "lead.timeline:     {type: choice, of: [none, this_year, this_quarter], owner: marketing}",
        ),
        ("{to: enterprise, when", "{to: key_accounts, when"),
        ("stay_at_most: 30 days", "stay_at_most: 31 days"),
        ("then: tell_manager", "then: tell_owner"),
        ("sales_checks: [lead.budget, ", "sales_checks: ["),
        ("fill_in: 1 working day", "fill_in: 2 working days"),
        ("{fill_in: 1 working day", "{hand_over: 1 working day"),
        (", company_owner_first: true}", "}"),
        ("match: [company.country]", "queue: dach"),
        ("match: [company.country]", "match: [company.country], last_owner_first: true"),
        ("match: [company.country]", "match: [company.country], only_on_shift: true"),
        ("back_after: 180 days, or_when: wants_to_talk}", "back_after: 181 days, or_when: wants_to_talk}"),
        ("at_most: 3 times\n", "at_most: 4 times\n"),
        ("{for: has_budget, by: marketing", "{for: has_budget, by: agency"),
        ("with: mails on what downtime costs", "with: mails on what errors cost"),
        ("stop_after: 180 days", "stop_after: 90 days"),
        ("deals: 18", "deals: 19"),
        ("bookings: 400000 EUR", "bookings: 400000.01 EUR"),
        ("floor: 3600 EUR", "floor: 3601 EUR"),
        ("up_to: 3 %", "up_to: 4 %"),
        ("total: 60000 EUR", "total: 61000 EUR"),
        ("webinars:    12000 EUR", "webinars:    12001 EUR"),
        ("call_made: 6.50 EUR", "call_made: 6.51 EUR"),
        ("model: u_shaped", "model: linear"),
        ("lookback: 180 days", "lookback: 181 days"),
        ("touches_of: company", "touches_of: contact"),
        ("inbound: at least 60 %", "inbound: at least 59 %"),
        ("every: month\n", "every: quarter\n"),
    ],
)
def test_what_can_change_an_outcome_changes_only_the_fingerprint_of_outcomes(
    old: str, new: str, northwind: str
) -> None:
    outcome, wording = prints(northwind)
    new_outcome, new_wording = prints(changed(northwind, old, new))

    assert new_outcome != outcome
    assert new_wording == wording


def test_the_currency_is_an_outcome(small: str) -> None:
    assert prints(changed(small, "currency: EUR", "currency: CHF"))[0] != prints(small)[0]


def test_an_order_that_decides_nothing_among_sums_is_nothing(northwind: str) -> None:
    search, webinars = "    paid_search: 18000 EUR\n", "    webinars:    12000 EUR\n"
    swapped = changed(northwind, search + webinars, webinars + search)

    assert prints(swapped) == prints(northwind)


def test_the_order_of_what_applies_first_is_an_outcome(northwind: str) -> None:
    first = (
        "    - {for: {grade: A}, first_attempt: 1 hour, attempts: 6, over: 10 working days, calendar: field_sales}\n"
    )
    swapped = changed(northwind, first, "")
    swapped = changed(swapped, "    - {first_attempt: 1 working day", first + "    - {first_attempt: 1 working day")

    assert prints(swapped)[0] != prints(northwind)[0]


def test_a_rule_of_the_routing_without_later_keys_has_the_fingerprint_that_was_signed(northwind: str) -> None:
    agreement = load(northwind, "a.yaml").agreement
    assert agreement is not None

    keys = {key for _, members in outcome_tree(agreement)["routing"] for key in members}

    assert keys == {"to", "when", "company_owner_first", "match", "queue", "at_most"}
