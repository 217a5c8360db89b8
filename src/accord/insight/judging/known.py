"""What was known of fields at an instant: each value from the instant at which it was learnt until the next one came.

Fields of a person and a company are theirs. Those of a lead count while it is its person's current lead: from the
beginning of its cycle until the next cycle begins; the first also before it was opened.
"""

from collections.abc import Iterable, Mapping, Sequence

from sqlglot import exp

from accord.agreement import Field, FieldType
from accord.insight.tree import FAR, as_table, column, named, select, table, whole
from accord.rules import ColumnType, FieldColumn

COLUMN_TYPES: Mapping[FieldType, ColumnType] = {
    FieldType.TEXT: ColumnType.TEXT,
    FieldType.CHOICE: ColumnType.TEXT,
    FieldType.INTEGER: ColumnType.INTEGER,
    FieldType.DECIMAL: ColumnType.DECIMAL,
    FieldType.BOOLEAN: ColumnType.BOOLEAN,
    FieldType.DATE: ColumnType.DATE,
}
"""How each type of the agreement stands in a column."""


def columns_of(fields: Iterable[Field]) -> dict[str, FieldColumn]:
    """Return the column that holds each field, by its full name; some engines allow no point in a column's name."""
    return {field.name: FieldColumn(field.name.replace(".", " "), COLUMN_TYPES[field.type]) for field in fields}


def subjects_of(fields: Mapping[str, FieldColumn]) -> dict[str, dict[str, FieldColumn]]:
    """Return the fields of each subject that has some: person, company, lead."""
    found: dict[str, dict[str, FieldColumn]] = {}
    for name, field in sorted(fields.items()):
        found.setdefault(name.split(".")[0], {})[name] = field
    return found


def known(subject: str, names: Sequence[str], days: str) -> exp.Query:
    """Return every value with the span in which it was the latest: whose, the place of its field, and the value.

    Args:
        subject: Whose fields: person, company or lead.
        names: The fields.
        days: The table that tells the number of a calendar day by its text.
    """
    places = exp.Case(
        ifs=[
            exp.If(this=exp.EQ(this=column("c", "field"), expression=exp.Literal.string(name)), true=whole(place))
            for place, name in enumerate(names)
        ]
    )
    own = select("SELECT c.subject = :subject", subject=subject).selects[0]
    listed = exp.In(this=column("c", "field"), expressions=[exp.Literal.string(name) for name in names])
    placed = select("SELECT c.subject_id, c.at_us AS from_us, c.text, c.number, :places AS field", places=places)
    placed = placed.from_(table("field_changes", "c"), copy=False).where(own, listed, copy=False)
    return select(
        """
        SELECT k.subject_id, k.field, k.from_us, k.text, k.number, d.day, COALESCE(LEAD(k.from_us) OVER (
            PARTITION BY k.subject_id, k.field ORDER BY k.from_us NULLS LAST), :far) AS until_us
        FROM k LEFT JOIN days AS d ON d.text = k.text
        """,
        {"days": days},
        far=FAR,
    ).from_(as_table(placed, "k"), copy=False)


def facts(known_table: str, fields: Iterable[FieldColumn]) -> exp.Query:
    """Return what was known of each subject from one change to the next: ``subject_id, from_us, until_us`` and fields.

    Args:
        known_table: The table that holds ``known`` of these fields, in this order.
        fields: All of one subject.
    """
    starts = select(
        "SELECT k.subject_id, k.from_us FROM known AS k GROUP BY k.subject_id, k.from_us", {"known": known_table}
    )
    columns = list(fields)
    values = [named(_value(field, place), field.name) for place, field in enumerate(columns)]
    found = (
        select(
            """
            SELECT s.subject_id, s.from_us FROM s JOIN known AS k
            ON k.subject_id = s.subject_id AND k.from_us <= s.from_us AND s.from_us < k.until_us
            GROUP BY s.subject_id, s.from_us
            """,
            {"known": known_table},
        )
        .select(*values, copy=False)
        .from_(as_table(starts, "s"), copy=False)
    )
    return (
        select(
            """
            SELECT f.subject_id, f.from_us, COALESCE(LEAD(f.from_us) OVER (
                PARTITION BY f.subject_id ORDER BY f.from_us NULLS LAST), :far) AS until_us
            """,
            far=FAR,
        )
        .select(*(column("f", field.name) for field in columns), copy=False)
        .from_(as_table(found, "f"), copy=False)
    )


