"""From a version of the warehouse to credit: every won deal over the touches before it, under every model.

The touches of journeys that led to a deal are few, and are read whole; of all others, only what Markov chains need.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
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
from accord.insight.credit.tables import A_DEAL, BY_TOUCH, CHANNELS, CREDIT, MARKOV, WAYS, Measure, Scope
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
    touches = {scope: found.touches for scope, found in scopes.items()}
    entries = _told(named(warehouse.arrow(query("entries"), {}))).sort_by("lead_id")
    entries = entries.append_column("opened_month", months(entries["opened_us"], ground.zone))
    return {
        "won": _shaped("won", _won(deals, values, touches)),
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
        touches: How many count for each deal.
        rows: Of ``credited``, a table for each measure.
        effects: Of ``effects``, a table for each kind of labels.
    """

    touches: list[int]
    rows: list[pa.Table]
    effects: list[pa.Table]


@cache
def counting() -> str:
    """Return what tells these definitions of touches and conversions from any other."""
    texts = "\n".join(query(name).render(DIALECT) for name in _QUESTIONS)
    return hashlib.sha256(f"{BY_TOUCH} {texts}".encode()).hexdigest()[:16]


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
    markov = Markov(int(terms.model.removeprefix("markov_")), split="by_path") if _is_markov(terms) else _MARKOV
    by_touch = tuple(MODELS[name] for name in BY_TOUCH)
    credit_of: dict[Measure, dict[str, pa.ChunkedArray]] = {measure: {} for measure in values}
    effects, traces = [], {}
    for labels in (CHANNELS, WAYS):
        others = warehouse.arrow(query("other_touches"), {**given, "labels": labels})
        others = named(others, "label") if labels == CHANNELS else others
        touches, columns = _touches(converting, others, labels), Columns(touch="label", id="id")
        past = read_past(touches, _conversions(deals, scope), (*by_touch, markov), terms.lookback, columns)
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
    return _OfScope(
        touches=_counted(found["conversion"], deals.num_rows),
        rows=[_rows(scope, measure, deals, converting, found, columns) for measure, columns in credit_of.items()],
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


def _counted(numbers: pa.ChunkedArray, count: int) -> list[int]:
    """Return how often each number below ``count`` occurs."""
    found = Counter(numbers.to_pylist())
    return [found[number] for number in range(count)]


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


def _touches(converting: pa.Table, others: pa.Table, labels: str) -> pa.Table:
    """Return all touches; those of journeys that led to a deal by their row, the others without a number."""
    parts = [converting["channel"]]
    if labels == WAYS:
        parts += [converting[name] for name in ("source", "medium", "campaign")]
    label = pc.binary_join_element_wise(*(part.cast(pa.string()) for part in parts), " / ")
    none = pa.repeat(pa.scalar(-1, pa.int64()), others.num_rows)
    mine = [converting["journey"], converting["at_us"], label, pa.array(range(converting.num_rows), pa.int64())]
    theirs = [others["journey"], others["at_us"], others["label"].cast(pa.string()), none]
    names = ["journey", "at", "label", "id"]
    return pa.concat_tables([pa.table(mine, names=names), pa.table(theirs, names=names)])


def _effects(scope: Scope, labels: str, chain: Credit) -> pa.Table:
    effects = chain.effects_by_label()
    return pa.table(
        {
            "scope": [scope.value] * len(chain.labels),
            "labels": [labels] * len(chain.labels),
            "label": pa.array([str(label) for label in chain.labels], pa.string()),
            "millionths": pa.array([round(effects.get(label, 0) * _MILLION) for label in chain.labels], pa.int64()),
        }
    )


def _rows(
    scope: Scope,
    measure: Measure,
    deals: pa.Table,
    converting: pa.Table,
    trace: pa.Table,
    credit_of: Mapping[str, pa.ChunkedArray],
) -> pa.Table:
    touch, deal = converting.take(trace["id"]), deals.take(trace["conversion"])
    kept = ("kind", "at_us", "person_id", "channel", "source", "medium", "campaign", "content", "landing", "inbound")
    return pa.table(
        {
            "scope": pa.array([scope.value] * trace.num_rows, pa.string()),
            "measure": pa.array([measure.value] * trace.num_rows, pa.string()),
            "deal_id": deal["deal_id"],
            "won_us": deal["at_us"],
            **{name: deal[name] for name in ("won_month", "lead_us", "lead_month")},
            "touch_id": touch["id"],
            **{name: touch[name] for name in (*kept, "user_id", "agency")},
            **credit_of,
        }
    )


def _won(deals: pa.Table, values: Values, touches: Mapping[Scope, list[int]]) -> pa.Table:
    return pa.table(
        {
            **{name: deals[name] for name in ("deal_id", "lead_id", "person_id", "company_id")},
            "won_us": deals["at_us"],
            **{name: deals[name] for name in ("won_month", "lead_us", "lead_month", "amount_cents", "currency")},
            **{measure.value: pa.array(values[measure], pa.int64()) for measure in (Measure.REVENUE, Measure.MARGIN)},
            **{f"{scope.value}_touches": pa.array(found, pa.int64()) for scope, found in touches.items()},
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
