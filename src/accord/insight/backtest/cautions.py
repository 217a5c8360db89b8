"""What history cannot answer about an agreement, as sentences."""

from collections.abc import Iterator
from datetime import timedelta

from accord.agreement import Agreement
from accord.insight.backtest.answer import Caution, HandoversOf
from accord.insight.engines import Engine
from accord.insight.judging.model import Model
from accord.insight.judging.points import reach_us
from accord.insight.period import Period
from accord.insight.tree import FAR, select
from accord.rules import Rule, behaviour_of, fields_of, instant, reads_colleagues, selections_of
from accord.rules.instant import DAY, span

LEAST_OUTCOMES = 30
"""Below this many decided hand-overs a share of them says little: it moves by three points with each single one."""


def cautions(engine: Engine, agreement: Agreement, period: Period, found: HandoversOf, real: str) -> Iterator[Caution]:
    """Yield what history cannot answer, or not well.

    Args:
        engine: Holds the history.
        agreement: Whose hand-overs they are.
        period: In which.
        found: What became of them.
        real: The table of outcomes.
    """
    model = Model(agreement)
    rules = [model.arrives, model.fast_lane, *(rule for _, rule in model.fit)]
    names = sorted(fields_of(rules) & agreement.fields.keys() | set(model.required))
    yield from _fields(engine, names)
    yield from _events(engine, rules, model)
    yield from _beginning(engine, rules, model, period)
    yield from _known_late(engine, period)
    if found.accepted + found.rejected < LEAST_OUTCOMES:
        decided = found.accepted + found.rejected
        yield Caution(
            "backtest.few_outcomes",
            f"sales decided on {decided} of these hand-overs; below {LEAST_OUTCOMES} a precision says little",
            count=decided,
        )
    ((elsewhere,),) = engine.rows(
        select("SELECT COALESCE(SUM(r.elsewhere), 0) AS deals FROM real AS r", {"real": real})
    )
    if elsewhere:
        yield Caution(
            "backtest.other_currency",
            f"{elsewhere} won deals are not in {agreement.currency} and not in the revenue",
            count=int(elsewhere),
        )
    if any(name.startswith("company.") for name in names) or reads_colleagues(rules):
        yield Caution("backtest.company_as_today", "everybody counts for the company where they work today")


def _fields(engine: Engine, names: list[str]) -> Iterator[Caution]:
    counted = select(
        """
        SELECT c.field, COUNT(*) AS known, COUNT(CASE WHEN NOT c.exact THEN 1 END) AS inexact
        FROM field_changes AS c GROUP BY c.field
        """
    )
    found = {field: (known, inexact) for field, known, inexact in engine.rows(counted)}
    for name in names:
        known, inexact = found.get(name, (0, 0))
        if not known:
            yield Caution("backtest.field_never_known", f"{name} was never known of anybody", name)
        elif inexact:
            yield Caution(
                "backtest.inexact_field",
                f"of {inexact} values of {name} nobody wrote down since when they were known; they count from the"
                " earliest possible instant, so that hand-overs may come out too early",
                name,
                inexact,
            )


def _events(engine: Engine, rules: list[Rule], model: Model) -> Iterator[Caution]:
    asked = {event for what in selections_of(rules) for event in what.events}
    asked |= {clause.event for clause in model.engagement}
    seen = {event for (event,) in engine.rows(select("SELECT t.event FROM touchpoints AS t GROUP BY t.event"))}
    for event in sorted(asked - seen):
        yield Caution("backtest.event_never_seen", f"no touchpoint is a {event}", event)


def _beginning(engine: Engine, rules: list[Rule], model: Model, period: Period) -> Iterator[Caution]:
    ((first,),) = engine.rows(select("SELECT MIN(t.at_us) AS at_us FROM touchpoints AS t"))
    windows = [span(what.within) for rule in behaviour_of(rules) for what in (rule.what,) if what.within is not None]
    windows += [reach_us(clause) for clause in model.engagement if reach_us(clause) < FAR]
    longest = max(windows, default=0)
    if first is None or period.from_us - longest >= first:
        return
    begins = instant(first).astimezone(period.zone).date()
    complete = (instant(first) + timedelta(microseconds=longest)).astimezone(period.zone).date()
    yield Caution(
        "backtest.window_before_data",
        f"touchpoints begin on {begins}, and the agreement looks back up to {longest // DAY} days: before {complete}"
        " hand-overs may be missing",
        count=longest // DAY,
    )


def _known_late(engine: Engine, period: Period) -> Iterator[Caution]:
    ((late,),) = engine.rows(
        select(
            """
            SELECT COUNT(*) AS leads FROM leads AS l
            WHERE l.cycle = 1 AND l.opened_us - l.first_contact_us > :day
                AND l.first_contact_us < :ends AND l.opened_us >= :begins
            """,
            day=DAY,
            begins=period.from_us,
            ends=period.to_us,
        )
    )
    if late:
        yield Caution(
            "backtest.known_late",
            f"{late} leads were entered more than a day after their first contact; they may come out handed over before"
            " anybody here knew of them",
            count=late,
        )
