"""Rules about behaviour and days from today: from the document to the tree, and to the sentence both sides sign."""

from datetime import UTC, date, datetime, timedelta

import pytest

from accord.agreement import Agreement, finding_in_words, load, rule_in_words
from accord.agreement.english_rules import RulesInEnglish
from accord.rules import (
    AbsenceRule,
    All,
    AnyOf,
    CountRule,
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
    PeopleRule,
    PropertyTest,
    Rule,
    Selection,
    SequenceRule,
    StartsWith,
    Timeline,
    Touchpoint,
    explain,
)

DAY = timedelta(days=1)
NOW = datetime(2026, 3, 29, 22, 30, tzinfo=UTC)  # the 30th in Berlin
PRICES = (PropertyTest("path", StartsWith("/pricing")),)
DEMO = (PropertyTest("form", IsAnyOf(("demo",))),)


def agreement_with(rule: str, small: str) -> Agreement:
    text = small.replace("criteria:\n", f"criteria:\n  tested: {{says: Tested, any: [{{{rule}}}]}}\n", 1)
    loaded = load(text.replace("{when: right_company}", "{when: {any: [right_company, tested]}}"), "a.yaml")
    assert loaded.agreement is not None, loaded.issues
    assert loaded.issues == ()
    return loaded.agreement


@pytest.mark.parametrize(
    ("written", "rule", "words"),
    [
        (
            "event: email_opened, never: true, within: 60 days",
            AbsenceRule(Selection(("email_opened",), (), 60 * DAY)),
            "the lead has not opened an e-mail within the last 60 days",
        ),
        (
            "event: [email_sent, email_clicked], never: true",
            AbsenceRule(Selection(("email_sent", "email_clicked"))),
            "the lead has never been sent an e-mail or clicked a link in an e-mail",
        ),
        (
            "event: anything, never: true, within: 1 day",
            AbsenceRule(Selection((), (), DAY)),
            "the lead has not done anything within the last day",
        ),
        (
            "event: anything, where: [{property: path, starts_with: /pricing}], at_least: 3 times",
            CountRule(Selection((), PRICES), 3),
            "the lead did something (path starts with /pricing) at least 3 times",
        ),
        (
            "event: page_viewed, on_days: 3, within: 14 days",
            DaysRule(Selection(("page_viewed",), (), 14 * DAY), 3),
            "the lead viewed a page on at least 3 different days within the last 14 days",
        ),
        (
            "event: page_viewed, on_days: 1",
            DaysRule(Selection(("page_viewed",)), 1),
            "the lead viewed a page on at least 1 day",
        ),
        (
            "event: page_viewed, where: [{property: path, starts_with: /pricing}], people: 3, within: 1 week",
            PeopleRule(Selection(("page_viewed",), PRICES, 7 * DAY), 3),
            "at least 3 different people of the lead's company viewed a page whose path starts with /pricing"
            " within the last 7 days",
        ),
        (
            "event: call_received, people: 1",
            PeopleRule(Selection(("call_received",)), 1),
            "at least 1 person of the lead's company made a call to us",
        ),
        (
            "event: page_viewed, which: first, within: 14 days",
            FirstRule(Selection(("page_viewed",), (), 14 * DAY)),
            "the first time that the lead viewed a page was within the last 14 days",
        ),
        (
            "event: form_submitted, which: last, where: [{property: form, is: demo}]",
            LastRule(Selection(("form_submitted",), DEMO)),
            "the last time that the lead submitted a form, its name is demo",
        ),
        (
            "event: page_viewed, which: last, where: [{property: path, starts_with: /pricing}], within: 2 hours",
            LastRule(Selection(("page_viewed",), PRICES, timedelta(hours=2))),
            "the last time that the lead viewed a page was within the last 2 hours, and its path starts with /pricing",
        ),
        (
            "event: form_submitted, where: [{property: form, is: demo}], within: 30 days,"
            " followed_by: {event: page_viewed, where: [{property: path, starts_with: /pricing}], within: 3 days}",
            SequenceRule(Selection(("form_submitted",), DEMO, 30 * DAY), Selection(("page_viewed",), PRICES, 3 * DAY)),
            "the lead submitted a form whose name is demo and then, within 3 days, viewed a page whose path starts with"
            " /pricing, all within the last 30 days",
        ),
        (
            "event: form_submitted, followed_by: {event: anything}",
            SequenceRule(Selection(("form_submitted",)), Selection(())),
            "the lead submitted a form and later did something",
        ),
        (
            "field: company.since, in_next: 90 days",
            FieldRule("company.since", InNext(90)),
            "company since is within the next 90 days",
        ),
        (
            "field: company.since, in_next: 1 day",
            FieldRule("company.since", InNext(1)),
            "company since is today or tomorrow",
        ),
        (
            "field: company.since, in_last: 2 weeks",
            FieldRule("company.since", InLast(14)),
            "company since is within the last 14 days",
        ),
        (
            "field: company.since, in_last: 1 day",
            FieldRule("company.since", InLast(1)),
            "company since is today or yesterday",
        ),
        (
            "field: company.since, more_than_ago: 365 days",
            FieldRule("company.since", MoreThanAgo(365)),
            "company since is more than 365 days ago",
        ),
        (
            "field: company.since, more_than_ahead: 1 day",
            FieldRule("company.since", MoreThanAhead(1)),
            "company since is more than 1 day ahead",
        ),
        (
            "field: company.since, in_last: 60 days, more_than_ago: 30 days",
            All((FieldRule("company.since", InLast(60)), FieldRule("company.since", MoreThanAgo(30)))),
            "company since is within the last 60 days and is more than 30 days ago",
        ),
    ],
)
def test_a_rule_means_and_reads_as_it_is_written(written: str, rule: Rule, words: str, small: str) -> None:
    agreement = agreement_with(written, small)

    assert agreement.criteria["tested"].rule == AnyOf((rule,))
    assert rule_in_words(rule, agreement) == words


