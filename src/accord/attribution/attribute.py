"""From tables of touchpoints and conversions to credit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import pyarrow as pa

from accord.attribution.cents import apportion
from accord.attribution.credit import Attribution
from accord.attribution.errors import AttributionError
from accord.attribution.model import Markov, Model, Shapley, named
from accord.attribution.past import read_past
from accord.attribution.paths import Paths
from accord.attribution.shapley import Coalitions, by_place, coalition_values
from accord.attribution.source import Columns, Rows
from accord.attribution.tally import ChainTally, TouchTally
from accord.attribution.weights import weights


def attribute(
    touchpoints: Rows,
    conversions: Rows,
    models: Sequence[Model | str] = ("first", "last", "last_non_direct", "linear", "u_shaped", "time_decay"),
    *,
    lookback: timedelta | None = None,
    columns: Columns = Columns(),  # noqa: B008 - frozen
) -> Attribution:
    """Give every conversion's value to the touches before it, under each of the models, to the cent.

    A touch counts for every conversion of its journey that it is not later than, within the window. Nothing depends
    on the order of the rows: touches of one journey at one instant count in the ascending order of their labels.

    Args:
        touchpoints: Journey, instant and the label that gets the credit; see ``Columns``.
        conversions: Journey, instant and value in cents, a row for each; a journey may have any number.
        models: Models, or the names of those in ``MODELS``.
        lookback: How long before a conversion a touch may be; any length of time unless stated.
        columns: What the columns are called.

    Raises:
        AttributionError: A model, a file or a column is not there, or a column holds what cannot be counted.
    """
    wanted = _models(models)
    past = read_past(touchpoints, conversions, wanted, lookback, columns)
    tallies = [_tally(model, len(past.history.labels)) for model in wanted]
    attributed = _Bookings()
    for found in past.paths():
        attributed.add(found)
        for tally in tallies:
            tally.add(found)
    counters = [tally for tally in tallies if isinstance(tally, ChainTally)]
    if counters:
        for touch, start in past.null_paths():
            for tally in counters:
                tally.add_null(touch, start)
    bookings = int(past.conversions.cents.sum())
    return Attribution(
        bookings=bookings,
        conversions=len(past.conversions),
        unattributable_cents=bookings - attributed.cents,
        unattributable_conversions=len(past.conversions) - attributed.conversions,
        credits=tuple(tally.credit(past.history.labels, attributed.conversions, attributed.cents) for tally in tallies),
    )


def trace(
    touchpoints: Rows,
    conversions: Rows,
    models: Sequence[Model | str] = ("linear",),
    *,
    lookback: timedelta | None = None,
    columns: Columns = Columns(),  # noqa: B008 - frozen
) -> pa.Table:
    """Return a row for each touch of each conversion with its cents under each model: what ``attribute`` adds up.

    The columns are ``conversion``, the row of the conversion in the given table counted from 0; ``touch``; ``before``,
    how many microseconds the touch was before the conversion; and the cents under each model, by its name. Rows stand
    in the order of conversions, and of touches in each.

    Raises:
        AttributionError: As ``attribute``.
    """
    wanted = _models(models)
    by_touch = [model for model in wanted if not isinstance(model, Markov)]
    if len(by_touch) < len(wanted):
        raise AttributionError(
            "attribution.not_by_touch",
            "a Markov chain credits labels, over all conversions, and not the touches of each",
            hint="ask attribute() for it",
        )
    past = read_past(touchpoints, conversions, wanted, lookback, columns)
    kind = pa.int64() if past.history.labels and isinstance(past.history.labels[0], int) else pa.string()
    labels = pa.array(past.history.labels, kind)
    found = [
        pa.table(
            {
                "conversion": found.conversion[found.path],
                "touch": labels.take(pa.array(found.touch)),
                "before": found.before,
                **{model.name: apportion(found.cents, weights(model, found), found.start) for model in by_touch},
            }
        )
        for found in past.paths()
    ]
    numbers = {name: pa.int64() for name in ("before", *(model.name for model in wanted))}
    return pa.concat_tables([pa.schema({"conversion": pa.int64(), "touch": kind, **numbers}).empty_table(), *found])


def ordered_shapley(
    touchpoints: Rows,
    conversions: Rows,
    *,
    lookback: timedelta | None = None,
    columns: Columns = Columns(),  # noqa: B008 - frozen
) -> pa.Table:
    """Return the Shapley values by label and place: what each label earns as the first, the second, … touch.

    The columns are ``touch``, ``place``, counted from 1, and ``cents``; by label they add up to the model ``shapley``.

    Raises:
        AttributionError: As ``attribute``.
    """
    return by_place(trace(touchpoints, conversions, [Shapley()], lookback=lookback, columns=columns))


def coalitions(
    touchpoints: Rows,
    conversions: Rows,
    *,
    lookback: timedelta | None = None,
    columns: Columns = Columns(),  # noqa: B008 - frozen
) -> Coalitions:
    """Return what each set of labels is worth by itself: the conversions whose touches are all of it.

    Raises:
        AttributionError: As ``attribute``; or there are more than 20 labels, which is more than a million sets.
    """
    past = read_past(touchpoints, conversions, (), lookback, columns)
    return coalition_values(past.paths(), past.history.labels)


@dataclass(slots=True, eq=False)
class _Bookings:
    """The conversions that have a path."""

    conversions: int = 0
    cents: int = 0

    def add(self, found: Paths) -> None:
        self.conversions += len(found)
        self.cents += int(found.cents.sum())


def _tally(model: Model, labels: int) -> "TouchTally | ChainTally":
    return ChainTally(model, labels) if isinstance(model, Markov) else TouchTally(model, labels)


def _models(models: Sequence[Model | str]) -> tuple[Model, ...]:
    wanted = tuple(named(model) for model in models)
    names = [model.name for model in wanted]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise AttributionError(
            "attribution.same_name", f"two models are called {twice[0]!r}", hint="give each a name of its own"
        )
    return wanted
