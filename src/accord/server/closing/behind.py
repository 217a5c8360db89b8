"""The leads behind a number of these pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from accord.insight import Query, Type, query
from accord.insight.closing import cells
from accord.rules import instant
from accord.server.accounts.access import require
from accord.server.accounts.models import User
from accord.server.closing.asked import READERS, STAGE_NAMES, FunnelAsked, MapAsked
from accord.server.closing.funnel import OVER, PARTS, STAYS, WAITING
from accord.server.closing.naming import LABELS, value_labels
from accord.server.pipeline.models import Lead
from accord.server.ui.components import STAGES
from accord.server.warehouse.asking import listed

PAGE = 50


@dataclass(frozen=True, slots=True)
class LeadRow:
    """One lead behind a number: when it came to the first stage or the base, when it was won or came to the second."""

    lead: Lead
    entered: datetime
    reached: datetime | None
    took: timedelta | None


@dataclass(frozen=True, slots=True)
class LeadRows:
    """A page of leads.

    Attributes:
        total: How many there are on all pages.
        narrowed: To which leads, in words.
        heads: What the two instants are.
    """

    rows: Sequence[LeadRow]
    total: int
    narrowed: Sequence[str]
    heads: tuple[str, str]


def leads_of_cell(asked: MapAsked, wanted: Mapping[str, str], page: int, reader: User) -> LeadRows:
    """Return the leads of a cell, of a row or of a column; those won only, if ``won`` is given.

    Raises:
        AccessError: Their role does not see them.
    """
    require(reader, READERS, "see how leads close")
    equal: list[tuple[str, Type]] = []
    given: dict[str, int | str] = {**asked.given, "won": 1}
    narrowed = []
    for name, dimension in (("row", asked.row), ("column", asked.column)):
        if name in wanted and dimension is not None:
            value = wanted[name].replace("\0", "")
            equal.append((f"{name}_value", Type.TEXT))
            given[f"{name}_value"] = value
            narrowed.append(f"{LABELS[dimension]}: {value_labels(dimension, [value])[value]}")
    at_least = ("won",) if wanted.get("won") == "1" else ()
    narrowed += ["Won"] if at_least else []
    found, total = _listed(cells(asked.row, asked.column), given, tuple(equal), at_least, "entered_us", page)
    return LeadRows(_rows(found, "entered_us", "won_us"), total, narrowed, ("Came to the base", "Won"))


def leads_of_passage(asked: FunnelAsked, wanted: Mapping[str, str], page: int, reader: User) -> LeadRows:
    """Return the leads behind a number of the funnel.

    Raises:
        AccessError: Their role does not see them.
    """
    require(reader, READERS, "see how leads pass through the funnel")
    parts = tuple(name for name in PARTS if wanted.get(name) == "1")
    places = {"first_place": STAGE_NAMES.index(asked.first), "second_place": STAGE_NAMES.index(asked.second)}
    given = {**asked.given, **places, **dict.fromkeys(parts, 1)}
    equal = (("first_place", Type.BIGINT), ("second_place", Type.BIGINT))
    found, total = _listed(query("passages"), given, equal, parts, "first_us", page)
    first, second = STAGES[asked.first].label, STAGES[asked.second].label
    narrowed = [f"{first} to {second}", *(PARTS[name] for name in parts)]
    return LeadRows(_rows(found, "first_us", "second_us"), total, narrowed, (f"Came to {first}", f"Came to {second}"))


def leads_of_stay(asked: FunnelAsked, wanted: Mapping[str, str], page: int, reader: User) -> LeadRows:
    """Return the stays at a stage that were over in the period, or that are not over; a lead may have several.

    Raises:
        AccessError: Their role does not see them.
    """
    require(reader, READERS, "see how long leads stay")
    stage = wanted.get("stage", "")
    stage = stage if stage in STAGE_NAMES[:-1] else STAGE_NAMES[0]
    stay = wanted.get("stay") if wanted.get("stay") in STAYS else OVER
    given = {**asked.given, "place": STAGE_NAMES.index(stage), "waiting": int(stay == WAITING)}
    equal = (("place", Type.BIGINT), ("waiting", Type.BIGINT))
    found, total = _listed(query("stays"), given, equal, (), "since_us", page)
    label = STAGES[stage].label
    narrowed = [label, STAYS[stay or OVER]]
    return LeadRows(_rows(found, "since_us", "until_us", "lasted_us"), total, narrowed, (f"Came to {label}", "Left it"))


def _listed(
    question: Query,
    given: Mapping[str, int | str],
    equal: tuple[tuple[str, Type], ...],
    at_least: tuple[str, ...],
    order: str,
    page: int,
) -> tuple[list[dict[str, Any]], int]:
    asked = {**given, "limit": PAGE, "skip": (page - 1) * PAGE}
    rows = listed(question, asked, equal=equal, at_least=at_least, order=order, descending=True)
    found = [dict(zip((*question.columns, "total"), row, strict=True)) for row in rows]
    return found, found[0]["total"] if found else 0


def _rows(found: Sequence[Mapping[str, Any]], entered: str, reached: str, lasted: str = "") -> list[LeadRow]:
    known = Lead.objects.select_related("person__company", "owner").in_bulk([each["lead_id"] for each in found])
    rows = []
    for each in found:
        lead = known.get(each["lead_id"])  # the warehouse may have one that was deleted a moment ago
        if lead is not None:
            begin, end = instant(each[entered]), each[reached] and instant(each[reached])
            took = timedelta(microseconds=each[lasted]) if lasted else end - begin if end else None
            rows.append(LeadRow(lead, begin, end, took))
    return rows
