"""What an engine is asked, so that credit can be given from its answers: little of a lot of touchpoints.

The order of labels decides ties, and engines sort texts in different ways. So labels are found first, sorted here, and
from then on the engine sees their codes.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from importlib.resources import files
from typing import Literal

import pyarrow as pa
from sqlglot import exp

from accord import attribution
from accord.attribution import ArrowStream, Attribution, Bookings, Markov, Model, Reduced, Steps
from accord.attribution.model import distinct
from accord.insight.errors import InsightError
from accord.insight.star import Column, Table, Type
from accord.insight.tree import FAR, column, named, select

Ask = Callable[[exp.Query], ArrowStream]
"""Asks an engine: a query of the portable subset in, its answer out as Arrow, in batches where it is long."""

TOUCHPOINTS = Table(
    "touchpoints",
    (
        Column("touchpoint", Type.BIGINT, "Which one it is; a number of its own"),
        Column("journey", Type.BIGINT, "Whose: of a person, or of everybody in a buying company"),
        Column("at_us", Type.BIGINT, "When, in microseconds"),
        Column("touch", Type.TEXT, "What gets the credit: a channel, a campaign"),
    ),
)
CONVERSIONS = Table(
    "conversions",
    (
        Column("conversion", Type.BIGINT, "Which one it is; a number of its own"),
        Column("journey", Type.BIGINT, "Whose"),
        Column("at_us", Type.BIGINT, "When, in microseconds"),
        Column("cents", Type.BIGINT, "Its value; negative for a refund"),
        Column("lead_us", Type.BIGINT, "When the lead came to be, in microseconds", nullable=True),
        Column("opportunity_us", Type.BIGINT, "When the opportunity came to be, in microseconds", nullable=True),
    ),
)
LABELS = Table(
    "labels",
    (
        Column("code", Type.BIGINT, "The place of the label among all, ascending by code point"),
        Column("label", Type.TEXT, "What was touched"),
    ),
)
PATHS = Table(
    "paths",
    (
        Column("path", Type.BIGINT, "Which one it is"),
        Column("at_us", Type.BIGINT, "When the touch was, in microseconds"),
        Column("code", Type.BIGINT, "The code of its label"),
    ),
)

_LONGEST_MEMORY = 4
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Sources:
    """Where an engine has the journeys: the names of tables that it holds, or queries over what it holds.

    Attributes:
        touchpoints: With the columns of ``TOUCHPOINTS``.
        conversions: With the columns of ``CONVERSIONS``.
    """

    touchpoints: str | exp.Query = TOUCHPOINTS.name
    conversions: str | exp.Query = CONVERSIONS.name


def attribute(
    ask: Ask, sources: Sources, models: Sequence[Model | str], *, lookback: timedelta | None = None
) -> Attribution:
    """Give credit as ``accord.attribution.attribute`` does, to touchpoints that an engine holds.

    Raises:
        AttributionError: A model is not there.
        InsightError: Something of the journeys is not stated, or two conversions have one number.
    """
    return attribution.attribute_reduced(reduce(ask, sources, models, lookback=lookback), models)


def trace(ask: Ask, sources: Sources, models: Sequence[Model | str], *, lookback: timedelta | None = None) -> pa.Table:
    """Return the rows behind the credit as ``accord.attribution.trace`` does, with the ids of touchpoints.

    Raises:
        AttributionError: A model is not there.
        InsightError: Something of the journeys is not stated, or two conversions have one number.
    """
    return attribution.trace_reduced(reduce(ask, sources, models, lookback=lookback), models)


def reduce(
    ask: Ask,
    sources: Sources,
    models: Sequence[Model | str],
    *,
    lookback: timedelta | None = None,
) -> Reduced:
    """Let an engine reduce journeys to what these models need of them.

    Its answers are as long as there are labels, and steps of chains that differ; but for the paths of conversions,
    which are not read before credit is given, and then in batches.

    Args:
        ask: Asks the engine.
        sources: Where it has the journeys.
        models: Models, or the names of those in ``MODELS``.
        lookback: How long before a conversion a touch may be; any length of time unless stated.

    Raises:
        AttributionError: A model is not there.
        InsightError: Something of the journeys is not stated, or two conversions have one number.
    """
    chains = [model for model in distinct(models) if isinstance(model, Markov)]
    asked = _Asked(ask, sources, _labels(ask, sources), FAR if lookback is None else lookback // _MICROSECOND)
    return Reduced(
        labels=asked.labels,
        bookings=_bookings(ask, sources),
        rows=lambda: ask(asked.paths()),
        steps=dict(asked.steps(chains)),
        with_ids=True,
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    ask: Ask
    sources: Sources
    labels: tuple[str, ...]
    window_us: int

    def paths(self) -> exp.Select:
        return self._select("paths").order_by(
            *(
                exp.Ordered(this=exp.column(name, quoted=True), desc=name == "before_us", nulls_first=False)
                for name in ("conversion", "before_us", "touch", "id")
            )
        )

    def steps(self, chains: Collection[Markov]) -> Iterator[tuple[Literal["keep", "collapse"], Steps]]:
        """Count the steps of the longest memory for each treatment of repeats."""
        kinds: tuple[Literal["keep", "collapse"], ...] = ("keep", "collapse")
        for repeats in kinds:
            some = [chain for chain in chains if chain.repeats == repeats]
            if some:
                order = max(chain.order for chain in some)
                null = any(chain.null == "count" for chain in some)
                yield (
                    repeats,
                    Steps(
                        self._counted(self._select("converting"), order, repeats),
                        self._counted(self._null(), order, repeats) if null else None,
                    ),
                )

    def _null(self) -> exp.Select:
        whole = self._select("null")
        if self.window_us >= FAR:
            return whole
        return select(text("recent"), {"paths": whole}, window_us=self.window_us)

    def _counted(self, paths: exp.Select, order: int, repeats: str) -> pa.Table:
        if repeats == "collapse":
            paths = select(text("collapsed"), {"paths": paths})
        return _read(self.ask(steps(paths, order)))

    def _select(self, name: str) -> exp.Select:
        return select(text(name), {**_given(self.sources), "labels": _coded(self.labels)}, window_us=self.window_us)


def steps(paths: exp.Select, order: int) -> exp.Select:
    """Return the query that counts the steps of paths, each with as many touches before it as a chain remembers."""
    found = select(text("steps"), {"paths": paths})
    unused = {f"back_{place}" for place in range(order + 1, _LONGEST_MEMORY + 1)}
    group = found.args["group"]
    group.set("expressions", [each for each in group.expressions if each.name not in unused])
    for part in (found, *(inner for inner in found.find_all(exp.Select) if inner.parent_select is found)):
        part.set("expressions", [each for each in part.selects if each.alias_or_name not in unused])
    return found


@lru_cache
def text(name: str) -> str:
    """Return the text of one of the queries here."""
    return (files("accord.insight.journeys") / f"{name}.sql").read_text(encoding="utf-8")


def _labels(ask: Ask, sources: Sources) -> tuple[str, ...]:
    """Everything that was touched, ascending."""
    found = _read(ask(select(text("touched_labels"), _given(sources)))).to_pylist()
    for row in found:
        _check(TOUCHPOINTS, {"touch": row["label"] is not None})
        _check(TOUCHPOINTS, {name: row[name] == row["touchpoints"] for name in ("with_journey", "with_instant")})
    return tuple(sorted(row["label"] for row in found))


def _bookings(ask: Ask, sources: Sources) -> Bookings:
    (row,) = _read(ask(select(text("bookings"), _given(sources)))).to_pylist()
    stated = {name: row[name] == row["conversions"] for name in ("with_journey", "with_instant", "with_cents")}
    _check(CONVERSIONS, stated)
    if row["ids"] != row["conversions"]:
        raise InsightError(
            "insight.same_conversion",
            f"{row['conversions']:,} conversions have {row['ids']:,} numbers",
            hint="give each a number of its own in the column 'conversion'",
        )
    return Bookings(row["conversions"], row["cents"])


def _check(table: Table, stated: dict[str, bool]) -> None:
    names = {"with_journey": "journey", "with_instant": "at_us", "with_cents": "cents"}
    for what, all_of_it in stated.items():
        if not all_of_it:
            raise InsightError(
                "insight.not_stated",
                f"some rows of the {table.name} have no '{names.get(what, what)}'",
                hint="fill it in, or leave these rows out",
            )


def _given(sources: Sources) -> dict[str, str | exp.Query]:
    """The tables of journeys, to become part of a query; none of them is part of another one."""
    found = {"touchpoints": sources.touchpoints, "conversions": sources.conversions}
    return {name: source.copy() if isinstance(source, exp.Query) else source for name, source in found.items()}


def _coded(labels: tuple[str, ...]) -> exp.Query:
    """The table of labels, as part of a query; where there is none, a table without rows."""
    rows = exp.values(list(enumerate(labels or ("",))), alias="v", columns=["code", "label"])
    found = exp.select(
        named(exp.cast(column("v", "code"), "BIGINT"), "code"), named(exp.cast(column("v", "label"), "TEXT"), "label")
    ).from_(rows)
    return found if labels else found.where(exp.false())


def _read(stream: ArrowStream) -> pa.Table:
    return stream if isinstance(stream, pa.Table) else pa.RecordBatchReader.from_stream(stream).read_all()
