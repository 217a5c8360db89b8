"""The fields of the shared vocabulary as one lead has them, and who may fill them in."""

from dataclasses import dataclass
from decimal import Decimal

from accord.agreement import Agreement, Field, FieldType, english_words
from accord.agreement.explanation import field_in_words, value_in_words
from accord.server.accounts.models import Role, User
from accord.server.pipeline.facts import field_values
from accord.server.pipeline.models import Lead

ELSEWHERE = frozenset(
    {"person.name", "person.email", "person.phone", "person.title", "company.name", "company.domain", "lead.source"}
)
"""Fields that the page shows in its head and under *Contact*.

They stand among the fields only for those who fill them in.
"""
TYPES = {
    FieldType.TEXT: "text",
    FieldType.INTEGER: "number",
    FieldType.DECIMAL: "text",
    FieldType.BOOLEAN: "choice",
    FieldType.DATE: "date",
    FieldType.CHOICE: "choice",
}
"""Which kind of input takes a field's values."""


@dataclass(frozen=True, slots=True)
class FieldLine:
    """One field of the shared vocabulary as this lead has it.

    Attributes:
        raw: The value as a form sends it; empty if it is not known.
        shown: The value as people write it.
        input: ``text``, ``number``, ``date`` or ``choice``; empty if the reader may not change it.
        owner: Whose value wins.
        missing: Marketing owes it before the lead can be handed over.
        error: What is wrong with what was typed just now.
    """

    name: str
    label: str
    raw: str
    shown: str
    input: str
    choices: tuple[tuple[str, str], ...]
    owner: str
    missing: bool = False
    error: str = ""

    @property
    def key(self) -> str:
        """The name as an id in the page."""
        return self.name.replace(".", "-")


def may_fill_in(reader: User, field_owner: str, *, works: bool) -> bool:
    """Return whether a reader may change a field: sales on the leads they work, marketing and operations on any."""
    if reader.role == Role.OPERATIONS:
        return True
    if field_owner != reader.role:
        return False
    return works if reader.role == Role.SALES else reader.role == Role.MARKETING


def field_line(declared: Field, lead: Lead, agreement: Agreement, *, editable: bool) -> FieldLine:
    """Return one field as a lead has it."""
    value = field_values(lead, agreement).get(declared.name)
    yes_no = (("true", "Yes"), ("false", "No")) if declared.type is FieldType.BOOLEAN else ()
    choices = yes_no or tuple((name, _choice(name)) for name in declared.choices)
    raw = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    return FieldLine(
        name=declared.name,
        label=field_in_words(declared.name),
        raw=value_in_words(value).replace(",", "") if isinstance(value, Decimal) else raw,
        shown=dict(choices).get(raw, value_in_words(value)),
        input=TYPES[declared.type] if editable else "",
        choices=choices,
        owner=declared.owner,
        missing=declared.name in lead.held_for,
    )


def _choice(name: str) -> str:
    words = english_words.choice(name)
    return words[:1].upper() + words[1:]


def fields_of(lead: Lead, agreement: Agreement, reader: User, *, works: bool) -> dict[str, tuple[FieldLine, ...]]:
    """Return the fields in groups: of the lead first, since those are what sales finds out."""
    groups: dict[str, list[FieldLine]] = {"lead": [], "person": [], "company": []}
    for declared in agreement.fields.values():
        kind = declared.name.split(".", 1)[0]
        if kind == "company" and lead.person.company is None:
            continue
        editable = may_fill_in(reader, declared.owner, works=works)
        if not editable and declared.name in ELSEWHERE:
            continue
        groups.setdefault(kind, []).append(field_line(declared, lead, agreement, editable=editable))
    return {kind.capitalize(): tuple(lines) for kind, lines in groups.items() if lines}
