"""What a form asks: its fields and consent boxes, how they are stored, and what each of them fills."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import Any

from accord.errors import AccordError
from accord.server.people.addresses import email_key_or_none

MOST_FIELDS = 50
MOST_OPTIONS = 200
LONGEST_LABEL = 300
RESERVED = "accord_"
"""How the names of inputs begin that are not the visitor's."""
PERSON = ("person.email", "person.name", "person.first_name", "person.last_name", "person.phone")
COMPANY = ("company.name", "company.domain")
ALWAYS_THERE = PERSON + COMPANY
"""What a field may fill whatever the agreement declares."""
_WORD = re.compile(r"[a-z0-9]+")


class FormError(AccordError):
    """A form or a submission cannot be what somebody wants it to be."""


class Kind(StrEnum):
    """What a field looks like."""

    TEXT = "text"
    EMAIL = "email"
    TEL = "tel"
    SELECT = "select"
    CHECKBOX = "checkbox"
    TEXTAREA = "textarea"
    HIDDEN = "hidden"


class Asked(StrEnum):
    """When a field is asked, on a page that Accord shows; anywhere else, always.

    ``unknown``: unless its value is known of who fills the form in. ``instead``: in the place of one that is left out.
    """

    ALWAYS = "always"
    UNKNOWN = "unknown"
    INSTEAD = "instead"


@dataclass(frozen=True, slots=True)
class FormField:
    """One field.

    Attributes:
        name: Of the input.
        fills: The field of the agreement, person or company that it fills; empty: none, it stays with the touchpoint.
        options: Of a select, value and label; of a hidden field, its value alone.
    """

    name: str
    label: str
    kind: Kind = Kind.TEXT
    required: bool = False
    fills: str = ""
    options: tuple[tuple[str, str], ...] = ()
    asked: Asked = Asked.ALWAYS


@dataclass(frozen=True, slots=True)
class ConsentBox:
    """A box to tick; ``version`` counts the texts that it had, 0 while it has not been stored."""

    purpose: str
    text: str
    required: bool = False
    version: int = 0

    @property
    def name(self) -> str:
        """Of the input."""
        return f"consent_{self.purpose}"


def written(fields: Iterable[FormField]) -> list[dict[str, Any]]:
    """Return fields as JSON."""
    return [asdict(field) for field in fields]


def read(stored: Iterable[Mapping[str, Any]]) -> list[FormField]:
    """Return fields from JSON."""
    return [
        FormField(
            name=row["name"],
            label=row["label"],
            kind=Kind(row["kind"]),
            required=row["required"],
            fills=row["fills"],
            options=tuple((value, label) for value, label in row["options"]),
            asked=Asked(row["asked"]),
        )
        for row in stored
    ]


def written_boxes(boxes: Iterable[ConsentBox]) -> list[dict[str, Any]]:
    """Return consent boxes as JSON."""
    return [asdict(box) for box in boxes]


def read_boxes(stored: Iterable[Mapping[str, Any]]) -> list[ConsentBox]:
    """Return consent boxes from JSON."""
    return [ConsentBox(**row) for row in stored]


def word(text: str) -> str:
    """Return a name for an input or a purpose.

    Examples:
        >>> word("Your e-mail address"), word("?")
        ('your_e_mail_address', '')
    """
    return "_".join(_WORD.findall(text.casefold()))[:60]


def named(fields: Sequence[FormField]) -> list[FormField]:
    """Return the fields, each with a name of its own: its own, by what it fills, or by its label."""
    taken: set[str] = set()
    result = []
    for place, field in enumerate(fields, start=1):
        base = word(field.name) or word(field.fills.partition(".")[2]) or word(field.label) or f"field_{place}"
        if base.startswith((RESERVED, "consent_")):
            base = f"field_{base}"[:60]
        name, count = base, 1
        while name in taken:
            count += 1
            name = f"{base}_{count}"
        taken.add(name)
        result.append(replace(field, name=name))
    return result


def problems(fields: Sequence[FormField], boxes: Sequence[ConsentBox], fillable: Iterable[str]) -> list[str]:
    """Return what is wrong with what a form is to ask, a sentence each; nothing if all is well."""
    found = []
    known = set(fillable)
    if len(fields) > MOST_FIELDS:
        found.append(f"A form may have {MOST_FIELDS} fields; this one has {len(fields)}.")
    for place, field in enumerate(fields, start=1):
        which = f"Field {place}" + (f" ({field.label})" if field.label else "")
        if not field.label:
            found.append(f"{which} needs a label.")
        if field.fills and field.fills not in known:
            found.append(f"{which} fills {field.fills}, which the agreement does not know.")
        if field.kind is Kind.SELECT and not field.options:
            found.append(f"{which} is a choice and needs options, one a line.")
        if len(field.options) > MOST_OPTIONS:
            found.append(f"{which} may have {MOST_OPTIONS} options.")
    filled = [field.fills for field in fields if field.fills]
    found += [f"Two fields fill {name}." for name in sorted({name for name in filled if filled.count(name) > 1})]
    if not any(field.kind is not Kind.HIDDEN for field in fields):
        found.append("A form needs a field that people can fill in.")
    return found + _problems_of_boxes(boxes)


def _problems_of_boxes(boxes: Sequence[ConsentBox]) -> list[str]:
    purposes = [box.purpose for box in boxes]
    found = [f"Two boxes have the purpose {name}." for name in sorted({n for n in purposes if purposes.count(n) > 1})]
    found += [f"Consent box {place} needs a purpose." for place, box in enumerate(boxes, start=1) if not box.purpose]
    found += [f"Consent box {place} needs a text." for place, box in enumerate(boxes, start=1) if not box.text]
    return found


def options_from(text: str) -> tuple[tuple[str, str], ...]:
    r"""Return options from lines, each a label, or ``value = label`` where the value differs.

    Examples:
        >>> options_from("Germany\n50 = 50 to 199 people\n\n")
        (('Germany', 'Germany'), ('50', '50 to 199 people'))
    """
    found = []
    for line in text.splitlines():
        value, sign, label = (part.strip() for part in line.partition(" = "))
        if value:
            found.append((value[:LONGEST_LABEL], (label if sign and label else value)[:LONGEST_LABEL]))
    return tuple(found)


def options_text(options: Iterable[tuple[str, str]]) -> str:
    """Return options as lines that ``options_from`` reads back."""
    return "\n".join(value if value == label else f"{value} = {label}" for value, label in options)


def in_order(names: Collection[str], declared: Iterable[str]) -> list[str]:
    """Return names of inputs as forms have them, those that no form declares behind.

    Examples:
        >>> in_order({"a", "email", "name", "b"}, ["name", "email", "phone"])
        ['name', 'email', 'a', 'b']
    """
    known = list(dict.fromkeys(name for name in declared if name in names))
    return [*known, *sorted(set(names) - set(known))]


def faults(fields: Iterable[FormField], boxes: Iterable[ConsentBox], sent: Mapping[str, str]) -> dict[str, str]:
    """Return what somebody has to put right before the form can be sent, by the name of the input."""
    found = {}
    for field in fields:
        value = sent.get(field.name, "").strip()
        if field.required and not value and field.kind is not Kind.HIDDEN:
            found[field.name] = "Please tick this." if field.kind is Kind.CHECKBOX else "Please fill this in."
        elif field.kind is Kind.EMAIL and value and email_key_or_none(value) is None:
            found[field.name] = "This is no e-mail address. Write it as name@company.com."
    found |= {box.name: "Please tick this." for box in boxes if box.required and not sent.get(box.name)}
    return found
