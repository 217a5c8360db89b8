"""The map and the funnel as CSV files, safe to open in a spreadsheet."""

from collections.abc import Iterator

from accord.insight.closing import Share
from accord.server.accounts.audit import record
from accord.server.accounts.models import User
from accord.server.closing.asked import FunnelAsked, MapAsked
from accord.server.closing.funnel import Step, funnel
from accord.server.closing.naming import LABELS
from accord.server.closing.rates import MapCell, rate_map
from accord.server.spreadsheet import csv_lines
from accord.server.ui.components import STAGES

BOM = "\ufeff"
"""Without it Excel takes UTF-8 for the code page of the machine."""
_RATE_HEADS = ("Leads", "Won", "Share", "From (95 %)", "To (95 %)", "Believed", "p", "p corrected", "Stands out")
_FUNNEL_HEADS = (
    "From", "To", "Entered", "Converted until now", "Cohort rate", "Open", "Ended", "There before",
    "Entered and passed", "Before and passed", "Period rate", "Median (seconds)", "90 % within (seconds)",
)  # fmt: skip
_PACE_HEADS = (
    "Stage", "Stays over", "Median (seconds)", "90 % within (seconds)", "Still there", "Median so far (seconds)",
    "90 % so far (seconds)",
)  # fmt: skip


def rates_as_csv(by: User, asked: MapAsked) -> str:
    """Return the map as it is shown: every cell, row and column, and all together; write down who took it.

    Raises:
        AccessError: Their role does not see it.
    """
    found = rate_map(asked, by)
    record("close_rates.exported", "close_rates", actor=by, at=asked.days.now, **asked.parameters)
    lines: list[list[object]] = [[LABELS[asked.row], LABELS[asked.column] if asked.column else "All", *_RATE_HEADS]]
    lines.append(["All", "All", *_share(found.whole)])
    lines += [["All", label, *_share(cell)] for label, cell in zip(found.columns, found.totals, strict=True)]
    for row in found.rows:
        lines.append([row.label, "All", *_share(row.total)])
        cells = zip(found.columns, row.cells, strict=True)
        lines += [[row.label, label, *_share(cell)] for label, cell in cells if cell is not None]
    return BOM + csv_lines(lines)


def _share(cell: MapCell) -> Iterator[object]:
    share: Share = cell.share
    low, high = share.interval or (None, None)
    yield from (share.leads, share.won)
    yield from (None if each is None else round(each, 4) for each in (share.rate, low, high))
    yield "no" if share.few else "yes"
    yield from (None if each is None else float(f"{each:.3g}") for each in (share.chance, share.corrected))
    yield ("above" if share.above else "below") if share.stands_out else ""


def funnel_as_csv(by: User, asked: FunnelAsked) -> str:
    """Return every step, the one asked for in front, and under them how long leads stay; write down who took it.

    Raises:
        AccessError: Their role does not see it.
    """
    found = funnel(asked, by)
    record("funnel.exported", "funnel", actor=by, at=asked.days.now, **asked.days.parameters)
    lines: list[list[object]] = [list(_FUNNEL_HEADS), *(list(_step(step)) for step in (found.chosen, *found.steps))]
    lines += [[], list(_PACE_HEADS)]
    for pace in found.paces:
        if pace.found is not None:
            each = pace.found
            over = [each.over, _seconds(each.median_us), _seconds(each.p90_us)]
            waiting = [each.waiting, _seconds(each.waiting_median_us), _seconds(each.waiting_p90_us)]
            lines.append([STAGES[pace.stage].label, *over, *waiting])
    return BOM + csv_lines(lines)


def _step(step: Step) -> Iterator[object]:
    found = step.found
    yield from step.label.split(" to ")
    yield from (found.entered, found.converted, _rounded(found.cohort_rate), found.waiting, found.ended, found.carried)
    yield from (found.entered_passed, found.carried_passed, _rounded(found.period_rate))
    yield from (_seconds(found.median_us), _seconds(found.p90_us))


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)


def _seconds(micros: int | None) -> int | None:
    return None if micros is None else micros // 1_000_000
