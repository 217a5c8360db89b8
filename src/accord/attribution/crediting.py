"""From paths and chains to credit: the same, whoever found them."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Protocol

import pyarrow as pa

from accord.attribution.arrays import Floats
from accord.attribution.cents import apportion
from accord.attribution.credit import Attribution, Bookings
from accord.attribution.journeys import Label
from accord.attribution.markov import removal_effects
from accord.attribution.model import Markov, Model, distinct
from accord.attribution.paths import Paths
from accord.attribution.tally import Shares, Tally, split_as_a_whole
from accord.attribution.transitions import Transitions
from accord.attribution.weights import weights, weights_by_effect


class Journeys(Protocol):
    """What credit is given from."""

    @property
    def labels(self) -> tuple[Label, ...]:
        """Everything that was touched, ascending."""

    @property
    def bookings(self) -> Bookings:
        """All conversions."""

    @property
    def with_ids(self) -> bool:
        """Whether paths say which touchpoint each touch is."""

    def paths(self) -> Iterator[Paths]:
        """Yield the paths of all conversions that have one, some at a time."""

    def transitions(self, chains: Collection[Markov]) -> Mapping[Markov, Transitions]:
        """Return what each chain is made from."""


def credited(journeys: Journeys, models: tuple[Model, ...]) -> Attribution:
    """Return what each label gets under each model."""
    effects = _effects(journeys, models)
    tallies = {
        model.name: Tally(model.name, journeys.labels, _shares(model, effects), effects.get(model))
        for model in models
        if not _is_whole(model)
    }
    conversions = cents = 0
    for found in journeys.paths():
        conversions += len(found)
        cents += int(found.cents.sum())
        for tally in tallies.values():
            tally.add(found)
    bookings, attributable = journeys.bookings, Bookings(conversions, cents)
    return Attribution(
        bookings=bookings.cents,
        conversions=bookings.conversions,
        unattributable_cents=bookings.cents - cents,
        unattributable_conversions=bookings.conversions - conversions,
        credits=tuple(
            split_as_a_whole(model.name, journeys.labels, effects[model], attributable)
            if _is_whole(model)
            else tallies[model.name].credit()
            for model in models
        ),
    )


def traced(journeys: Journeys, models: tuple[Model, ...]) -> pa.Table:
    """Return a row for each touch of each conversion with its cents under each model; Markov chains by path."""
    models = distinct(replace(model, split="by_path") if isinstance(model, Markov) else model for model in models)
    effects = _effects(journeys, models)
    shares = {model.name: _shares(model, effects) for model in models}
    kind = pa.int64() if journeys.labels and isinstance(journeys.labels[0], int) else pa.string()
    labels = pa.array(journeys.labels, kind)
    numbers = ("before", *shares)
    ids = [("id", pa.int64())] if journeys.with_ids else []
    nothing = pa.schema(
        [("conversion", pa.int64()), *ids, ("touch", kind), *((name, pa.int64()) for name in numbers)]
    ).empty_table()
    return pa.concat_tables([nothing, *(_rows(found, labels, shares) for found in journeys.paths())])


def _rows(found: Paths, labels: pa.Array, shares: Mapping[str, Shares]) -> pa.Table:
    return pa.table(
        {
            "conversion": found.conversion[found.path],
            **({} if found.id is None else {"id": found.id}),
            "touch": labels.take(pa.array(found.touch)),
            "before": found.before,
            **{name: apportion(found.cents, share(found), found.start) for name, share in shares.items()},
        }
    )


def _effects(journeys: Journeys, models: tuple[Model, ...]) -> Mapping[Model, Floats]:
    """The removal effects under each Markov model; two models of one chain have it counted once."""
    chains = {model.chain for model in models if isinstance(model, Markov)}
    found = {chain: removal_effects(counted) for chain, counted in journeys.transitions(chains).items()}
    return {model: found[model.chain] for model in models if isinstance(model, Markov)}


def _shares(model: Model, effects: Mapping[Model, Floats]) -> Shares:
    return partial(weights_by_effect, effects[model]) if isinstance(model, Markov) else partial(weights, model)


def _is_whole(model: Model) -> bool:
    return isinstance(model, Markov) and model.split == "whole"
