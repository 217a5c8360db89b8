"""Deals that are open or lost, and the touches before them: nothing was won, so nothing is credited."""

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from accord.insight.credit.ground import Asked, Ground, values_of
from accord.insight.credit.spending import months, named, told
from accord.insight.credit.tables import Measure, Scope
from accord.insight.credit.walking import marks
from accord.insight.query import query
from accord.insight.tree import FAR


def unwon(warehouse: Asked, ground: Ground) -> Mapping[str, pa.Table]:
    """Return the deals that are open or lost, and the touches before them, which earned nothing."""
    deals = _dated(warehouse.arrow(query("unwon_deals"), {}).sort_by("deal_id"), "at_us", ground.zone)
    lookback = ground.terms.lookback
    given: dict[str, Any] = {"scope": Scope.COMPANY.value}
    given["lookback_us"] = FAR if lookback is None else lookback // timedelta(microseconds=1)
    touches = told(named(warehouse.arrow(query("unwon_touches"), given)))
    touches = _dated(touches.sort_by([(name, "ascending") for name in _BY_DEAL]), "deal_us", ground.zone)
    values = values_of(deals, ground)
    for_company = Counter(touches["deal_id"].to_pylist())
    for_contact = Counter(touches.filter(pc.equal(touches["contact"], 1))["deal_id"].to_pylist())
    keys = deals["deal_id"].to_pylist()
    for name, found in (
        *((measure.value, values[measure]) for measure in (Measure.REVENUE, Measure.MARGIN)),
        ("company_touches", [for_company[key] for key in keys]),
        ("contact_touches", [for_contact[key] for key in keys]),
    ):
        deals = deals.append_column(name, pa.array(found, pa.int64()))
    for scope, among in ((Scope.COMPANY, None), (Scope.CONTACT, pc.equal(touches["contact"], 1))):
        for name, marked in marks(touches, touches["deal_id"], among).items():
            touches = touches.append_column(f"{scope}_{name}", marked)
    return {"unwon": deals, "approached": touches}


_BY_DEAL = ("deal_id", "at_us", "kind", "touch_id")


def _dated(rows: pa.Table, instants: str, zone: ZoneInfo) -> pa.Table:
    rows = rows.append_column("month", months(rows[instants], zone))
    return rows.append_column("lead_month", months(rows["lead_us"], zone))
