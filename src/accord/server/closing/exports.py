"""The map and the funnel as files."""

from collections.abc import Iterator
from decimal import Decimal

from accord.server.accounts.audit import record
from accord.server.accounts.models import User
from accord.server.closing.asked import FunnelAsked, MapAsked
from accord.server.closing.funnel import Pace, Step, funnel
from accord.server.closing.naming import LABELS
from accord.server.closing.rates import MapCell, RateMap, rate_map
from accord.server.files import Cell, Column, Kind, Table

_RATE_COLUMNS = (
    Column("Leads", Kind.WHOLE),
    Column("Won", Kind.WHOLE),
    Column("Share", Kind.DECIMAL, places=4),
    Column("From (95 %)", Kind.DECIMAL, places=4),
    Column("To (95 %)", Kind.DECIMAL, places=4),
    Column("Believed"),
    Column("p", Kind.DECIMAL, places=8),
    Column("p corrected", Kind.DECIMAL, places=8),
    Column("Stands out"),
)
_FUNNEL_COLUMNS = (
    Column("Step"),
    Column("Entered", Kind.WHOLE),
    Column("Converted until now", Kind.WHOLE),
    Column("Cohort rate", Kind.DECIMAL, places=4),
    Column("Open", Kind.WHOLE),
    Column("Ended", Kind.WHOLE),
    Column("There before", Kind.WHOLE),
    Column("Entered and passed", Kind.WHOLE),
    Column("Before and passed", Kind.WHOLE),
    Column("Period rate", Kind.DECIMAL, places=4),
    Column("Median (seconds)", Kind.WHOLE),
    Column("9 of 10 within (seconds)", Kind.WHOLE),
    Column("Left the first stage", Kind.WHOLE),
    Column("Median stay (seconds)", Kind.WHOLE),
    Column("9 of 10 stays within (seconds)", Kind.WHOLE),
    Column("There now", Kind.WHOLE),
    Column("Median so far (seconds)", Kind.WHOLE),
)


def rates_table(by: User, asked: MapAsked) -> Table:
    """Return the map as it is shown: every cell, row and column, and all together; write down who took it.

    Raises:
        AccessError: Their role does not see it.
    """
    found = rate_map(asked, by)
    record("close_rates.exported", "close_rates", actor=by, at=asked.days.now, **asked.parameters)
    columns = LABELS[asked.column] if asked.column else "Columns"
    heads = [Column(LABELS[asked.row]), Column(columns), *_RATE_COLUMNS]
    return Table("close-rates", heads, _shares(found), asked.days.period.zone)


def _shares(found: RateMap) -> Iterator[list[Cell]]:
    yield ["All", "All", *_share(found.whole)]
    for label, cell in zip(found.columns, found.totals, strict=True):
        yield ["All", label, *_share(cell)]
    for row in found.rows:
        yield [row.label, "All", *_share(row.total)]
        for label, each in zip(found.columns, row.cells, strict=True):
            if each is not None:
                yield [row.label, label, *_share(each)]


def _share(cell: MapCell) -> Iterator[Cell]:
    share = cell.share
    low, high = share.interval or (None, None)
    yield from (share.leads, share.won)
    yield from (_exact(each) for each in (share.rate, low, high))
    yield "no" if share.few else "yes"
    yield from (None if each is None else Decimal(f"{each:.3g}") for each in (share.chance, share.corrected))
    yield ("above" if share.above else "below") if share.stands_out else ""


def funnel_table(by: User, asked: FunnelAsked) -> Table:
    """Return every step, the one asked for in front, each with how long leads stay at its first stage.

    It is written down who took it.

    Raises:
        AccessError: Their role does not see it.
    """
    found = funnel(asked, by)
    record("funnel.exported", "funnel", actor=by, at=asked.days.now, **asked.days.parameters)
    rows = ([*_step(step), *_pace(found.paces[step.found.first_place])] for step in (found.chosen, *found.steps))
    return Table("funnel", _FUNNEL_COLUMNS, rows, asked.days.period.zone)


def _step(step: Step) -> Iterator[Cell]:
    found = step.found
    yield step.label
    yield from (found.entered, found.converted, _exact(found.cohort_rate), found.waiting, found.ended, found.carried)
    yield from (found.entered_passed, found.carried_passed, _exact(found.period_rate))
    yield from (_seconds(found.median_us), _seconds(found.p90_us))


def _pace(pace: Pace) -> Iterator[Cell]:
    each = pace.found
    if each is None:
        yield from (0, None, None, 0, None)
    else:
        yield from (each.over, _seconds(each.median_us), _seconds(each.p90_us))
        yield from (each.waiting, _seconds(each.waiting_median_us))


def _exact(share: float | None) -> Decimal | None:
    return None if share is None else Decimal(f"{share:.4f}")


def _seconds(micros: int | None) -> int | None:
    return None if micros is None else micros // 1_000_000
