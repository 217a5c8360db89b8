"""Money, months and names: amounts in one currency, which month an instant is of, and one name for one channel."""

from bisect import bisect_right
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.compute as pc

from accord.agreement.exchange import Converted, Rates
from accord.insight.credit.months import first_day, month_number
from accord.insight.period import Period
from accord.rules import instant
from accord.traffic.channels import Channel, channel

_EPOCH = date(1970, 1, 1)
_WAY = ("source", "medium", "campaign")


def in_cents(rates: Rates, cents: int, currency: str, on: date) -> int | None:
    """Return what cents of a currency come to by the rate of a day; None where none is known.

    Examples:
        >>> [in_cents(Rates("EUR", {}), 990, currency, date(2026, 1, 1)) for currency in ("EUR", "USD")]
        [990, None]
    """
    found = rates.convert(Decimal(cents).scaleb(-2), currency, on)
    return int(found.amount.scaleb(2)) if isinstance(found, Converted) else None


def months(instants: pa.ChunkedArray, zone: ZoneInfo) -> pa.Array:
    """Return the numbers of the months of instants, in microseconds since 1970, by the days of a zone."""
    at = instants.to_pylist()
    if not at:
        return pa.array([], pa.int64())
    first, last = (month_number(instant(each).astimezone(zone).date()) for each in (min(at), max(at)))
    begins = [Period(first_day(month), None, zone).from_us for month in range(first, last + 1)]
    return pa.array([first - 1 + bisect_right(begins, each) for each in at], pa.int64())


def named(rows: pa.Table, column: str = "channel") -> pa.Table:
    """Return rows in which a channel that was stated in other letters bears its usual name.

    Examples:
        >>> named(pa.table({"channel": ["organic search", "Webinar", "leaflet"]}))["channel"].to_pylist()
        ['Organic Search', 'Webinar', 'leaflet']
    """
    coded = rows[column].combine_chunks().dictionary_encode()
    usual = pa.array([_USUAL.get(name.casefold(), name) for name in coded.dictionary.to_pylist()], pa.string())
    return rows.set_column(rows.column_names.index(column), column, usual.take(coded.indices))


_USUAL = {name.casefold(): name for name in (*map(str, Channel), "Webinar", "Trade fair", "Call to us", "Call by us")}


OUTBOUND = frozenset({str(Channel.EMAIL), str(Channel.SMS), str(Channel.MOBILE_PUSH)})
"""Channels by which we begin it, and those by which they do; of an unassigned one nobody can tell."""
INBOUND = frozenset(map(str, Channel)) - OUTBOUND - {str(Channel.UNASSIGNED)}


def told(touches: pa.Table) -> pa.Table:
    """Return touches of which a usual channel says whether they came by themselves, where nothing else does."""
    known = pc.is_in(touches["channel"], value_set=pa.array(sorted(INBOUND)))
    ours = pc.is_in(touches["channel"], value_set=pa.array(sorted(OUTBOUND)))
    by_channel = pc.if_else(known, 1, pc.if_else(ours, 0, None)).cast(pa.int64())
    inbound = pc.coalesce(touches["inbound"], by_channel)
    return touches.set_column(touches.column_names.index("inbound"), "inbound", inbound)


def spent(costs: pa.Table, entries: pa.Table, rates: Rates) -> pa.Table:
    """Return what was spent, in the currency of the rates, with the channel that it was spent on.

    Args:
        costs: A row for each day, source, medium, campaign and currency.
        entries: How each lead came: the channel of most that came by the same source, medium and campaign counts.
        rates: What amounts come to.
    """
    came = Counter(zip(*(entries[name].to_pylist() for name in (*_WAY, "channel", "inbound")), strict=True))
    seen = {way[:3]: way[3:] for way, _ in sorted(came.items(), key=lambda each: (each[1], each[0][:4]))}
    rows = []
    for row in costs.to_pylist():
        way = tuple(row[name] for name in _WAY)
        day = _EPOCH + timedelta(days=row["day"])
        on, inbound = seen.get(way) or _by_names(str(channel(*way)))
        cents = in_cents(rates, row["amount_cents"], row["currency"], day)
        rows.append({**row, "month": month_number(day), "channel": on, "inbound": inbound, "cents": cents})
    return pa.Table.from_pylist(sorted(rows, key=lambda row: (row["day"], *(row[name] for name in _WAY))), _SCHEMA)


def _by_names(on: str) -> tuple[str, int | None]:
    return on, 1 if on in INBOUND else 0 if on in OUTBOUND else None


_SCHEMA = pa.schema(
    [
        *((name, pa.int64()) for name in ("day", "month", "inbound", "amount_cents", "cents", "clicks", "impressions")),
        *((name, pa.string()) for name in ("channel", *_WAY, "currency")),
    ]
)
