"""Backtest: whom a draft of the agreement would have handed over, when, and what really became of them.

How it is used::

    engine = DuckDB(threads=2, memory_limit="4GB")              # accord.insight.engines.duck
    for table in tables_for([draft, in_force]):                 # accord.insight.history
        engine.load(table, arrow_reader_of(table))              # people, field_changes, touchpoints, leads, …
    backtest = Backtest(engine, progress=lambda step: ...)
    comparison = backtest.compare(draft, in_force, period, capacity_per_week=40)    # -> Comparison
    page = backtest.people(draft, in_force, period, fate=Fate.ONLY_DRAFT, limit=50, skip=0)  # -> HandedOverPage
    weights = backtest.weights(draft, period, most=50_000)                          # -> Weights: clauses that decide
    instants = backtest.first_handovers(draft, until_us)        # -> Mapping[person_id, FirstHandover]

``other`` may be None everywhere. What was computed stays in the engine, named after what it was computed from, so that
a second call after the edit of one clause computes only what that clause changes; close the engine to let go of it.

The reference for one person is ``reference.first_handover``, which steps through every instant at which anything may
change and asks ``accord.agreement.judgement.judge``. The queries propose instants and decide at each by the same
compiled rules as ``accord.insight.judging``, which judges all leads at an instant.
Pure: no Django, no network, no clock of its own; engines stand behind ``accord.insight.engines``.
"""

from accord.insight.backtest.answer import (
    Caution,
    ClauseWeight,
    Comparison,
    Fate,
    FirstHandover,
    HandedOver,
    HandedOverPage,
    HandoversOf,
    Share,
    WeekOfHandovers,
    Weights,
    Without,
)
from accord.insight.backtest.run import Backtest

__all__ = [
    "Backtest",
    "Caution",
    "ClauseWeight",
    "Comparison",
    "Fate",
    "FirstHandover",
    "HandedOver",
    "HandedOverPage",
    "HandoversOf",
    "Share",
    "WeekOfHandovers",
    "Weights",
    "Without",
]
