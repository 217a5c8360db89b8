"""A made-up company of any size for the backtest's benchmark: people, what was known of them, and touchpoints."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from accord.agreement import Agreement, Criterion, Field, FieldType, Stage, StageGate, read
from accord.insight import Period
from accord.insight.engines.duck import DuckDB
from accord.rules import (
    AbsenceRule,
    All,
    AnyOf,
    AtLeast,
    CountRule,
    CriterionRule,
    DaysRule,
    FieldRule,
    InNext,
    IsAnyOf,
    IsPresent,
    PeopleRule,
    PropertyTest,
    Rule,
    Selection,
    SequenceRule,
    StartsWith,
)
from accord.scoring import EngagementClause, FitClause, Grade, ScoreModel

NORTHWIND = Path(__file__).parent.parent / "examples/northwind/agreement.yaml"
PERIOD = Period(date(2026, 1, 1), date(2027, 1, 1), ZoneInfo("Europe/Berlin"))
BEGINNING = datetime(2025, 1, 1, tzinfo=UTC)
PRICES = (PropertyTest("path", StartsWith("/pricing")),)
DEMO = (PropertyTest("form", IsAnyOf(("demo",))),)
CONTACT = (PropertyTest("form", IsAnyOf(("contact",))),)
FIELDS = {
    "company.employees": FieldType.INTEGER,
    "company.country": FieldType.TEXT,
    "company.industry": FieldType.TEXT,
    "person.seniority": FieldType.TEXT,
    "person.phone": FieldType.TEXT,
    "person.email": FieldType.TEXT,
    "lead.renewal": FieldType.DATE,
}


def _days(days: int) -> timedelta:
    return timedelta(days=days)


def _event(event: str, within: int | None = None, where: tuple[PropertyTest, ...] = ()) -> Selection:
    return Selection((event,), where, None if within is None else _days(within))


CRITERIA: dict[str, Rule] = {
    "right_size": FieldRule("company.employees", AtLeast(50)),
    "right_country": FieldRule("company.country", IsAnyOf(("DE", "AT", "CH"))),
    "right_industry": FieldRule("company.industry", IsAnyOf(("manufacturing", "healthcare"))),
    "right_company": All((CriterionRule("right_size"), CriterionRule("right_country"))),
    "decision_maker": FieldRule("person.seniority", IsAnyOf(("director", "vp", "c_suite"))),
    "reachable": AnyOf((FieldRule("person.phone", IsPresent()), FieldRule("person.email", IsPresent()))),
    "asked_for_demo": CountRule(_event("form_submitted", 7, DEMO)),
    "looks_at_prices": CountRule(_event("page_viewed", 14, PRICES), 3),
    "asks_for_contact": CountRule(_event("form_submitted", 30, CONTACT)),
    "comes_back": DaysRule(_event("page_viewed", 14), 3),
    "not_bounced": AbsenceRule(_event("email_bounced", 60)),
    "several_people": PeopleRule(_event("page_viewed", 7, PRICES), 2),
    "webinar_then_prices": SequenceRule(_event("webinar_attended", 30), _event("page_viewed", 3, PRICES)),
    "renews_soon": FieldRule("lead.renewal", InNext(60)),
    "wants_to_talk": AnyOf((CriterionRule("asked_for_demo"), CriterionRule("looks_at_prices"))),
}


def draft() -> Agreement:
    """Return an agreement of 30 clauses: 15 criteria, 4 for fit, 8 for engagement, 2 stages and the fast lane."""
    northwind = read(NORTHWIND).agreement
    assert northwind is not None
    fit = (
        FitClause("score.fit[0]", CriterionRule("right_company"), 3000),
        FitClause("score.fit[1]", CriterionRule("decision_maker"), 2000),
        FitClause("score.fit[2]", CriterionRule("right_industry"), 1000),
        FitClause("score.fit[3]", CriterionRule("several_people"), 500),
    )
    engagement = tuple(
        EngagementClause(f"score.engagement[{place}]", *clause)
        for place, clause in enumerate(
            (
                ("form_submitted", DEMO, 2500, _days(14), 2500),
                ("form_submitted", CONTACT, 1500, _days(14), 1500),
                ("webinar_attended", (), 1500, _days(30), 3000),
                ("content_downloaded", (), 800, _days(21), 1600),
                ("page_viewed", PRICES, 500, _days(10), 2000),
                ("email_clicked", (), 300, _days(14), 900),
                ("email_opened", (), 50, _days(7), 200),
                ("email_unsubscribed", (), -2000, None, 2000),
            )
        )
    )
    gate = All(
        (
            CriterionRule("right_company"),
            CriterionRule("reachable"),
            CriterionRule("not_bounced"),
            AnyOf(
                (
                    FieldRule("score.engagement", AtLeast(2500)),
                    CriterionRule("asks_for_contact"),
                    CriterionRule("webinar_then_prices"),
                    All((CriterionRule("comes_back"), FieldRule("score.fit", AtLeast(5000)))),
                    All((CriterionRule("renews_soon"), FieldRule("score.grade", IsAnyOf(("A", "B"))))),
                )
            ),
        )
    )
    grades = (Grade("A", 5000, 2000), Grade("B", 5000), Grade("C", 3000), Grade("D"))
    return replace(
        northwind,
        fields={name: Field(name, kind, "marketing") for name, kind in FIELDS.items()},
        criteria={name: Criterion(name, name, rule) for name, rule in CRITERIA.items()},
        score=ScoreModel(fit, engagement, grades),
        stages=(StageGate(Stage.LEAD, CriterionRule("reachable")), StageGate(Stage.MQL, gate)),
        handoff=replace(
            northwind.handoff,
            at=Stage.MQL,
            fast_lane=All((CriterionRule("right_company"), CriterionRule("wants_to_talk"))),
            marketing_hands_over=("company.employees", "person.email"),
        ),
    )


def edited() -> Agreement:
    """Return the draft with one clause changed: engagement asks for more."""
    agreement = draft()
    gate = agreement.stages[1]
    assert isinstance(gate.when, All)
    *others, ways = gate.when.rules
    assert isinstance(ways, AnyOf)
    changed = AnyOf((FieldRule("score.engagement", AtLeast(3000)), *ways.rules[1:]))
    return replace(agreement, stages=(agreement.stages[0], StageGate(Stage.MQL, All((*others, changed)))))


def fill(engine: DuckDB, people: int, touchpoints: int) -> None:
    """Make the tables of a company with so many people and about so many touchpoints, unevenly spread.

    Two years; some people are known from the first day, most come later. One person in a thousand does twenty times as
    much as the others.
    """
    run = engine.connection.execute
    start = int(BEGINNING.timestamp()) * 1_000_000
    day = 86_400_000_000
    run("SELECT setseed(0.42)")
    run(
        f"""
        CREATE TABLE people AS SELECT i AS person_id,
            CASE WHEN random() < 0.9 THEN 1 + CAST(floor(random() * {people // 8 + 1}) AS BIGINT) END AS company_id,
            {start} + CAST(floor(random() * 660 * {day}) AS BIGINT) AS known_us
        FROM range(1, {people} + 1) r(i)
        """
    )
    run(
        f"""
        CREATE TABLE touchpoints AS
        WITH counts AS (
            SELECT person_id, known_us, CAST(round({touchpoints / people / 1.02} * -ln(1 - random())
                * CASE WHEN random() < 0.001 THEN 20 ELSE 1 END) AS BIGINT) AS n FROM people
        ), spread AS (
            SELECT person_id, known_us + CAST(floor(-ln(1 - random()) * 60 * {day}) AS BIGINT) AS at_us,
                random() AS kind, random() AS detail
            FROM (SELECT person_id, known_us, unnest(range(0, n)) FROM counts)
        )
        SELECT row_number() OVER () AS touchpoint_id, person_id,
            CASE WHEN kind < 0.55 THEN 'page_viewed' WHEN kind < 0.85 THEN 'email_opened'
                WHEN kind < 0.93 THEN 'email_clicked' WHEN kind < 0.955 THEN 'content_downloaded'
                WHEN kind < 0.975 THEN 'webinar_attended' WHEN kind < 0.99 THEN 'form_submitted'
                WHEN kind < 0.997 THEN 'email_bounced' ELSE 'email_unsubscribed' END AS event,
            at_us,
            CASE WHEN kind >= 0.975 AND kind < 0.99 THEN CASE WHEN detail < 0.3 THEN 'demo' WHEN detail < 0.6
                THEN 'contact' ELSE 'newsletter' END END AS "form text",
            CAST(NULL AS DECIMAL(20, 4)) AS "form number",
            CASE WHEN kind < 0.55 THEN CASE WHEN detail < 0.1 THEN '/pricing' WHEN detail < 0.4 THEN '/products'
                ELSE '/blog/' || CAST(floor(detail * 1000) AS TEXT) END END AS "path text",
            CAST(NULL AS DECIMAL(20, 4)) AS "path number"
        FROM spread
        """
    )
    run(
        """
        CREATE TABLE leads AS SELECT person_id AS lead_id, person_id, CAST(1 AS BIGINT) AS cycle, '' AS source,
            known_us AS first_contact_us, known_us AS opened_us, 'lead' AS stage,
            CAST(NULL AS BIGINT) AS handed_over_us, CAST(NULL AS BIGINT) AS owner_id, '' AS queue,
            CAST(NULL AS BIGINT) AS ended_us
        FROM people
        """
    )
    run(
        f"""
        CREATE TABLE field_changes AS
        WITH companies AS (SELECT DISTINCT company_id AS id FROM people WHERE company_id IS NOT NULL)
        SELECT 'company' AS subject, id AS subject_id, 'company.employees' AS field, CAST({start} AS BIGINT) AS at_us,
            CAST(NULL AS TEXT) AS text, CAST(floor(exp(random() * 8)) AS DECIMAL(20, 4)) AS number, TRUE AS exact
        FROM companies
        UNION ALL SELECT 'company', id, 'company.country', {start},
            CASE WHEN random() < 0.5 THEN 'de' WHEN random() < 0.2 THEN 'at' ELSE 'fr' END, NULL, TRUE FROM companies
        UNION ALL SELECT 'company', id, 'company.industry', {start},
            CASE WHEN random() < 0.4 THEN 'manufacturing' ELSE 'retail' END, NULL, TRUE FROM companies
        UNION ALL SELECT 'company', id, 'company.employees', {start} + CAST(random() * 700 * {day} AS BIGINT),
            NULL, CAST(floor(exp(random() * 8)) AS DECIMAL(20, 4)), TRUE FROM companies WHERE random() < 0.3
        UNION ALL SELECT 'person', person_id, 'person.email', known_us, 'a@b.example', NULL, TRUE FROM people
        UNION ALL SELECT 'person', person_id, 'person.seniority', known_us + CASE WHEN random() < 0.7 THEN 0
            ELSE CAST(random() * 30 * {day} AS BIGINT) END,
            CASE WHEN random() < 0.3 THEN 'director' ELSE 'manager' END, NULL, TRUE FROM people WHERE random() < 0.8
        UNION ALL SELECT 'person', person_id, 'person.phone', known_us + CAST(random() * 60 * {day} AS BIGINT),
            '+49 30 1234', NULL, TRUE FROM people WHERE random() < 0.3
        UNION ALL SELECT 'lead', person_id, 'lead.renewal', known_us,
            strftime(DATE '2025-06-01' + CAST(floor(random() * 700) AS INTEGER), '%Y-%m-%d'), NULL, TRUE
            FROM people WHERE random() < 0.1
        """
    )
