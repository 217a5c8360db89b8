"""What a column of a file may become: the names on the left side of a mapping, for each kind of file.

Pure. A target is a field that Accord itself knows, or one that the agreement in force declares.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from accord.agreement import Agreement, FieldType
from accord.agreement.currency import CURRENCIES


class Cell(Enum):
    """How a cell is read."""

    TEXT = "text"
    EMAIL = "e-mail address"
    EMAIL_KEY = "e-mail address by which a person is found"
    DOMAIN = "domain"
    INSTANT = "day or time that has been"
    DAY = "day that has been"
    COUNT = "count"
    AMOUNT = "amount of money"
    MARGIN = "margin"
    CURRENCY = "currency"
    RATE = "exchange rate"
    STAGE = "stage"
    OUTCOME = "outcome of a deal"
    FIELD = "field of the agreement"
    PROPERTY = "property of a touchpoint"


@dataclass(frozen=True, slots=True)
class Target:
    """One thing that a column of a file may become.

    Attributes:
        name: As it stands in the mapping, such as ``person.email``.
        staged: The column of the staging table, or of a group of fields, that it goes to.
        cell: How its cells are read.
        longest: Most characters.
        needed: Every row must have it.
        type: The type that the agreement, the mapping or a typed file declares.
        choices: The valid values of a choice.
        group: The staged JSON column of which it is one key; None: it has a column of its own.
    """

    name: str
    staged: str
    cell: Cell = Cell.TEXT
    longest: int = 200
    needed: bool = False
    type: FieldType = FieldType.TEXT
    choices: tuple[str, ...] = ()
    group: str | None = None


LONGEST_VALUE = 10_000
"""Most characters of a field of the agreement or of a property."""

LONGEST_ID = 190
"""Most characters of a record's id; a person known by nothing else is named by it, with a word in front."""

KINDS = ("leads", "touchpoints", "deals", "costs", "rates")
WITHOUT_ID = frozenset({"costs", "rates"})
"""Files whose rows are told apart by what they are about."""

_LEADS = (
    Target("lead.source", "source"),
    Target("lead.first_contact_at", "first_contact_at", Cell.INSTANT),
    Target("lead.stage", "stage", Cell.STAGE),
    Target("lead.stage_since", "stage_since", Cell.INSTANT),
    Target("person.external_id", "person_external_id"),
    Target("person.email", "email", Cell.EMAIL, 320),
    Target("person.name", "person_name", longest=300),
    Target("person.phone", "phone", longest=60),
    Target("company.external_id", "company_external_id"),
    Target("company.domain", "domain", Cell.DOMAIN, 253),
    Target("company.name", "company_name", longest=300),
)
_TOUCHPOINTS = (
    Target("touchpoint.at", "at", Cell.INSTANT, needed=True),
    Target("touchpoint.event", "event", longest=100, needed=True),
    Target("touchpoint.source", "source", longest=100),
    Target("person.email", "email_key", Cell.EMAIL_KEY, 320),
    Target("person.external_id", "person_external_id"),
    Target("lead.external_id", "lead_external_id"),
)
_DEALS = (
    Target("lead.external_id", "lead_external_id"),
    Target("person.email", "email_key", Cell.EMAIL_KEY, 320),
    Target("deal.name", "name", longest=300),
    Target("deal.amount", "amount", Cell.AMOUNT),
    Target("deal.list_amount", "list_amount", Cell.AMOUNT),
    Target("deal.margin", "margin", Cell.MARGIN),
    Target("deal.currency", "currency", Cell.CURRENCY),
    Target("deal.opened_at", "opened_at", Cell.INSTANT),
    Target("deal.won_at", "won_at", Cell.INSTANT),
    Target("deal.lost_at", "lost_at", Cell.INSTANT),
    Target("deal.outcome", "outcome", Cell.OUTCOME),
    Target("deal.closed_at", "closed_at", Cell.INSTANT),
)
_COSTS = (
    Target("cost.day", "day", Cell.DAY, needed=True),
    Target("cost.source", "source"),
    Target("cost.medium", "medium"),
    Target("cost.campaign", "campaign"),
    Target("cost.amount", "amount", Cell.AMOUNT, needed=True),
    Target("cost.currency", "currency", Cell.CURRENCY),
    Target("cost.clicks", "clicks", Cell.COUNT),
    Target("cost.impressions", "impressions", Cell.COUNT),
)
_RATES = (
    Target("rate.day", "day", Cell.DAY, needed=True),
    Target("rate.base", "base", Cell.CURRENCY),
    Target("rate.currency", "currency", Cell.CURRENCY),
    Target("rate.rate", "rate", Cell.RATE),
    # A file may have a column for each currency instead of a row, as that of the European Central Bank.
    *(Target(f"rate.{code}", code, Cell.RATE, group="rates") for code in sorted(CURRENCIES)),
)
BUILT_IN: Mapping[str, Mapping[str, Target]] = {
    kind: {target.name: target for target in targets}
    for kind, targets in zip(KINDS, (_LEADS, _TOUCHPOINTS, _DEALS, _COSTS, _RATES), strict=True)
}

WHOSE: Mapping[str, tuple[str, ...]] = {
    "leads": (),
    "touchpoints": ("person.email", "person.external_id", "lead.external_id"),
    "deals": ("lead.external_id", "person.email"),
    "costs": ("cost.campaign", "cost.source"),
    "rates": (),
}
"""By which targets a row names whom or what it belongs to; at least one must be mapped."""

PROPERTY = "property."


def valid_targets(kind: str, agreement: Agreement | None) -> dict[str, Target]:
    """Return what the columns of a file of this kind may become, by name; properties, which are open, are left out."""
    targets = dict(BUILT_IN[kind])
    if kind != "leads" or agreement is None:
        return targets
    for name, field in agreement.fields.items():
        if name in targets:
            known = targets[name]
            targets[name] = Target(
                name, known.staged, known.cell, known.longest, type=field.type, choices=field.choices
            )
            continue
        whose, short = name.split(".", 1)
        targets[name] = Target(
            name,
            short,
            Cell.FIELD,
            LONGEST_VALUE,
            type=field.type,
            choices=field.choices,
            group=f"{whose}_fields",
        )
    return targets


def property_target(name: str, kind: FieldType) -> Target:
    """Return the target of ``property.<name>``."""
    return Target(name, name.removeprefix(PROPERTY), Cell.PROPERTY, LONGEST_VALUE, type=kind, group="properties")
