"""The tables from which the past is judged again, as queries over the operational tables of PostgreSQL.

Each gives the columns of a table of ``accord.insight.history`` or of the star, but for values: what a field or a
property holds comes out as the text of its JSON, in a column for each property and in ``raw`` for fields.
``columns.py`` makes keys and numbers of it, since no engine's own lower-casing may count.
"""

from collections.abc import Iterable
from datetime import datetime

from psycopg import sql

from accord.server.people.models import Subject
from accord.server.warehouse.star import star

_PEOPLE = """
    SELECT person.id AS person_id, person.company_id, {us_first} AS known_us
    FROM people_person AS person
    LEFT JOIN (SELECT person_id, min(first_contact_at) AS first FROM pipeline_lead GROUP BY person_id) AS lead
        ON lead.person_id = person.id
    WHERE lead.first IS NOT NULL
        OR EXISTS (SELECT FROM people_touchpoint AS touchpoint WHERE touchpoint.person_id = person.id)
"""

_TOUCHPOINTS = """
    SELECT touchpoint.id AS touchpoint_id, touchpoint.person_id, touchpoint.event, {us_at} AS at_us{properties}
    FROM people_touchpoint AS touchpoint
    WHERE touchpoint.counts AND touchpoint.person_id IS NOT NULL AND {asked}
"""

_STANDINGS = """
    SELECT lead.id AS lead_id, lead.person_id, {us_scored} AS at_us,
        CASE WHEN change.at = lead.scored_at AND change.decided_by = 'agreement' AND change.from_stage <> ''
            THEN change.from_stage ELSE change.to_stage END AS stage,
        coalesce(lead.handed_over_at < lead.scored_at, FALSE) AS handed_over,
        cardinality(lead.held_for) > 0 OR coalesce(lead.ready_at = lead.scored_at, FALSE) AS held
    FROM ({judged}) AS lead
    CROSS JOIN LATERAL ({changes} AND change.at <= lead.scored_at {latest}) AS change
"""

_LIVE = """
    SELECT lead.id AS lead_id, lead.fit, lead.engagement, lead.grade, lead.stage, judged.to_stage AS judged_stage,
        last.to_stage AS last_stage, to_json(lead.held_for) AS held_for, lead.ready_at IS NOT NULL AS ready,
        coalesce(lead.ready_at = lead.scored_at, FALSE) AS just_ready, lead.handed_over_at IS NOT NULL AS handed_over
    FROM ({judged}) AS lead
    CROSS JOIN LATERAL ({changes} AND change.at <= lead.scored_at {latest}) AS judged
    CROSS JOIN LATERAL ({changes} {latest}) AS last
    ORDER BY lead.id
"""

_CHANGES = "SELECT * FROM pipeline_stagechange AS change WHERE change.lead_id = lead.id"
_LATEST = "ORDER BY change.at DESC, change.id DESC LIMIT 1"
_JUDGED = """
    SELECT * FROM pipeline_lead
    WHERE ended_at IS NULL AND scored_at > {since} AND coalesce(review_at > {at}, TRUE)
"""

_SUBJECTS = {
    # What was known when somebody entered: since then, or since the first contact where an import tells of the past.
    Subject.COMPANY: """
        SELECT company.id, least(company.created_at, lead.first) AS since,
            company.id > {start} AND company.created_at <= lead.first AS exact
        FROM people_company AS company
        JOIN (
            SELECT person.company_id, min(lead.first_contact_at) AS first
            FROM pipeline_lead AS lead JOIN people_person AS person ON person.id = lead.person_id
            GROUP BY person.company_id
        ) AS lead ON lead.company_id = company.id
    """,
    Subject.PERSON: """
        SELECT person.id, least(person.created_at, lead.first) AS since,
            person.id > {start} AND person.created_at <= lead.first AS exact
        FROM people_person AS person
        JOIN (SELECT person_id, min(first_contact_at) AS first FROM pipeline_lead GROUP BY person_id) AS lead
            ON lead.person_id = person.id
    """,
    Subject.LEAD: """
        SELECT lead.id,
            CASE lead.cycle WHEN 1 THEN least(lead.opened_at, lead.first_contact_at) ELSE lead.opened_at END AS since,
            lead.id > {start} AND NOT EXISTS (
                SELECT FROM pipeline_stagechange AS change
                WHERE change.lead_id = lead.id AND change.from_stage = '' AND change.decided_by = 'import'
            ) AS exact
        FROM pipeline_lead AS lead
    """,
}
_TABLES = {Subject.COMPANY: "people_company", Subject.PERSON: "people_person", Subject.LEAD: "pipeline_lead"}
_COLUMNS = {
    "company.name": "name",
    "company.domain": "domain",
    "person.name": "name",
    "person.email": "email",
    "person.phone": "phone",
    "lead.source": "source",
}
"""Fields that have a column of their own."""

