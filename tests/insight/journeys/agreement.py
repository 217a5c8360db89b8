"""What must hold on every engine: credit and rows are those of the library, to the cent and to the last bit."""

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
    assert found.table().equals(expected.table())
    for ours, theirs in zip(found.credits, expected.credits, strict=True):
        assert (ours.removal_effects is None) == (theirs.removal_effects is None)
        if ours.removal_effects is not None:
            assert np.array_equal(ours.removal_effects, theirs.removal_effects)

    names = [model for model in models if not isinstance(model, str) or not model.startswith("markov")]
    rows = attribution.trace(*given(touched, won), names, lookback=lookback, columns=Columns(id="touchpoint"))
    assert journeys.trace(ask, journeys.Sources(), names, lookback=lookback).equals(rows)
