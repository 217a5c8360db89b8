"""What must hold on every engine: credit and rows are those of the library, to the cent.

Effects are the same to the last bit, since they come from the same counts; sums of shares but for their order.
"""

from collections.abc import Sequence
from datetime import timedelta

import numpy as np
from tests.insight.journeys.holding import Holder, Touch, Won, given, held

from accord import attribution
from accord.attribution import MODELS, Columns, Markov, Model
from accord.insight import journeys

EVERY: list[str | Model] = [
    *MODELS,
    Markov(2, repeats="collapse"),
    Markov(3, repeats="collapse", null="left_out", split="by_path"),
    Markov(null="left_out"),
]


def check(
    holder: Holder,
    touched: Sequence[Touch],
    won: Sequence[Won],
    lookback: timedelta | None,
    models: Sequence[str | Model] = EVERY,
) -> None:
    """Fail if an engine that holds these journeys comes to something else than the library."""
    expected = attribution.attribute(*given(touched, won), models, lookback=lookback)
    ask = holder.hold(*held(touched, won))
    found = journeys.attribute(ask, journeys.Sources(), models, lookback=lookback)
    ours, theirs = found.table(), expected.table()
    assert ours.select(["model", "touch", "cents"]).equals(theirs.select(["model", "touch", "cents"]))
    for name in ("conversions", "value"):
        assert np.allclose(ours[name].to_numpy(), theirs[name].to_numpy(), rtol=1e-12, atol=1e-9)
    for one, other in zip(found.credits, expected.credits, strict=True):
        assert one.effects_by_label() == other.effects_by_label()
    rows = attribution.trace(*given(touched, won), models, lookback=lookback, columns=Columns(id="touchpoint"))
    assert journeys.trace(ask, journeys.Sources(), models, lookback=lookback).equals(rows)