_FIELDS = """
    SELECT {subject} AS subject, subject.id AS subject_id, value.field, {us_since} AS at_us, value.raw::text AS raw,
        subject.exact
    FROM ({subjects}) AS subject
    JOIN {table} AS held ON held.id = subject.id
    CROSS JOIN LATERAL (VALUES {current}) AS now_held (field, raw)
    LEFT JOIN (
        SELECT DISTINCT ON (subject_id, field) subject_id, field, before, at
        FROM people_fieldchange WHERE subject = {subject} AND field IN ({fields})
        ORDER BY subject_id, field, at, id
    ) AS first ON first.subject_id = subject.id AND first.field = now_held.field
    CROSS JOIN LATERAL (
        SELECT now_held.field, CASE WHEN first.at IS NULL THEN now_held.raw ELSE first.before END AS raw
    ) AS value
    WHERE value.raw IS NOT NULL AND first.at IS DISTINCT FROM subject.since
    UNION ALL
    SELECT {subject}, change.subject_id, change.field, {us_at}, change.after::text, TRUE
    FROM (
        SELECT DISTINCT ON (subject_id, field, at) subject_id, field, at, after
        FROM people_fieldchange WHERE subject = {subject} AND field IN ({fields})
        ORDER BY subject_id, field, at, id DESC
    ) AS change
"""


def people() -> sql.Composable:
    """Return everybody who has touchpoints or a lead."""
    return sql.SQL(_PEOPLE).format(us_first=_us("lead.first"))


def touchpoints(properties: Iterable[str], events: Iterable[str] | None) -> sql.Composable:
    """Return what these people did of these events (None: of any), with the JSON text of each property.

    It stands in ``raw_column`` of the property's place, since its name might be that of another column, or too long.
    """
    columns = [
        sql.SQL(", (touchpoint.properties -> {key})::text AS {name}").format(
            key=sql.Literal(name), name=sql.Identifier(raw_column(place))
        )
        for place, name in enumerate(properties)
    ]
    asked: sql.Composable = sql.SQL("TRUE")
    if events is not None:
        named = sql.SQL(", ").join(map(sql.Literal, sorted(events) or [""]))
        asked = sql.SQL("touchpoint.event IN ({})").format(named)
    return sql.SQL(_TOUCHPOINTS).format(us_at=_us("touchpoint.at"), properties=sql.SQL("").join(columns), asked=asked)


def raw_column(place: int) -> str:
    """Return the name of the column that holds the property of this place among those asked for."""
    return f"property_{place}"


def standings(since: datetime, at: datetime) -> sql.Composable:
    """Return the leads that are judged, each as it stood before, at the instant at which it was.

    Args:
        since: When the agreement came into force; who was judged before is due.
        at: Now; whose review has come by now is due.
    """
    return _of_judged(_STANDINGS, since, at)


def live(since: datetime, at: datetime) -> sql.Composable:
    """Return the same leads as ``standings`` with what their rows say, by id."""
    return _of_judged(_LIVE, since, at)


def _of_judged(query: str, since: datetime, at: datetime) -> sql.Composable:
    return sql.SQL(query).format(
        us_scored=_us("lead.scored_at"),
        judged=sql.SQL(_JUDGED).format(since=sql.Literal(since), at=sql.Literal(at)),
        changes=sql.SQL(_CHANGES),
        latest=sql.SQL(_LATEST),
    )


def due(since: datetime, at: datetime) -> sql.Composable:
    """Return the open leads that are not among them."""
    query = "SELECT id FROM pipeline_lead WHERE ended_at IS NULL AND id NOT IN (SELECT id FROM ({judged}) AS judged)"
    return sql.SQL(query).format(judged=sql.SQL(_JUDGED).format(since=sql.Literal(since), at=sql.Literal(at)))


def of_star(name: str) -> sql.Composable:
    """Return a table of the star."""
    return sql.SQL(star()[name].sql(dialect="postgres", identify=True))  # no words of users


def field_changes(fields: Iterable[str]) -> sql.Composable:
    """Return every value that these fields ever had, with ``raw`` for the text of its JSON; NULL: taken away."""
    by_subject: dict[Subject, list[str]] = {subject: [] for subject in Subject}
    for name in sorted(fields):
        by_subject[Subject(name.partition(".")[0])].append(name)
    parts = [_changes(subject, names) for subject, names in by_subject.items() if names]
    return sql.SQL(" UNION ALL ").join(parts) if parts else sql.SQL(_NO_FIELDS)


_NO_FIELDS = """
    SELECT ''::text AS subject, 0::bigint AS subject_id, ''::text AS field, 0::bigint AS at_us, NULL::text AS raw,
        TRUE AS exact
    WHERE FALSE
"""


def _changes(subject: Subject, names: list[str]) -> sql.Composable:
    start = sql.SQL("coalesce((SELECT last_before FROM people_historystart WHERE subject = {}), 0)")
    return sql.SQL(_FIELDS).format(
        subject=sql.Literal(subject.value),
        subjects=sql.SQL(_SUBJECTS[subject]).format(start=start.format(sql.Literal(subject.value))),
        table=sql.Identifier(_TABLES[subject]),
        current=sql.SQL(", ").join(_current(name) for name in names),
        fields=sql.SQL(", ").join(map(sql.Literal, names)),
        us_since=_us("subject.since"),
        us_at=_us("change.at"),
    )


def _current(name: str) -> sql.Composable:
    """Return the pair of a field's name and its present value."""
    column = _COLUMNS.get(name)
    if column is not None:
        value: sql.Composable = sql.SQL("to_jsonb(nullif(held.{}, ''))").format(sql.Identifier(column))
    else:
        value = sql.SQL("held.fields -> {}").format(sql.Literal(name.partition(".")[2]))
    return sql.SQL("({}::text, {})").format(sql.Literal(name), value)


def _us(instant: str) -> sql.Composable:
    """Return an instant in whole microseconds since 1970."""
    return sql.SQL(f"CAST(extract(epoch FROM {instant}) * 1000000 AS bigint)")  # named above
