"""Which clauses are checked and signed, but not carried out yet: the one place that says so.

A part of the software that begins to carry out a clause takes its line out of the table, and nothing else changes:
``accord check`` and the page of the agreement read it here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from accord.agreement.plan import Agreement
from accord.agreement.stage import Stage

NOT_YET = (
    "nurture",
    "goals",
    "prices",
    "budget",
    "meetings",
)
"""Paths of clauses that nothing carries out yet, with all below them; ``*`` is any name, ``[]`` any place in a list."""

_STEP = re.compile(r"[^.\[\]]+|\[\d*\]")


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A group of clauses that are carried out, but not in every case.

    Attributes:
        section: The path under which they stand.
        missing: What is not done, as a sentence without a full stop.
    """

    section: str
    missing: str


def is_carried_out(path: str) -> bool:
    """Return whether the software does what the clause at ``path`` says.

    Examples:
        >>> is_carried_out("stages.mql"), is_carried_out("budget.campaigns.fair"), is_carried_out("nurture[2]")
        (True, False, False)
    """
    steps = _steps(path)
    return not any(_begins(steps, _steps(pattern)) for pattern in NOT_YET)


def shortfalls(agreement: Agreement) -> tuple[Shortfall, ...]:
    """Return what is carried out only in part."""
    return tuple(_shortfalls(agreement))


def _shortfalls(agreement: Agreement) -> Iterator[Shortfall]:
    for gate in agreement.stages:
        if gate.checked_by is not None and gate.stage is not Stage.SQL:
            yield Shortfall(f"stages.{gate.stage}", f"'{gate.checked_by}' has no page yet on which to confirm it")
        elif gate.checked_by not in (None, "sales"):
            yield Shortfall(f"stages.{gate.stage}", f"whoever works the lead confirms it, not only '{gate.checked_by}'")
    if agreement.fields:
        text = "the owner's value wins where people fill it in, but an import overwrites whatever stands there"
        yield Shortfall("fields", text)


def _steps(path: str) -> list[str]:
    return ["[]" if step.startswith("[") else step for step in _STEP.findall(path)]


def _begins(steps: list[str], pattern: list[str]) -> bool:
    return len(steps) >= len(pattern) and all(
        wanted in ("*", step) for step, wanted in zip(steps, pattern, strict=False)
    )
