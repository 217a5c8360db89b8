"""The star over the operational tables: each of its tables as a query that PostgreSQL answers in place.

There is no copy and no view: the queries become part of each question (``docs/adr/0003-analysis-in-place.md``). Text
is cast, because PostgreSQL compares ``varchar`` with ``text`` by converting it; instants come out in microseconds,
exactly, since ``EXTRACT`` of an epoch is ``numeric``.

A lead that was merged into another is none of its own and is left out, with its history, offers and clocks; its
attempts and deals are the other's. These few are found by an index of their own.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from pathlib import Path

import sqlglot
from sqlglot import exp

from accord.insight.warehouse import BUCKET, TABLES, Version, current

_SOURCES: Mapping[str, str] = {
    "leads": """
        SELECT l.id AS lead_id, l.person_id AS person_id, CAST(l.cycle AS BIGINT) AS cycle,
            CAST(l.source AS TEXT) AS source, us(l.first_contact_at) AS first_contact_us, us(l.opened_at) AS opened_us,
            CAST(l.stage AS TEXT) AS stage, us(l.handed_over_at) AS handed_over_us, l.owner_id AS owner_id,
            CAST(l.queue AS TEXT) AS queue, us(l.ended_at) AS ended_us,
            CAST(l.end_reason AS TEXT) AS end_reason
        FROM pipeline_lead AS l
        WHERE l.merged_into_id IS NULL
    """,
    "owners": """
        SELECT u.id AS owner_id, u.is_active AS active, CAST(u.role AS TEXT) AS role FROM accounts_user AS u
    """,
    "stage_changes": """
        SELECT c.id AS change_id, c.lead_id AS lead_id, CAST(c.from_stage AS TEXT) AS from_stage,
            CAST(c.to_stage AS TEXT) AS to_stage, us(c.at) AS at_us, CAST(c.decided_by AS TEXT) AS decided_by
        FROM pipeline_stagechange AS c
        WHERE c.lead_id NOT IN (SELECT m.id FROM pipeline_lead AS m WHERE NOT m.merged_into_id IS NULL)
    """,
    "offers": """
        SELECT o.id AS offer_id, o.lead_id AS lead_id, CAST(r.number AS BIGINT) AS revision, o.owner_id AS owner_id,
            CAST(o.queue AS TEXT) AS queue, CAST(o.via AS TEXT) AS via, CAST(o.grade AS TEXT) AS grade,
            CAST(o.status AS TEXT) AS status, us(o.offered_at) AS offered_us, us(o.decided_at) AS decided_us,
            o.decided_by_id AS decided_by,
            CAST(o.reject_reason AS TEXT) AS reject_reason
        FROM handoffs_offer AS o JOIN agreements_revision AS r ON r.id = o.revision_id
        WHERE o.lead_id NOT IN (SELECT m.id FROM pipeline_lead AS m WHERE NOT m.merged_into_id IS NULL)
    """,
    "clocks": """
        SELECT c.id AS clock_id, c.offer_id AS offer_id, c.lead_id AS lead_id, CAST(r.number AS BIGINT) AS revision,
            CASE WHEN c.offer_id IS NULL THEN 'marketing' ELSE 'sales' END AS side,
            CAST(c.promise AS TEXT) AS promise, CAST(c.clause AS TEXT) AS clause, us(c.started_at) AS started_us,
            us(c.due_at) AS due_us, us(c.stopped_at) AS stopped_us, CAST(c.outcome AS TEXT) AS outcome,
            us(c.response) AS response_us, us(c.on_hold) AS on_hold_us, us(c.paused_at) AS paused_us
        FROM handoffs_clock AS c
        JOIN agreements_revision AS r ON r.id = c.revision_id
        WHERE c.lead_id NOT IN (SELECT m.id FROM pipeline_lead AS m WHERE NOT m.merged_into_id IS NULL)
    """,
    "attempts": """
        SELECT a.id AS attempt_id, a.lead_id AS lead_id, a.by_id AS user_id, us(a.at) AS at_us,
            CAST(a.channel AS TEXT) AS channel, CAST(a.outcome AS TEXT) AS outcome
        FROM handoffs_attempt AS a
    """,
    "deals": """
        SELECT d.id AS deal_id, d.lead_id AS lead_id, CAST(d.outcome AS TEXT) AS outcome,
            CAST(d.amount * 100 AS BIGINT) AS amount_cents, CAST(d.list_amount * 100 AS BIGINT) AS list_cents,
            CAST(d.margin * 100 AS BIGINT) AS margin_cents, CAST(d.currency AS TEXT) AS currency,
            us(d.opened_at) AS opened_us, us(d.closed_at) AS closed_us, d.company_id AS company_id
        FROM pipeline_deal AS d
    """,
    "people": """
        SELECT p.id AS person_id, p.company_id AS company_id FROM people_person AS p
    """,
    "companies": """
        SELECT c.id AS company_id, COALESCE(c.fields ->> 'industry', '') AS industry,
            COALESCE(c.fields ->> 'country', '') AS country,
            CASE
                WHEN JSONB_TYPEOF(c.fields -> 'employees') = 'number'
                    AND CAST(c.fields ->> 'employees' AS DECIMAL) BETWEEN 0 AND 1000000000
                THEN CAST(CAST(c.fields ->> 'employees' AS DECIMAL) AS BIGINT)
            END AS employees
        FROM people_company AS c
    """,
    "visitors": """
        SELECT v.id AS visitor_id, v.person_id AS person_id FROM people_visitor AS v
    """,
    "visits": """
        SELECT v.id AS visit_id, v.visitor_id AS visitor_id, us(v.started_at) AS started_us,
            CAST(v.channel AS TEXT) AS channel, CAST(v.source AS TEXT) AS source, CAST(v.medium AS TEXT) AS medium,
            CAST(v.campaign AS TEXT) AS campaign, CAST(v.content AS TEXT) AS content,
            CAST(v.landing AS TEXT) AS landing, v.inbound AS inbound, CAST(v.agent AS TEXT) AS agent
        FROM people_visit AS v
    """,
    "touchpoints": """
        SELECT t.id AS touchpoint_id, t.person_id AS person_id, us(t.at) AS at_us, CAST(t.event AS TEXT) AS event,
            COALESCE(t.properties ->> 'channel', '') AS channel, COALESCE(t.properties ->> 'source', '') AS source,
            COALESCE(t.properties ->> 'medium', '') AS medium, COALESCE(t.properties ->> 'campaign', '') AS campaign,
            COALESCE(t.properties ->> 'content', '') AS content, COALESCE(t.properties ->> 'path', '') AS landing,
            t.counts AND NOT (
                t.event = 'call_made' AND COALESCE(t.properties ->> 'status', '') IN ('no_answer', 'busy', 'failed')
            ) AS counts
        FROM people_touchpoint AS t
        WHERE t.visit_id IS NULL
    """,
    "costs": """
        SELECT c.id AS cost_id, CAST(c.day - CAST('1970-01-01' AS DATE) AS BIGINT) AS day,
            CAST(c.source AS TEXT) AS source, CAST(c.medium AS TEXT) AS medium, CAST(c.campaign AS TEXT) AS campaign,
            CAST(c.currency AS TEXT) AS currency, CAST(c.amount * 100 AS BIGINT) AS amount_cents,
            c.clicks AS clicks, c.impressions AS impressions
        FROM channels_cost AS c
    """,
}


@cache
def star() -> Mapping[str, exp.Query]:
    """Return the tables of ``accord.insight.STAR`` as trees over the operational tables; not to be changed."""
    return {name: _parsed(text) for name, text in _SOURCES.items()}


@cache
def fingerprint() -> str:
    """Return what tells this star from any other: its columns, the queries that fill it, and how its rows are held."""
    columns = {
        name: [asdict(column) | {"type": column.type.value} for column in table.columns]
        for name, table in TABLES.items()
    }
    queries = {name: star()[name].sql(dialect="postgres") for name in TABLES}
    return hashlib.sha256(json.dumps([columns, queries, BUCKET], sort_keys=True).encode()).hexdigest()[:16]


def current_of_this_star(warehouse: Path) -> Version | None:
    """Return the version that counts; None where there is none, or one that another version of Accord made."""
    version = current(warehouse)
    return version if version is not None and version.made_of.get("star") == fingerprint() else None


def _parsed(text: str) -> exp.Query:
    tree = sqlglot.parse_one(text, read="postgres").transform(_microseconds)
    if not isinstance(tree, exp.Query):
        raise TypeError(text)
    return tree


def _microseconds(node: exp.Expr) -> exp.Expr:
    """Write ``us(x)`` out: an instant or an interval in whole microseconds."""
    if isinstance(node, exp.Anonymous) and node.name == "us":
        epoch = exp.Extract(this=exp.var("EPOCH"), expression=node.expressions[0])
        return exp.cast(exp.Mul(this=epoch, expression=exp.Literal.number(1_000_000)), "BIGINT")
    return node