def current_leads() -> exp.Query:
    """Return each lead with the span in which it was its person's current one."""
    return select(
        """
        SELECT l.lead_id, l.person_id,
            CASE WHEN LAG(l.lead_id) OVER (PARTITION BY l.person_id ORDER BY l.cycle NULLS LAST) IS NULL
                THEN :before ELSE l.opened_us END AS from_us,
            COALESCE(LEAD(l.opened_us) OVER (PARTITION BY l.person_id ORDER BY l.cycle NULLS LAST), :far) AS until_us
        FROM leads AS l
        """,
        before=exp.Neg(this=exp.Literal.number(FAR)),
        far=FAR,
    )


def known_and(subject: str, known_table: str, reaches: str) -> exp.Query:
    """Return when the day in a field was known and in reach: ``person_id, from_us, until_us``.

    Args:
        subject: Whose field it is.
        known_table: The table that holds ``known`` of this field alone.
        reaches: The table that tells when each day is in reach.
    """
    spans = select(
        """
        SELECT k.subject_id, GREATEST(k.from_us, r.from_us) AS from_us, LEAST(k.until_us, r.until_us) AS until_us
        FROM known AS k JOIN reaches AS r ON r.day = k.day
        WHERE GREATEST(k.from_us, r.from_us) < LEAST(k.until_us, r.until_us)
        """,
        {"known": known_table, "reaches": reaches},
    )
    match subject:
        case "person":
            return select("SELECT s.subject_id AS person_id, s.from_us, s.until_us").from_(
                as_table(spans, "s"), copy=False
            )
        case "company":
            return select(
                """
                SELECT p.person_id, s.from_us, s.until_us FROM s JOIN people AS p ON p.company_id = s.subject_id
                """
            ).from_(as_table(spans, "s"), copy=False)
    clipped = select(
        """
        SELECT l.person_id, GREATEST(s.from_us, l.from_us) AS from_us, LEAST(s.until_us, l.until_us) AS until_us
        WHERE GREATEST(s.from_us, l.from_us) < LEAST(s.until_us, l.until_us)
        """
    )
    on = select("SELECT l.lead_id = s.subject_id").selects[0]
    return clipped.from_(as_table(spans, "s"), copy=False).join(as_table(current_leads(), "l"), on=on, copy=False)


def as_of(
    moments: exp.Query,
    key: Sequence[str],
    fields: Mapping[str, Mapping[str, FieldColumn]],
    tables: Mapping[str, str],
) -> exp.Query:
    """Return what was known at each moment, one row each: the key and a column for each field, NULL where missing.

    Args:
        moments: ``at_us``, the columns of the key, and ``person_id``, ``company_id`` or ``lead_id`` of each subject.
        key: What tells the moments apart.
        fields: By subject.
        tables: The table that holds the ``facts`` of each subject.
    """
    found = exp.select(*(column("m", name) for name in key)).from_(as_table(moments, "m"), copy=False)
    for subject, columns in fields.items():
        on = select(
            "SELECT x.subject_id = :id AND x.from_us <= m.at_us AND m.at_us < x.until_us",
            id=column("m", f"{subject}_id"),
        ).selects[0]
        for used in on.find_all(exp.Column):
            if used.table == "x":
                used.set("table", exp.to_identifier(subject, quoted=True))
        source = table(tables[subject], subject)
        found = found.join(source, on=on, join_type="left", copy=False)
        found = found.select(*(column(subject, field.name) for field in columns.values()), copy=False)
    return found


def _value(field: FieldColumn, place: int) -> exp.Expr:
    """Return a field's value out of the rows known at one moment, of which at most one is of this field."""
    match field.type:
        case ColumnType.TEXT:
            value: exp.Expr = column("k", "text")
        case ColumnType.DATE:
            value = column("k", "day")
        case ColumnType.BOOLEAN:
            value = select("SELECT CASE WHEN k.text = 'true' THEN 1 WHEN k.text = 'false' THEN 0 END").selects[0]
        case ColumnType.INTEGER | ColumnType.DECIMAL:
            value = column("k", "number")
    own = exp.EQ(this=column("k", "field"), expression=exp.Literal.number(place))
    largest = exp.Max(this=exp.Case(ifs=[exp.If(this=own, true=value)]))
    match field.type:
        case ColumnType.BOOLEAN:
            return exp.EQ(this=largest, expression=exp.Literal.number(1))
        case ColumnType.INTEGER:
            return exp.cast(largest, "BIGINT")
    return largest
