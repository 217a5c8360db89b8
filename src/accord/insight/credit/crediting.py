"""From a version of the warehouse to credit: every won deal over the touches before it, under every model.

The touches of journeys that led to a deal are few, and are read whole; of all others, only what Markov chains need.
"""

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from functools import cache
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from accord.agreement import CreditTerms
from accord.attribution import Columns, Markov, Shapley, Staged
from accord.attribution.arrays import Ints
from accord.attribution.credit import Bookings, Credit
from accord.attribution.crediting import credited, traced
from accord.attribution.journeys import Label
from accord.attribution.model import MODELS, Model
from accord.attribution.past import Past, read_past
from accord.attribution.paths import Paths
from accord.attribution.source import as_array
from accord.attribution.transitions import Transitions
from accord.insight.credit.ground import Asked, Ground, Values, values_of
from accord.insight.credit.spending import months, named, spent, told
from accord.insight.credit.tables import (
    BY_TOUCH,
    CHANNELS,
    COUNTING,
    CREDIT,
    CUSTOM,
    MARKOV,
    WAYS,
    Measure,
    Scope,
)
from accord.insight.credit.unwon import unwon
from accord.insight.credit.walking import Walked, marks, walk
from accord.insight.credit.ways import all_touches, channel_of, shown
from accord.insight.engines.arrow import schema_of
from accord.insight.query import DIALECT, query

Progress = Callable[[str, float], None]
"""Told what is being done, and which share of it, from 0 to 1."""

_STEPS = 2 * len(Scope) + 2
_MILLION = 1_000_000


def credit(warehouse: Asked, ground: Ground, progress: Progress = lambda *_: None) -> Mapping[str, pa.Table]:
    """Return the tables of ``CREDIT``, by name.

    Args:
        warehouse: The version that is asked; all of the answer is of its moment.
        ground: By which terms, in which currency, in which zone.
        progress: Told how far it is.
    """
    progress("Reading deals", 0.0)
    deals = _with_months(warehouse.arrow(query("conversions"), {}).sort_by("deal_id"), ground.zone)
    values = values_of(deals, ground)
    scopes = {}
    for number, scope in enumerate(Scope):
        progress(f"Crediting touches of the {scope}", (2 * number + 1) / _STEPS)
        scopes[scope] = _of_scope(warehouse, scope, deals, values, ground.terms)
    progress("Finding how each lead came", (_STEPS - 1) / _STEPS)
    walked = {scope: found.walked for scope, found in scopes.items()}
    entries = told(named(warehouse.arrow(query("entries"), {}))).sort_by("lead_id")
    entries = entries.append_column("opened_month", months(entries["opened_us"], ground.zone))
    return {
        "won": _shaped("won", _won(deals, values, walked)),
        "credited": _shaped("credited", pa.concat_tables([rows for found in scopes.values() for rows in found.rows])),
        "effects": _shaped("effects", pa.concat_tables([rows for found in scopes.values() for rows in found.effects])),
        "entries": _shaped("entries", entries),
        "spent": _shaped("spent", spent(warehouse.arrow(query("spending"), {}), entries, ground.rates)),
        **{name: _shaped(name, rows) for name, rows in unwon(warehouse, ground).items()},
    }


@dataclass(frozen=True, slots=True, eq=False)
class _OfScope:
    """What was found of one scope.

    Attributes:
        walked: The touches of each deal, in the order of deals.
        rows: Of ``credited``, a table for each measure.
        effects: Of ``effects``, a table for each kind of labels.
    """

    walked: Walked
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


def _of_scope(warehouse: Asked, scope: Scope, deals: pa.Table, values: Values, terms: CreditTerms) -> _OfScope:
    given = {"scope": scope.value}
    order = [(name, "ascending") for name in ("journey", "at_us", "kind", "id")]
    converting = told(named(warehouse.arrow(query("converting_touches"), given))).sort_by(order)
    touches = all_touches(converting, named(warehouse.arrow(query("other_touches"), given)))
    markov = Markov(int(terms.model.removeprefix("markov_")), split="by_path") if _is_markov(terms) else _MARKOV
    by_touch = (*(MODELS[name] for name in BY_TOUCH), *_custom(terms))
    ways = read_past(
        touches, _conversions(deals, scope), (*by_touch, markov), terms.lookback, Columns(touch="way", id="id")
    )
    credit_of: dict[Measure, dict[str, pa.ChunkedArray]] = {measure: {} for measure in values}
    effects, traces = [], {}
    for labels, past in ((CHANNELS, ways.under(channel_of)), (WAYS, ways)):
        journeys = _Worth(past, past.transitions({markov.chain}), _known([0] * deals.num_rows))
        effects.append(_effects(scope, labels, credited(journeys, (markov,)).credits[0]))
        models: tuple[Model, ...] = (*(by_touch if labels == CHANNELS else ()), Shapley(), markov)
        for measure, worth in values.items():
            traces[labels] = trace = traced(replace(journeys, cents=_known(worth)), models).sort_by(_BY_ROW)
            credit_of[measure] |= {
                name if model in by_touch else f"{MARKOV if model == markov else name}_{labels}": trace[name]
                for model, name in ((model, model.name) for model in models)
            }
    found = traces[CHANNELS]
    touch, deal = converting.take(found["id"]), deals.take(found["conversion"])
    marked = marks(touch, found["conversion"])
    return _OfScope(
        walked=walk(touch, found["conversion"], deals.num_rows),
        rows=[_rows(scope, measure, deal, touch, {**marked, **columns}) for measure, columns in credit_of.items()],
        effects=effects,
    )


_MARKOV = Markov(1, split="by_path")
_BY_ROW = [("conversion", "ascending"), ("id", "ascending")]


def _custom(terms: CreditTerms) -> tuple[Model, ...]:
    """Return the model whose weights the agreement states, if it states any."""
    if terms.weights is None:
        return ()
    return (Staged(CUSTOM, **{name: percent / 100 for name, percent in asdict(terms.weights).items()}),)


def _is_markov(terms: CreditTerms) -> bool:
    return terms.model.startswith(MARKOV)


def _known(worth: list[int | None]) -> Ints:
    """Return what deals are worth; what is not known is worth nothing."""
    return as_array(pa.chunked_array([pa.array([value or 0 for value in worth], pa.int64())]))


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


def _effects(scope: Scope, labels: str, chain: Credit) -> pa.Table:
    effects = chain.effects_by_label()
    return pa.table(
        {
            "scope": [scope.value] * len(chain.labels),
            "labels": [labels] * len(chain.labels),
            "label": pa.array([shown(label) for label in chain.labels], pa.string()),
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
            CUSTOM: pa.nulls(touch.num_rows, pa.int64()),
            **columns,
        }
    )


def _won(deals: pa.Table, values: Values, walked: Mapping[Scope, Walked]) -> pa.Table:
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
