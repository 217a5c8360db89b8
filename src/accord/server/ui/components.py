"""The small computations behind the components: links that keep the query string, bar widths, funnel steps."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from accord.server.ui.words import percent


@dataclass(frozen=True, slots=True)
class Stage:
    """How one stage of the lifecycle is shown."""

    label: str
    meaning: str


STAGES: Mapping[str, Stage] = {
    "subscriber": Stage("Subscriber", "Agreed to hear from us; not a lead yet"),
    "lead": Stage("Lead", "Known by name, not judged ready"),
    "mql": Stage("MQL", "Marketing-qualified lead: meets the definition both sides signed"),
    "sal": Stage("SAL", "Sales-accepted lead: sales has agreed to work it"),
    "sql": Stage("SQL", "Sales-qualified lead: sales has confirmed the need"),
    "opportunity": Stage("Opportunity", "A deal with an amount is open"),
    "customer": Stage("Customer", "Won"),
    "recycled": Stage("Recycled", "Back with marketing until a date or a trigger"),
    "disqualified": Stage("Disqualified", "Out for good"),
}


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """One row of a funnel; widths are shares of the widest row, in per cent of the drawing."""

    label: str
    count: int
    href: str
    width: str
    of_previous: str
    of_first: str


FORMATS = (
    ("csv", "CSV", "for any program"),
    ("xlsx", "Excel", "numbers and dates as such"),
    ("parquet", "Parquet", "for analysis"),
)
"""In what pages hand out tables: the value of ``format``, its name, and what it is for."""


def query(current: QueryDict | None, **changes: object) -> str:
    """Return ``?…`` with some parameters replaced, or removed where the value is None or empty.

    It always begins with a question mark, so that a link to "no parameters" is not a link to the present ones.
    """
    wanted = current.copy() if current is not None else QueryDict(mutable=True)
    for name, value in changes.items():
        if value is None or value == "":
            wanted.pop(name, None)
        else:
            wanted[name] = str(value)
    return "?" + wanted.urlencode()


def width(value: float, most: float) -> str:
    """Return a share as an SVG length such as ``43.5%``; beyond the ends it stays at the ends."""
    share = float(value) / float(most) if most else 0.0
    return f"{round(min(max(share, 0.0), 1.0) * 100, 2):g}%"


def funnel_steps(steps: Iterable[Mapping[str, Any]]) -> tuple[FunnelStep, ...]:
    """Return the rows of a funnel from mappings with ``label``, ``count`` and perhaps ``href``.

    A conversion out of nothing, or into more than there were (people who skipped a stage), is a dash and never a
    percentage: such a figure would claim what the counts do not say.
    """
    rows = list(steps)
    counts = [int(row["count"]) for row in rows]
    most = max(counts, default=0)
    return tuple(
        FunnelStep(
            str(row["label"]),
            counts[at],
            str(row.get("href") or ""),
            width(counts[at], most),
            "" if at == 0 else _conversion(counts[at], counts[at - 1]),
            "" if at == 0 else _conversion(counts[at], counts[0]),
        )
        for at, row in enumerate(rows)
    )


def _conversion(part: int, whole: int) -> str:
    return percent(part / whole if whole and part <= whole else None)


def sparkline_points(values: Sequence[float], wide: int = 96, high: int = 24) -> str:
    """Return the ``points`` of an SVG polyline over the values, with a margin of two units; "" below two values."""
    if len(values) < 2:
        return ""
    low, span = min(values), (max(values) - min(values)) or 1
    step = (wide - 4) / (len(values) - 1)
    return " ".join(
        f"{2 + at * step:.1f},{high - 2 - (value - low) / span * (high - 4):.1f}" for at, value in enumerate(values)
    )
