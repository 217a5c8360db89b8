"""From a version of the warehouse to credit: every won deal over the touches before it, under every model.

The touches of journeys that led to a deal are few, and are read whole; of all others, only what Markov chains need.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from accord.agreement import CreditTerms
from accord.agreement.exchange import Rates
from accord.attribution import Columns, Markov, Shapley
from accord.attribution.arrays import Ints
from accord.attribution.credit import Bookings, Credit
from accord.attribution.crediting import credited, traced
from accord.attribution.journeys import Label
from accord.attribution.model import MODELS, Model
from accord.attribution.past import Past, read_past
from accord.attribution.paths import Paths
from accord.attribution.source import as_array
from accord.attribution.transitions import Transitions
from accord.insight.credit.spending import INBOUND, OUTBOUND, in_cents, months, named, spent
from accord.insight.credit.tables import (
    A_DEAL,
    BY_TOUCH,
    CHANNELS,
    COUNTING,
    CREDIT,
    MARKOV,
    STEP,
    TOLD_BY,
    WAYS,
    Measure,
    Scope,
    new,
)
from accord.insight.engines.arrow import schema_of
from accord.insight.query import DIALECT, Query, query
from accord.insight.tree import FAR
from accord.rules import instant

Progress = Callable[[str, float], None]
"""Told what is being done, and which share of it, from 0 to 1."""
Values = Mapping[Measure, list[int | None]]
"""What each deal is worth, by measure, in the order of the deals."""

_STEPS = 2 * len(Scope) + 2
_MILLION = 1_000_000


class Asked(Protocol):
    """A version of the warehouse that answers with Arrow."""

    def arrow(self, question: Query, given: Mapping[str, Any]) -> pa.Table:
        """Return the answer to a question."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What credit is given on beside the touches.

    Attributes:
        terms: What the agreement says of it: how long a touch counts, and the order of the Markov chain.
        rates: What amounts come to in the agreement's currency, by the day on which a deal was won or a cost paid.
        zone: In which days and months begin.
    """

    terms: CreditTerms
    rates: Rates
    zone: ZoneInfo


def credit(warehouse: Asked, ground: Ground, progress: Progress = lambda *_: None) -> Mapping[str, pa.Table]:
    """Return the tables of ``CREDIT``, by name.

    Args:
        warehouse: The version that is asked; all of the answer is of its moment.
        ground: By which terms, in which currency, in which zone.
        progress: Told how far it is.
    """
    progress("Reading deals", 0.0)
    deals = _with_months(warehouse.arrow(query("conversions"), {}).sort_by("deal_id"), ground.zone)
    values = _values(deals, ground)
    scopes = {}
    for number, scope in enumerate(Scope):
        progress(f"Crediting touches of the {scope}", (2 * number + 1) / _STEPS)
        scopes[scope] = _of_scope(warehouse, scope, deals, values, ground.terms)
    progress("Finding how each lead came", (_STEPS - 1) / _STEPS)
    walked = {scope: found.walked for scope, found in scopes.items()}
    entries = _told(named(warehouse.arrow(query("entries"), {}))).sort_by("lead_id")
    entries = entries.append_column("opened_month", months(entries["opened_us"], ground.zone))
    return {
        "won": _shaped("won", _won(deals, values, walked)),
        "credited": _shaped("credited", pa.concat_tables([rows for found in scopes.values() for rows in found.rows])),
        "effects": _shaped("effects", pa.concat_tables([rows for found in scopes.values() for rows in found.effects])),
        "entries": _shaped("entries", entries),
        "spent": _shaped("spent", spent(warehouse.arrow(query("spending"), {}), entries, ground.rates)),
        **_unwon(warehouse, ground),
    }


@dataclass(frozen=True, slots=True, eq=False)
class _OfScope:
    """What was found of one scope.

    Attributes:
        walked: The touches of each deal, in the order of deals.
        rows: Of ``credited``, a table for each measure.
        effects: Of ``effects``, a table for each kind of labels.
    """

    walked: "_Walked"
    rows: list[pa.Table]
    effects: list[pa.Table]


@cache
def counting() -> str:
    """Return what tells these definitions from any other: a number for what Python does, a hash for the questions."""
    texts = "\n".join(query(name).render(DIALECT) for name in _QUESTIONS)
    return f"{COUNTING}-{hashlib.sha256(texts.encode()).hexdigest()[:16]}"


_QUESTIONS = (
    "conversions",
    "converting_touches",
    "other_touches",
    "entries",
    "spending",
    "unwon_deals",
    "unwon_touches",
)


def _with_months(deals: pa.Table, zone: ZoneInfo) -> pa.Table:
    deals = deals.append_column("won_month", months(deals["at_us"], zone))
    return deals.append_column("lead_month", months(deals["lead_us"], zone))


def _values(deals: pa.Table, ground: Ground) -> Values:
    def converted(amounts: str) -> list[int | None]:
        rows = zip(*(deals[name].to_pylist() for name in (amounts, "currency", "at_us")), strict=True)
        return [
            None
            if cents is None
            else in_cents(ground.rates, cents, currency, instant(at).astimezone(ground.zone).date())
            for cents, currency, at in rows
        ]

    return {
        Measure.REVENUE: converted("amount_cents"),
        Measure.MARGIN: converted("margin_cents"),
        Measure.DEALS: [A_DEAL] * deals.num_rows,
    }


def _of_scope(warehouse: Asked, scope: Scope, deals: pa.Table, values: Values, terms: CreditTerms) -> _OfScope:
    given = {"scope": scope.value}
    order = [(name, "ascending") for name in ("journey", "at_us", "kind", "id")]
    converting = _told(named(warehouse.arrow(query("converting_touches"), given))).sort_by(order)
    touches = _touches(converting, named(warehouse.arrow(query("other_touches"), given)))
    markov = Markov(int(terms.model.removeprefix("markov_")), split="by_path") if _is_markov(terms) else _MARKOV
    by_touch = tuple(MODELS[name] for name in BY_TOUCH)
    ways = read_past(
        touches, _conversions(deals, scope), (*by_touch, markov), terms.lookback, Columns(touch="way", id="id")
    )
    credit_of: dict[Measure, dict[str, pa.ChunkedArray]] = {measure: {} for measure in values}
    effects, traces = [], {}
    for labels, past in ((CHANNELS, ways.under(_channel_of)), (WAYS, ways)):
        journeys = _Worth(past, past.transitions({markov.chain}), _known([0] * deals.num_rows))
        effects.append(_effects(scope, labels, credited(journeys, (markov,)).credits[0]))
        models: tuple[Model, ...] = (*(by_touch if labels == CHANNELS else ()), Shapley(), markov)
        for measure, worth in values.items():
            traces[labels] = trace = traced(replace(journeys, cents=_known(worth)), models).sort_by(_BY_ROW)
            credit_of[measure] |= {
                name if name in BY_TOUCH else f"{MARKOV if name == markov.name else name}_{labels}": trace[name]
                for name in (model.name for model in models)
            }
    found = traces[CHANNELS]
    touch, deal = converting.take(found["id"]), deals.take(found["conversion"])
    marks = _new(touch, found["conversion"])
    return _OfScope(
        walked=_walked(touch, found["conversion"], deals.num_rows),
        rows=[_rows(scope, measure, deal, touch, {**marks, **columns}) for measure, columns in credit_of.items()],
        effects=effects,
    )


_MARKOV = Markov(1, split="by_path")
_BY_ROW = [("conversion", "ascending"), ("id", "ascending")]


def _told(touches: pa.Table) -> pa.Table:
    """Return touches of which a usual channel says whether they came by themselves, where nothing else does."""
    known = pc.is_in(touches["channel"], value_set=pa.array(sorted(INBOUND)))
    ours = pc.is_in(touches["channel"], value_set=pa.array(sorted(OUTBOUND)))
    by_channel = pc.if_else(known, 1, pc.if_else(ours, 0, None)).cast(pa.int64())
    inbound = pc.coalesce(touches["inbound"], by_channel)
    return touches.set_column(touches.column_names.index("inbound"), "inbound", inbound)


def _is_markov(terms: CreditTerms) -> bool:
    return terms.model.startswith(MARKOV)


def _known(worth: list[int | None]) -> Ints:
    """Return what deals are worth; what is not known is worth nothing."""
    return as_array(pa.chunked_array([pa.array([value or 0 for value in worth], pa.int64())]))


@dataclass(frozen=True, slots=True)
class _Walked:
    """How many touches each deal has, when the first of them was, and their channels in order."""

    touches: list[int]
    first_us: list[int | None]
    path: list[str]


def _walked(touch: pa.Table, deal: pa.ChunkedArray, count: int) -> _Walked:
    """Return what deals are walked by; rows stand in the order of deals, and of touches in each."""
    walked = _Walked([0] * count, [None] * count, [""] * count)
    rows = zip(deal.to_pylist(), touch["at_us"].to_pylist(), touch["channel"].to_pylist(), strict=True)
    for number, found in groupby(rows, itemgetter(0)):
        touches = list(found)
        walked.touches[number], walked.first_us[number] = len(touches), touches[0][1]
        walked.path[number] = STEP.join(channel for channel, _ in groupby(channel for _, _, channel in touches))
    return walked


def _new(touch: pa.Table, deal: pa.ChunkedArray) -> dict[str, pa.ChunkedArray]:
    """Return for each dimension which touches are the first of their deal with their label."""
    row = pa.chunked_array([pa.array(range(touch.num_rows), pa.int64())])
    marks = {}
    for dimension, column in TOLD_BY.items():
        rows = pa.table({"deal": deal, "label": touch[column], "row": row})
        firsts = rows.group_by(["deal", "label"]).aggregate([("row", "min")])["row_min"]
        marks[new(dimension)] = pc.is_in(row, value_set=firsts).cast(pa.int64())
    return marks


def _conversions(deals: pa.Table, scope: Scope) -> pa.Table:
    journey = pc.negate(deals["person_id"])
    if scope is Scope.COMPANY:
        journey = pc.coalesce(deals["company_id"], journey)
    return pa.table(
        {
            "journey": journey,
            "at": deals["at_us"],
            "cents": pa.array(_known([0] * deals.num_rows)),
            "lead_at": deals["lead_us"],
            "opportunity_at": deals["opportunity_us"],
        }
    )


def _touches(converting: pa.Table, others: pa.Table) -> pa.Table:
    """Return all touches; those of journeys that led to a deal by their row, the others without a number."""
    kept = ("journey", "at_us", *_WAY)
    all_ = pa.concat_tables([converting.select(kept), others.select(kept)])
    ids = [pa.array(range(converting.num_rows), pa.int64()), pa.repeat(pa.scalar(-1, pa.int64()), others.num_rows)]
    return pa.table({"journey": all_["journey"], "at": all_["at_us"], "way": _ways(all_), "id": pa.chunked_array(ids)})


_WAY = ("channel", "source", "medium", "campaign")
_AFTER = "\0"
"""After each part of a way: it sorts before whatever a part may hold, so ways stand in the order of their channels."""


def _ways(touches: pa.Table) -> pa.Array:
    """Return the ways of touches: one text for each, kept once."""
    codes, texts = pa.repeat(pa.scalar(0, pa.int64()), touches.num_rows), [""]
    for name in _WAY:
        part = touches[name].combine_chunks().dictionary_encode()
        count, more = len(part.dictionary), part.dictionary.to_pylist()
        both = pc.add(pc.multiply(codes, count), part.indices.cast(pa.int64())).dictionary_encode()
        texts = [f"{texts[pair // count]}{more[pair % count]}{_AFTER}" for pair in both.dictionary.to_pylist()]
        codes = both.indices.cast(pa.int64())
    return pa.DictionaryArray.from_arrays(codes, pa.array(texts, pa.string()))


def _channel_of(way: Label) -> Label:
    return str(way).partition(_AFTER)[0]


def _effects(scope: Scope, labels: str, chain: Credit) -> pa.Table:
    effects = chain.effects_by_label()
    return pa.table(
        {
            "scope": [scope.value] * len(chain.labels),
            "labels": [labels] * len(chain.labels),
            "label": pa.array(
                [str(label).removesuffix(_AFTER).replace(_AFTER, " / ") for label in chain.labels], pa.string()
            ),
            "millionths": pa.array([round(effects.get(label, 0) * _MILLION) for label in chain.labels], pa.int64()),
        }
    )


def _rows(
    scope: Scope, measure: Measure, deal: pa.Table, touch: pa.Table, columns: Mapping[str, pa.ChunkedArray]
) -> pa.Table:
    kept = ("kind", "at_us", "person_id", "channel", "source", "medium", "campaign", "content", "landing", "inbound")
    return pa.table(
        {
            "scope": pa.array([scope.value] * touch.num_rows, pa.string()),
            "measure": pa.array([measure.value] * touch.num_rows, pa.string()),
            "deal_id": deal["deal_id"],
            "won_us": deal["at_us"],
            **{name: deal[name] for name in ("won_month", "lead_us", "lead_month")},
            "touch_id": touch["id"],
            **{name: touch[name] for name in (*kept, "user_id", "agency")},
            **columns,
        }
    )


def _won(deals: pa.Table, values: Values, walked: Mapping[Scope, _Walked]) -> pa.Table:
    return pa.table(
        {
            **{name: deals[name] for name in ("deal_id", "lead_id", "person_id", "company_id")},
            "won_us": deals["at_us"],
            **{
                name: deals[name]
                for name in ("won_month", "lead_us", "lead_month", "amount_cents", "margin_cents", "currency")
            },
            **{measure.value: pa.array(values[measure], pa.int64()) for measure in (Measure.REVENUE, Measure.MARGIN)},
            **{f"{scope.value}_touches": pa.array(found.touches, pa.int64()) for scope, found in walked.items()},
            **{f"{scope.value}_first_us": pa.array(found.first_us, pa.int64()) for scope, found in walked.items()},
            **{f"{scope.value}_path": pa.array(found.path, pa.string()) for scope, found in walked.items()},
        }
    )


def _unwon(warehouse: Asked, ground: Ground) -> Mapping[str, pa.Table]:
    """Return the deals that are open or lost, and the touches before them, which earned nothing."""
    deals = _dated(warehouse.arrow(query("unwon_deals"), {}).sort_by("deal_id"), "at_us", ground.zone)
    lookback = ground.terms.lookback
    given: dict[str, Any] = {"scope": Scope.COMPANY.value}
    given["lookback_us"] = FAR if lookback is None else lookback // timedelta(microseconds=1)
    touches = _told(named(warehouse.arrow(query("unwon_touches"), given)))
    touches = _dated(touches.sort_by([(name, "ascending") for name in _BY_DEAL]), "deal_us", ground.zone)
    values = _values(deals, ground)
    for_company = Counter(touches["deal_id"].to_pylist())
    for_contact = Counter(touches.filter(pc.equal(touches["contact"], 1))["deal_id"].to_pylist())
    keys = deals["deal_id"].to_pylist()
    for name, found in (
        *((measure.value, values[measure]) for measure in (Measure.REVENUE, Measure.MARGIN)),
        ("company_touches", [for_company[key] for key in keys]),
        ("contact_touches", [for_contact[key] for key in keys]),
    ):
        deals = deals.append_column(name, pa.array(found, pa.int64()))
    return {"unwon": _shaped("unwon", deals), "approached": _shaped("approached", touches)}


_BY_DEAL = ("deal_id", "at_us", "kind", "touch_id")


def _dated(rows: pa.Table, instants: str, zone: ZoneInfo) -> pa.Table:
    rows = rows.append_column("month", months(rows[instants], zone))
    return rows.append_column("lead_month", months(rows["lead_us"], zone))


def _shaped(name: str, rows: pa.Table) -> pa.Table:
    schema = schema_of(CREDIT[name])
    return rows.select(schema.names).cast(schema)


@dataclass(frozen=True, slots=True, eq=False)
class _Worth:
    """Journeys with their chains counted once, whose conversions are worth what is said."""

    past: Past
    counted: Mapping[Markov, Transitions]
    cents: Ints

    @property
    def labels(self) -> tuple[Label, ...]:
        return self.past.labels

    @property
    def bookings(self) -> Bookings:
        return Bookings(len(self.cents), int(self.cents.sum()))

    @property
    def with_ids(self) -> bool:
        return True

    def paths(self) -> Iterator[Paths]:
        for found in self.past.paths():
            yield replace(found, cents=self.cents[found.conversion])

    def transitions(self, chains: Collection[Markov]) -> Mapping[Markov, Transitions]:
        return {chain: self.counted[chain] for chain in chains}
