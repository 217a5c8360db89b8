"""The counts of a comparison: hand-overs by week, what became of them, and whom only one agreement hands over."""

from datetime import date, timedelta

from sqlglot import exp

from accord.insight.backtest.answer import Fate, HandedOver, HandedOverPage, HandoversOf, Share, WeekOfHandovers
from accord.insight.backtest.outcomes import FATES
from accord.insight.engines import Engine
from accord.insight.errors import InsightError
from accord.insight.period import Period, week_of
from accord.insight.tree import column, select, together, whole

WEEK = timedelta(days=7)


def handovers_of(engine: Engine, table: str, side: str, period: Period) -> HandoversOf:
    """Return what became of the hand-overs of one side of a comparison.

    Args:
        engine: Holds the comparison.
        table: Its name.
        side: ``draft`` or ``other``.
        period: The same as the comparison's.
    """
    counted = select(
        """
        SELECT COUNT(CASE WHEN :inside THEN 1 END) AS people,
            COUNT(CASE WHEN :inside AND :fast THEN 1 END) AS fast,
            COUNT(CASE WHEN :at < :begins THEN 1 END) AS before,
            COUNT(CASE WHEN :inside AND NOT c.accepted_us IS NULL THEN 1 END) AS accepted,
            COUNT(CASE WHEN :inside AND c.rejected THEN 1 END) AS rejected,
            COUNT(CASE WHEN :inside AND NOT c.offered_us IS NULL AND c.accepted_us IS NULL AND NOT c.rejected
                THEN 1 END) AS undecided,
            COUNT(CASE WHEN :inside AND c.offered_us IS NULL THEN 1 END) AS never_offered,
            COUNT(CASE WHEN :inside AND NOT c.won_us IS NULL THEN 1 END) AS won,
            CAST(COALESCE(SUM(CASE WHEN :inside THEN c.revenue_cents END), 0) AS BIGINT) AS revenue,
            COUNT(CASE WHEN c.accepted_us >= :begins AND c.accepted_us < :ends THEN 1 END) AS all_accepted,
            COUNT(CASE WHEN c.accepted_us >= :begins AND c.accepted_us < :ends AND :at <= c.accepted_us THEN 1 END)
                AS seen_accepted,
            COUNT(CASE WHEN c.won_us >= :begins AND c.won_us < :ends THEN 1 END) AS all_won,
            COUNT(CASE WHEN c.won_us >= :begins AND c.won_us < :ends AND :at <= c.won_us THEN 1 END) AS seen_won
        FROM compared AS c
        """,
        {"compared": table},
        inside=column("c", f"{side}_in"),
        fast=column("c", f"{side}_fast"),
        at=column("c", f"{side}_us"),
        begins=period.from_us,
        ends=period.to_us,
    )
    (row,) = engine.rows(counted)
    people, fast, before, accepted, rejected, undecided, never, won, revenue, *recalled = row
    all_accepted, seen_accepted, all_won, seen_won = recalled
    return HandoversOf(
        people=people,
        by_fast_lane=fast,
        before=before,
        accepted=accepted,
        rejected=rejected,
        undecided=undecided,
        never_offered=never,
        won=won,
        revenue_cents=revenue,
        precision=Share(accepted, accepted + rejected),
        recall=Share(seen_accepted, all_accepted),
        recall_won=Share(seen_won, all_won),
    )


def fates(engine: Engine, table: str) -> dict[Fate, int]:
    """Return how many people share each fate."""
    rows = engine.rows(
        select(
            "SELECT c.fate, COUNT(*) AS people FROM compared AS c WHERE c.fate >= 0 GROUP BY c.fate",
            {"compared": table},
        )
    )
    found = {FATES[place]: people for place, people in rows}
    return {fate: found.get(fate, 0) for fate in FATES}


def weeks(
    engine: Engine, table: str, period: Period, capacity_per_week: int | None, compares: bool
) -> tuple[WeekOfHandovers, ...]:
    """Return the hand-overs of each week of the period.

    Raises:
        InsightError: ``insight.open_period``: the period has no beginning or no end.
    """
    if period.first is None or period.end is None:
        raise InsightError(
            "insight.open_period", "a backtest needs a first and a last day", hint="name both, such as a year"
        )
    mondays = _mondays(period.first, period.end)
    counted = []
    for place, monday in enumerate(mondays):
        week = week_of(monday, period.zone)
        counted.append(
            select(
                "SELECT 0 + :place AS place, 0 + :start AS start_us, 0 + :ends AS end_us",
                place=whole(place),
                start=whole(max(week.from_us, period.from_us)),
                ends=whole(min(week.to_us, period.to_us)),
            )
        )
    sides = {side: _by_week(engine, table, side, together(counted)) for side in ("draft", "other")}
    found = []
    for place, monday in enumerate(mondays):
        days = (min(monday + WEEK, period.end) - max(monday, period.first)).days
        capacity = None if capacity_per_week is None else capacity_per_week * days // 7
        other = sides["other"].get(place, 0) if compares else None
        found.append(WeekOfHandovers(monday, days, sides["draft"].get(place, 0), other, capacity))
    return tuple(found)


def _mondays(first: date, end: date) -> list[date]:
    monday = first - timedelta(days=first.weekday())
    return [monday + WEEK * number for number in range(-(-(end - monday).days // 7))]


def _by_week(engine: Engine, table: str, side: str, weeks_: exp.Query) -> dict[int, int]:
    found = select(
        """
        SELECT w.place, COUNT(*) AS people FROM compared AS c JOIN w ON w.start_us <= :at AND :at < w.end_us
        WHERE :inside GROUP BY w.place
        """,
        {"compared": table, "w": weeks_.copy()},
        at=column("c", f"{side}_us"),
        inside=column("c", f"{side}_in"),
    )
    return dict(engine.rows(found))


def people(engine: Engine, table: str, fate: Fate | None, limit: int, skip: int, compares: bool) -> HandedOverPage:
    """Return a page of those with a hand-over in the period, all or of one fate, by ``person_id``."""
    wanted = select("SELECT c.draft_in OR c.other_in").selects[0]
    if fate is not None:
        wanted = select("SELECT c.fate = :fate", fate=FATES.index(fate)).selects[0]
    ((total,),) = engine.rows(
        select("SELECT COUNT(*) AS n FROM compared AS c WHERE :wanted", {"compared": table}, wanted=wanted)
    )
    rows = engine.rows(
        select(
            """
            SELECT c.person_id, c.fate, c.draft_us, c.other_us, c.draft_fast, c.accepted_us, c.rejected, c.won_us,
                c.revenue_cents
            FROM compared AS c WHERE :wanted ORDER BY c.person_id NULLS LAST LIMIT :limit OFFSET :skip
            """,
            {"compared": table},
            wanted=wanted,
            limit=limit,
            skip=skip,
        )
    )
    found = tuple(_handed_over(row, compares) for row in rows)
    return HandedOverPage(found, total)


def _handed_over(row: tuple[int, ...], compares: bool) -> HandedOver:
    person, fate, draft_us, other_us, fast, accepted_us, rejected, won_us, revenue = row
    return HandedOver(
        person_id=person,
        fate=FATES[fate] if fate >= 0 else None,
        draft_us=draft_us,
        other_us=other_us if compares else None,
        draft_fast_lane=bool(fast),
        accepted_us=accepted_us,
        rejected=bool(rejected),
        won_us=won_us,
        revenue_cents=revenue,
    )
