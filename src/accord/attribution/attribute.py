"""From tables of touchpoints and conversions to credit."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pyarrow as pa

from accord.attribution.credit import Attribution
from accord.attribution.crediting import credited, traced
from accord.attribution.model import Model, Shapley, distinct
from accord.attribution.past import read_past
from accord.attribution.shapley import Coalitions, by_place, coalition_values
from accord.attribution.source import Columns, Rows


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
    wanted = distinct(models)
    return credited(read_past(touchpoints, conversions, wanted, lookback, replace(columns, id=None)), wanted)


def trace(
    touchpoints: Rows,
    conversions: Rows,
    models: Sequence[Model | str] = ("linear",),
    *,
    lookback: timedelta | None = None,
    columns: Columns = Columns(),  # noqa: B008 - frozen
) -> pa.Table:
    """Return a row for each touch of each conversion with its cents under each model: what ``attribute`` adds up.

    The columns are ``conversion``, the row of the conversion in the given table counted from 0; ``id``, which
    touchpoint it is, if ``columns`` says where that stands; ``touch``; ``before``, how many microseconds the touch was
    before the conversion; and the cents under each model, by its name. Rows stand in the order of conversions, and of
    touches in each: by instant, at one instant by label, and of one label by id. The cents of each conversion add up
    to its value, so those of any months or segments to theirs.

    A Markov chain is traced by path, whichever way it was asked for, and its column called so: for ``markov_1`` as for
    ``markov_1_by_path`` it is ``markov_1_by_path``. That is what ``attribute`` adds up under ``markov_1_by_path``, and
    not what it gives under ``markov_1``, which splits all conversions at once and has no rows behind it.

    Raises:
        AttributionError: As ``attribute``.
    """
    wanted = distinct(models)
    return traced(read_past(touchpoints, conversions, wanted, lookback, columns), wanted)


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
    plain = replace(columns, id=None)
    return by_place(trace(touchpoints, conversions, [Shapley()], lookback=lookback, columns=plain))


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
    past = read_past(touchpoints, conversions, (), lookback, replace(columns, id=None))
    return coalition_values(past.paths(), past.history.labels)