def test_after_the_lead_was_named_its_company_is_said_to_be_its_own(small: str) -> None:
    agreement = agreement_with("event: page_viewed, people: 2", small)

    said = RulesInEnglish(agreement, "it").rule(PeopleRule(Selection(("page_viewed",)), 2))
    assert said == "at least 2 different people of its company viewed a page"


def test_people_of_one_company_are_counted_only_where_companies_are_known(small: str) -> None:
    fields = "".join(line for line in small.splitlines(keepends=True) if line.startswith("  company."))
    text = small.replace(fields, "").replace(
        "field: company.employees\n    at_least: 50", "event: page_viewed\n    people: 2"
    )

    (issue,) = load(text, "a.yaml").issues

    assert str(issue) == (
        "a.yaml:15: 'people' counts people of one company, but no field of this agreement is about a company;"
        " define one under 'fields', such as company.domain, so that people are brought together by it"
    )


def test_the_order_of_events_changes_no_outcome_and_every_other_part_of_a_rule_does(small: str) -> None:
    def fingerprint(written: str) -> str:
        return agreement_with(written, small).outcome_fingerprint

    what = "event: [email_opened, email_clicked], within: 7 days"
    assert fingerprint(what) == fingerprint("event: [email_clicked, email_opened], within: 7 days")
    others = [
        what,
        "event: email_opened, within: 7 days",
        "event: anything, within: 7 days",
        *(f"{what}, {question}" for question in ("never: true", "on_days: 1", "on_days: 2", "people: 1", "people: 2")),
        f"{what}, which: first",
        f"{what}, which: last",
        f"{what}, followed_by: {{event: page_viewed}}",
        f"{what}, followed_by: {{event: page_viewed, within: 1 day}}",
        f"{what}, followed_by: {{event: form_submitted}}",
        *(f"field: company.since, {key}: 7 days" for key in ("in_next", "in_last", "more_than_ago", "more_than_ahead")),
        "field: company.since, in_next: 8 days",
    ]
    assert len({fingerprint(written) for written in others}) == len(others)


def viewed(*days_ago: int) -> tuple[Touchpoint, ...]:
    return tuple(Touchpoint(str(days), "page_viewed", NOW - days * DAY, {"path": "/pricing"}) for days in days_ago)


def submitted(days_ago: int) -> Touchpoint:
    return Touchpoint("form", "form_submitted", NOW - days_ago * DAY, {"form": "demo"})


@pytest.mark.parametrize(
    ("written", "facts", "found"),
    [
        ("event: page_viewed, never: true, within: 60 days", Facts(), "yes, never"),
        ("event: page_viewed, never: true, within: 60 days", Facts(touchpoints=viewed(3)), "no, once"),
        ("event: page_viewed, on_days: 3", Facts(), "no, never"),
        ("event: page_viewed, on_days: 3", Facts(touchpoints=viewed(3)), "no, on 1 day"),
        ("event: page_viewed, on_days: 2", Facts(touchpoints=viewed(3, 3, 9)), "yes, on 2 different days"),
        ("event: page_viewed, people: 2", Facts(), "no, nobody"),
        ("event: page_viewed, people: 2", Facts(touchpoints=viewed(3, 4)), "no, 1 person"),
        (
            "event: page_viewed, people: 2",
            Facts(touchpoints=viewed(3), colleagues={"ann": Timeline(viewed(1)), "bob": Timeline()}),
            "yes, 2 people",
        ),
        ("event: page_viewed, which: first, within: 7 days", Facts(), "no, never"),
        (
            "event: page_viewed, which: first, within: 7 days",
            Facts(touchpoints=viewed(1, 9)),
            "no, that was on 20 March 2026",
        ),
        (
            "event: page_viewed, which: last, within: 7 days",
            Facts(touchpoints=viewed(0, 9)),
            "yes, that was on 30 March 2026",
        ),
        (
            "event: form_submitted, followed_by: {event: page_viewed, within: 3 days}",
            Facts(touchpoints=(submitted(9), *viewed(1))),
            "no, begun once, followed in time never",
        ),
        (
            "event: form_submitted, followed_by: {event: page_viewed, within: 3 days}",
            Facts(touchpoints=(submitted(9), submitted(2), *viewed(1))),
            "yes, begun 2 times, followed in time once",
        ),
        ("event: form_submitted, followed_by: {event: page_viewed}", Facts(touchpoints=viewed(1)), "no, never"),
        ("field: company.since, in_next: 2 days", Facts({"company.since": date(2026, 4, 1)}), "no, it is 1 April 2026"),
    ],
)
def test_what_was_found_is_said_in_words(written: str, facts: Facts, found: str, small: str) -> None:
    agreement = agreement_with(written, small)
    (rule,) = agreement.criteria["tested"].rule.rules  # type: ignore[union-attr]

    assert finding_in_words(explain(rule, facts, NOW, {}), agreement).rpartition(": ")[2] == found
