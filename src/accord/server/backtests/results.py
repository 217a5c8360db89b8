"""What came out of a backtest, as JSON in its row and back."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from accord.insight import Period
from accord.insight.backtest import (
    Caution,
    ClauseWeight,
    Comparison,
    Fate,
    HandoversOf,
    Share,
    WeekOfHandovers,
    Weights,
    Without,
)

Json = Mapping[str, Any]


def stored(comparison: Comparison, weights: Weights) -> dict[str, Any]:
    """Return it as JSON."""
    return {
        "people": comparison.people,
        "draft": asdict(comparison.draft),
        "other": asdict(comparison.other) if comparison.other else None,
        "weeks": [asdict(week) | {"starts": week.starts.isoformat()} for week in comparison.weeks],
        "fates": {fate.value: count for fate, count in comparison.fates.items()},
        "cautions": [asdict(caution) for caution in comparison.cautions],
        "weights": asdict(weights),
    }


def restored(result: Json, period: Period) -> tuple[Comparison, Weights]:
    """Return what ``stored`` was given."""
    comparison = Comparison(
        period=period,
        people=result["people"],
        draft=_handovers(result["draft"]),
        other=_handovers(result["other"]) if result["other"] else None,
        weeks=tuple(
            WeekOfHandovers(**week | {"starts": date.fromisoformat(week["starts"])}) for week in result["weeks"]
        ),
        fates={Fate(name): count for name, count in result["fates"].items()},
        cautions=tuple(Caution(**caution) for caution in result["cautions"]),
    )
    held = result["weights"]
    clauses = tuple(ClauseWeight(**clause | {"without": Without(clause["without"])}) for clause in held["clauses"])
    return comparison, Weights(held["people"], held["of"], clauses)


def _handovers(held: Json) -> HandoversOf:
    shares = {name: Share(**held[name]) for name in ("precision", "recall", "recall_won")}
    return HandoversOf(**{**held, **shares})
