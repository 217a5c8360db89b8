"""What was known of each person from one change to the next, beginning with the first contact."""

from collections.abc import Mapping

from sqlglot import exp

from accord.insight.judging.known import as_of, current_leads, subjects_of
from accord.insight.judging.materials import Materials
from accord.insight.tree import FAR, as_table, column, select, together
from accord.rules import FieldColumn


def sampled(person: exp.Expr, every: int) -> exp.Expr:
    """Return whether a person is among every so many."""
    if every == 1:
        return exp.true()
    return select("SELECT CAST(:person // :every AS BIGINT) * :every = :person", person=person, every=every).selects[0]


def spans(materials: Materials, fields: Mapping[str, FieldColumn], every: int = 1) -> str:
    """Return the table of everybody's spans: ``person_id, from_us, until_us`` and a column for each field.

    The spans of a person follow each other without a gap from the first contact on, and the last has no end.

    Args:
        materials: What the engine holds.
        fields: The columns of the fields.
        every: Only every so many people.
    """
    subjects = subjects_of(fields)
    columns = [field for fields_of_one in subjects.values() for field in fields_of_one.values()]

    def query() -> exp.Query:
        tables = materials.facts(subjects)
        found = as_of(_moments(tables, every), ("person_id", "at_us"), subjects, tables)
        return (
            select(
                """
                SELECT f.person_id, f.at_us AS from_us, COALESCE(LEAD(f.at_us) OVER (
                    PARTITION BY f.person_id ORDER BY f.at_us NULLS LAST), :far) AS until_us
                """,
                far=FAR,
            )
            .select(*(column("f", field.name) for field in columns), copy=False)
            .from_(as_table(found, "f"), copy=False)
        )

    return materials.made("spans", "following what was known of people", query, sorted(fields.items()), every)


def _moments(tables: Mapping[str, str], every: int) -> exp.Query:
    """Return the instants at which anything known of a person may change, with whose fields count then."""
    instants: list[exp.Query] = [
        select("SELECT p.person_id, p.known_us AS at_us FROM people AS p WHERE NOT p.known_us IS NULL")
    ]
    for subject in sorted({"person", "company"} & tables.keys()):
        same = exp.EQ(this=column("x", "subject_id"), expression=column("p", f"{subject}_id"))
        instants.append(
            select(
                """
                SELECT p.person_id, x.from_us AS at_us FROM people AS p
                JOIN facts AS x ON :same AND x.from_us > p.known_us
                """,
                {"facts": tables[subject]},
                same=same,
            )
        )
    company = select("SELECT i.person_id, i.at_us, p.company_id FROM i JOIN people AS p ON p.person_id = i.person_id")
    if "lead" not in tables:
        return company.from_(as_table(_each_once(instants, every), "i"), copy=False)
    instants += [
        select(
            """
            SELECT l.person_id, l.from_us AS at_us FROM l
            JOIN people AS p ON p.person_id = l.person_id AND l.from_us > p.known_us
            """
        ).from_(as_table(current_leads(), "l"), copy=False),
        select(
            """
            SELECT l.person_id, x.from_us AS at_us FROM l JOIN people AS p ON p.person_id = l.person_id
            JOIN facts AS x ON x.subject_id = l.lead_id AND x.from_us > p.known_us
                AND x.from_us >= l.from_us AND x.from_us < l.until_us
            """,
            {"facts": tables["lead"]},
        ).from_(as_table(current_leads(), "l"), copy=False),
    ]
    on = select("SELECT l.person_id = i.person_id AND l.from_us <= i.at_us AND i.at_us < l.until_us").selects[0]
    return (
        company.from_(as_table(_each_once(instants, every), "i"), copy=False)
        .join(as_table(current_leads(), "l"), on=on, join_type="left", copy=False)
        .select(column("l", "lead_id"), copy=False)
    )


def _each_once(instants: list[exp.Query], every: int) -> exp.Query:
    once = select("SELECT a.person_id, a.at_us GROUP BY a.person_id, a.at_us")
    return once.from_(as_table(together(instants), "a"), copy=False).where(
        sampled(column("a", "person_id"), every), copy=False
    )
