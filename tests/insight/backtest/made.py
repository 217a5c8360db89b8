"""Agreements and people for tests that are worked out by hand: an instant is a number of hours after the beginning."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from accord.agreement import Agreement, Criterion, Field, FieldType, Stage, StageGate, read
from accord.insight.backtest.reference import Learnt, PersonHistory
from accord.rules import AnyOf, Rule, Touchpoint, microseconds
from accord.scoring import ScoreModel

BEGINNING = datetime(2026, 3, 2, tzinfo=UTC)  # a Monday
NORTHWIND = read(Path(__file__).parents[3] / "examples/northwind/agreement.yaml").agreement


def hour(number: float) -> datetime:
    return BEGINNING + timedelta(hours=number)


def us(number: float) -> int:
    return microseconds(hour(number))


def agreed(
    gate: Rule | None = None,
    *,
    fast_lane: Rule | None = None,
    score: ScoreModel | None = None,
    required: Sequence[str] = (),
    zone: str = "UTC",
    **criteria: Rule,
) -> Agreement:
    """An agreement that hands over at MQL, whose gate this is; without one nobody ever comes there."""
    kinds = {"company.employees": FieldType.INTEGER, "lead.renewal": FieldType.DATE}
    names = ["company.country", "company.employees", "person.email", "person.title", "lead.budget", "lead.renewal"]
    return replace(
        NORTHWIND,
        zone=ZoneInfo(zone),
        fields={name: Field(name, kinds.get(name, FieldType.TEXT), "marketing") for name in names},
        criteria={name: Criterion(name, name, rule) for name, rule in criteria.items()},
        score=score or ScoreModel(),
        stages=(StageGate(Stage.MQL, AnyOf(()) if gate is None else gate),),
        handoff=replace(NORTHWIND.handoff, at=Stage.MQL, fast_lane=fast_lane, marketing_hands_over=tuple(required)),
    )


def person(
    *touches: tuple[float, str] | tuple[float, str, dict[str, Any]],
    known: float = 0,
    learnt: Sequence[tuple[float, str, Any]] = (),
) -> PersonHistory:
    """Somebody to whom things happened at these hours, and of whom things were learnt."""
    made = tuple(
        Touchpoint(str(number), each[1], hour(each[0]), each[2] if len(each) > 2 else {})
        for number, each in enumerate(touches)
    )
    return PersonHistory(hour(known), tuple(Learnt(name, hour(at), value) for at, name, value in learnt), made)
