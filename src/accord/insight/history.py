"""The tables from which the past is judged again: who, what they did, and what was known of them from when on.

A sibling of ``star.py``, by the same conventions: instants are whole microseconds since 1970 in UTC (``…_us``), and a
row is never changed by what came later. Two tables have columns that depend on the agreement: the properties that its
rules read, two columns each, filled by ``accord.rules.property_columns`` (which also keys the text).

A value of a field is a row of ``field_changes`` at the instant from which it was known. That is what keeps a backtest
from using what was known only afterwards.

``tables_for`` says which tables an engine must hold to judge by some agreements. Three of them are the star's:
``leads``, which tells whose a value of a lead is, and ``offers`` and ``deals``, which tell what really happened.
"""

import re
from collections.abc import Iterable

from accord.agreement import Agreement
from accord.insight.star import STAR, Column, Table, Type
from accord.insight.tree import name_of
from accord.rules import PropertyColumns, properties_of

_PLAIN = re.compile(r"[a-z0-9_]{1,40}")

PEOPLE = Table(
    "people",
    (
        Column("person_id", Type.BIGINT, "Somebody we know"),
        Column("company_id", Type.BIGINT, "Where they work, as known today", nullable=True),
        Column("known_us", Type.BIGINT, "The first contact of their first lead, in microseconds", nullable=True),
    ),
)
"""Everybody who has touchpoints or a lead. Without a lead, ``known_us`` is NULL: they only count as colleagues."""

FIELD_CHANGES = Table(
    "field_changes",
    (
        Column("subject", Type.TEXT, "company, person or lead"),
        Column("subject_id", Type.BIGINT, "Which one"),
        Column("field", Type.TEXT, "The full name, such as company.employees"),
        Column("at_us", Type.BIGINT, "From when it was known, in microseconds"),
        Column("text", Type.TEXT, "As ``property_columns`` gives it; NULL: no text", nullable=True),
        Column("number", Type.DECIMAL, "As ``property_columns`` gives it; NULL: no number", nullable=True),
        Column("exact", Type.BOOLEAN, "False: the instant is the earliest possible, since no history was kept then"),
    ),
)
"""Every value that a field ever had, and when; both values NULL: it was taken away.

A subject has at most one row of a field at an instant. A value is of the type that the agreement declares, at most one
of the two columns is filled, and a value that does not fit the declared type is missing: both are NULL.
"""

STANDINGS = Table(
    "standings",
    (
        Column("lead_id", Type.BIGINT, "A lead to be judged"),
        Column("person_id", Type.BIGINT, "Whose"),
        Column("at_us", Type.BIGINT, "The instant at which this lead is judged, in microseconds"),
        Column("stage", Type.TEXT, "Where it stands before it is judged"),
        Column("handed_over", Type.BOOLEAN, "Whether it was offered to sales in this cycle"),
        Column("held", Type.BOOLEAN, "Whether it waits for fields that marketing must fill in"),
    ),
)
"""Leads as they stand before they are judged in one go; each at an instant of its own."""


def tables_for(agreements: Iterable[Agreement]) -> tuple[Table, ...]:
    """Return the tables that an engine must hold for a backtest of these agreements.

    The same tables, with ``STANDINGS``, are enough to judge leads in one go.
    """
    read = properties_read(agreements)
    return (PEOPLE, FIELD_CHANGES, touchpoints(read), STAR["leads"], STAR["offers"], STAR["deals"])


def properties_read(agreements: Iterable[Agreement]) -> tuple[str, ...]:
    """Return the properties of touchpoints that the rules of these agreements ask for, sorted."""
    return tuple(sorted({name for agreement in agreements for name in _properties(agreement)}))


def _properties(agreement: Agreement) -> frozenset[str]:
    rules = [criterion.rule for criterion in agreement.criteria.values()]
    rules += [clause.when for clause in agreement.score.fit] + [gate.when for gate in agreement.stages]
    rules += [agreement.handoff.fast_lane] if agreement.handoff.fast_lane is not None else []
    tests = {test.name for clause in agreement.score.engagement for test in clause.where}
    return properties_of(rules) | tests


def touchpoints(properties: Iterable[str]) -> Table:
    """Return the table of touchpoints with two columns for each of these properties."""
    columns = [
        Column("touchpoint_id", Type.BIGINT, "One thing that happened"),
        Column("person_id", Type.BIGINT, "To whom"),
        Column("event", Type.TEXT, "What, such as page_viewed"),
        Column("at_us", Type.BIGINT, "When, in microseconds"),
    ]
    for name in sorted(properties):
        held = property_columns_of(name)
        columns.append(Column(held.text, Type.TEXT, f"The key of the property {name}", nullable=True))
        columns.append(Column(held.number, Type.DECIMAL, f"The number in the property {name}", nullable=True))
    return Table("touchpoints", tuple(columns))


def property_columns_of(name: str) -> PropertyColumns:
    """Return the names of the two columns that hold a property.

    Engines take upper for lower case and cut long names off, so a name that could be taken for another is not used.
    """
    held = name if _PLAIN.fullmatch(name) else name_of("property of", name)
    return PropertyColumns(f"{held} text", f"{held} number")
