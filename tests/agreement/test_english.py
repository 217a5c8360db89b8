from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from accord.agreement import (
    Agreement,
    Clause,
    Section,
    budget_in_words,
    clauses,
    finding_in_words,
    load,
    rule_in_words,
)
from accord.clock import Budget, WorkingDays, WorkingTime
from accord.rules import (
    All,
    AnyOf,
    AtLeast,
    CountRule,
    CriterionRule,
    Facts,
    FieldRule,
    IsAnyOf,
    IsNoneOf,
    NoneOf,
    PropertyTest,
    Rule,
    Selection,
    StartsWith,
    Touchpoint,
    explain,
)

NOW = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
LARGE = FieldRule("company.employees", AtLeast(50))
PRICES = CountRule(Selection(("page_viewed",), (PropertyTest("path", StartsWith("/pricing")),), timedelta(days=14)), 3)


@pytest.fixture(scope="module")
def agreement(full: str) -> Agreement:
    loaded = load(full, "full.yaml").agreement
    assert loaded is not None
    return loaded


def page(found: tuple[Clause, ...]) -> str:
    lines: list[str] = []
    title = ""
    for clause in found:
        if clause.title != title:
            title = clause.title
            lines += ["", f"## {title}"]
        lines.append(f"{clause.path}: {clause.sentence}")
    return "\n".join(lines).lstrip() + "\n"


def test_every_clause_of_every_kind_reads_as_written_down_in_full_txt(agreement: Agreement) -> None:
    assert page(clauses(agreement)) == (Path(__file__).parent / "full.txt").read_text(encoding="utf-8")


def test_a_clause_knows_its_line_and_its_section(northwind: str) -> None:
    agreement = load(northwind, "agreement.yaml").agreement
    assert agreement is not None

    found = {clause.path: clause for clause in clauses(agreement)}

    assert found["sla.sales[1]"] == Clause(
        path="sla.sales[1]",
        section=Section.SALES,
        title="What sales owes",
        sentence="For a lead whose grade is A, sales makes a first attempt within 1 working hour of the offer, and "
        "6 attempts in all within 10 working days, unless it reaches the lead earlier (hours of “field sales”).",
        line=176,
    )
    lines = northwind.splitlines()
    assert all(
        clause.path.rpartition(".")[2] in lines[clause.line - 1] or "[" in clause.path for clause in found.values()
    )


def test_every_sentence_begins_with_a_capital_and_ends_with_one_full_stop(northwind: str, full: str) -> None:
    for text in (northwind, full):
        agreement = load(text, "agreement.yaml").agreement
        assert agreement is not None
        for clause in clauses(agreement):
            assert clause.sentence.lstrip("“")[0].isupper(), clause.sentence
            assert clause.sentence.endswith("."), clause.sentence
            assert not clause.sentence.endswith(".."), clause.sentence
            assert "None" not in clause.sentence or "none" in clause.path, clause.sentence
            assert "_" not in clause.sentence.replace("New_York", ""), clause.sentence


@pytest.mark.parametrize(
    ("budget", "words"),
    [
        (WorkingDays(1), "1 working day"),
        (WorkingDays(2), "2 working days"),
        (WorkingTime(timedelta(minutes=1)), "1 working minute"),
        (WorkingTime(timedelta(minutes=90)), "90 working minutes"),
        (WorkingTime(timedelta(hours=1)), "1 working hour"),
        (WorkingTime(timedelta(hours=8)), "8 working hours"),
    ],
)
def test_a_working_time_has_the_right_number(budget: Budget, words: str) -> None:
    assert budget_in_words(budget) == words


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (LARGE, "company employees is at least 50"),
        (PRICES, "the lead viewed a page whose path starts with /pricing at least 3 times within the last 14 days"),
        (FieldRule("score.fit", AtLeast(1550)), "the fit score is at least 15.5"),
        (FieldRule("score.grade", IsAnyOf(("A", "B"))), "the grade is A or B"),
        (FieldRule("person.role", IsAnyOf(("vp_finance",))), "person role is VP finance"),
        (FieldRule("person.role", IsAnyOf(())), "person role is any of no values"),
        (FieldRule("person.role", IsNoneOf(())), "person role is known"),
        (All(()), "always"),
        (AnyOf(()), "never"),
        (NoneOf(()), "always"),
        (NoneOf((CriterionRule("partner"),)), "the lead does not meet “partner”"),
        (
            All((CriterionRule("partner"), AnyOf((LARGE, CriterionRule("once"))))),
            "the lead meets “partner”, and (company employees is at least 50, or the lead meets “once”)",
        ),
    ],
)
def test_a_rule_reads_as_a_clause(rule: Rule, words: str, agreement: Agreement) -> None:
    assert rule_in_words(rule, agreement) == words


def test_a_finding_says_what_was_found(agreement: Agreement) -> None:
    views = tuple(
        Touchpoint(str(day), "page_viewed", NOW - timedelta(days=day), {"path": "/pricing"}) for day in range(4)
    )
    criteria = {name: criterion.rule for name, criterion in agreement.criteria.items()}

    def said(rule: Rule, facts: Facts) -> str:
        return finding_in_words(explain(rule, facts, NOW, criteria), agreement)

    known = Facts({"company.employees": 120}, views)
    unknown = Facts({}, views[:1])
    assert said(LARGE, known) == "company employees is at least 50: yes, it is 120"
    assert said(LARGE, unknown) == "company employees is at least 50: no, it is not known"
    prices = "the lead viewed a page whose path starts with /pricing at least 3 times within the last 14 days"
    assert said(PRICES, known) == f"{prices}: yes, 4 times"
    assert said(PRICES, unknown) == f"{prices}: no, once"
    assert said(PRICES, Facts()) == f"{prices}: no, never"
    assert said(CriterionRule("once"), known) == "the lead meets “once”: yes"
    assert said(All((LARGE,)), known) == "all of these hold: yes"
    assert said(AnyOf((LARGE,)), unknown) == "at least one of these holds: no"
    assert said(NoneOf((LARGE,)), known) == "none of these holds: no"
