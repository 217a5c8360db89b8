"""Periods, pace and verdicts."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from accord.insight import (
    ALL_TIME,
    PromiseKept,
    Verdict,
    accepted_verdict,
    month_of,
    pace,
    promise_verdict,
    quarter_of,
    week_of,
    year_of,
)
from accord.rules import microseconds

BERLIN = ZoneInfo("Europe/Berlin")
APRIL = month_of(date(2026, 4, 9), BERLIN)


def kept(**counts: int) -> PromiseKept:
    nothing = dict.fromkeys(("due", "kept", "late", "missed", "overdue", "tight", "running", "on_hold"), 0)
    return PromiseKept(1, "sales", "sla.sales[0]", "decide", **(nothing | counts | {"due": sum(counts.values())}))


def test_a_month_ends_at_midnight_in_its_own_zone() -> None:
    assert APRIL.to_us == microseconds(datetime(2026, 4, 30, 22, tzinfo=UTC))
    march = month_of(date(2026, 3, 1), BERLIN)
    assert march.from_us == microseconds(datetime(2026, 2, 28, 23, tzinfo=UTC))
    assert march.to_us == APRIL.from_us


def test_where_clocks_skip_midnight_the_day_begins_when_it_begins() -> None:
    lebanon = month_of(date(1993, 3, 28), ZoneInfo("Asia/Beirut"))
    assert lebanon.day_of(datetime(1993, 3, 27, 22, tzinfo=UTC)) == 28
    assert week_of(date(1993, 3, 28), ZoneInfo("Asia/Beirut")).days == 7


@pytest.mark.parametrize(
    ("period", "first", "end"),
    [
        (quarter_of(date(2026, 11, 5), BERLIN), date(2026, 10, 1), date(2027, 1, 1)),
        (year_of(date(2026, 11, 5), BERLIN), date(2026, 1, 1), date(2027, 1, 1)),
        (week_of(date(2026, 11, 1), BERLIN), date(2026, 10, 26), date(2026, 11, 2)),
    ],
)
def test_periods_are_of_the_calendar(period: object, first: date, end: date) -> None:
    assert (period.first, period.end) == (first, end)  # type: ignore[attr-defined]


def test_all_time_has_no_days() -> None:
    assert (ALL_TIME.days, ALL_TIME.day_of(datetime.now(UTC))) == (0, 0)
    assert ALL_TIME.from_us < 0 < ALL_TIME.to_us


@pytest.mark.parametrize(
    ("done", "day", "behind", "verdict"),
    [
        (84, 22, 4, Verdict.AT_RISK),
        (88, 22, 0, Verdict.ON_PACE),
        (95, 22, -7, Verdict.ON_PACE),
        (120, 22, -32, Verdict.KEPT),
        (119, 30, 1, Verdict.AT_RISK),
        (0, 1, 4, Verdict.AT_RISK),
    ],
)
def test_pace_counts_the_day_that_is_running(done: int, day: int, behind: int, verdict: Verdict) -> None:
    found = pace(done, 120, APRIL, datetime(2026, 4, day, 23, 30, tzinfo=BERLIN))
    assert (found.day, found.days, found.behind, found.verdict) == (day, 30, behind, verdict)


def test_a_period_that_is_over_is_kept_or_broken() -> None:
    first_of_may = datetime(2026, 5, 1, tzinfo=BERLIN)
    assert pace(119, 120, APRIL, first_of_may).verdict is Verdict.BROKEN
    assert pace(120, 120, APRIL, first_of_may).verdict is Verdict.KEPT
    assert pace(119, 120, APRIL, first_of_may).day == 30


@pytest.mark.parametrize(
    ("accepted", "decided", "over", "verdict"),
    [
        (0, 0, True, Verdict.NO_DATA),
        (7, 10, False, Verdict.KEPT),
        (699, 1000, False, Verdict.AT_RISK),
        (699, 1000, True, Verdict.BROKEN),
        (700, 1000, True, Verdict.KEPT),
    ],
)
def test_a_share_is_held_against_the_promise_without_rounding(
    accepted: int, decided: int, over: bool, verdict: Verdict
) -> None:
    assert accepted_verdict(accepted, decided, 70, over) is verdict


@pytest.mark.parametrize(
    ("counts", "verdict"),
    [
        (None, Verdict.NO_DATA),
        (kept(), Verdict.NO_DATA),
        (kept(running=3), Verdict.NO_DATA),
        (kept(kept=5, running=3), Verdict.KEPT),
        (kept(kept=5, tight=1), Verdict.AT_RISK),
        (kept(kept=5, tight=1, overdue=1), Verdict.BROKEN),
        (kept(kept=500, late=1), Verdict.BROKEN),
        (kept(missed=1), Verdict.BROKEN),
    ],
)
def test_a_promise_is_kept_only_if_it_is_kept_every_time(counts: PromiseKept | None, verdict: Verdict) -> None:
    assert promise_verdict(counts) is verdict
