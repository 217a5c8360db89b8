"""Everybody's first hand-over under one agreement."""

from collections.abc import Sequence

from sqlglot import exp

from accord.agreement import Agreement
from accord.insight.backtest.firsts import Firsts
from accord.insight.backtest.spans import spans
from accord.insight.judging.materials import Materials
from accord.insight.judging.model import Model
from accord.insight.tree import as_table, column, name_of, select


def handovers(materials: Materials, agreement: Agreement, until_us: int, every: int = 1) -> str:
    """Return the table of first hand-overs before ``until_us``: ``person_id, at_us, fast_lane``.

    A lead is handed over when the fast lane holds, or once it has arrived at the hand-off stage and everything that
    marketing owes is filled in; having arrived it waits for that, whether the gate goes on to hold or not.

    Args:
        materials: What the engine holds.
        agreement: Under which.
        until_us: In microseconds since 1970.
        every: Only every so many people are looked at.
    """
    model = Model(agreement)
    rules = [model.arrives, model.fast_lane]
    fields = model.columns([*rules, *(rule for _, rule in model.fit)], model.required)
    firsts = Firsts(materials, model, fields, until_us, every)
    fast = firsts.of(model.fast_lane)
    arrived = firsts.of(model.arrives, before=fast)
    name = name_of("handovers", fast, arrived, model.required)
    if not materials.engine.holds(name):
        brought = arrived
        if model.required:
            brought = materials.made(
                "brought",
                "waiting for what marketing owes",
                lambda: _brought(
                    arrived, spans(materials, fields, every), [fields[name].name for name in model.required], until_us
                ),
                arrived,
                model.required,
                until_us,
            )
        materials.engine.make(name, _sooner(fast, brought))
    return name


def _brought(arrived: str, spans_table: str, required: Sequence[str], until_us: int) -> exp.Query:
    filled = select(
        """
        SELECT a.person_id, MIN(GREATEST(a.at_us, s.from_us)) AS at_us
        FROM arrived AS a JOIN spans AS s ON s.person_id = a.person_id AND s.until_us > a.at_us
        WHERE GREATEST(a.at_us, s.from_us) < :until
        GROUP BY a.person_id
        """,
        {"arrived": arrived, "spans": spans_table},
        until=until_us,
    )
    return filled.where(
        *(exp.not_(exp.Is(this=column("s", name), expression=exp.null())) for name in required), copy=False
    )


def _sooner(fast: str, brought: str) -> exp.Query:
    both = exp.union(
        select("SELECT f.person_id, f.at_us, 1 AS fast FROM fast AS f", {"fast": fast}),
        select("SELECT b.person_id, b.at_us, 0 AS fast FROM brought AS b", {"brought": brought}),
        distinct=False,
    )
    ranked = select(
        """
        SELECT x.person_id, x.at_us, x.fast, ROW_NUMBER() OVER (
            PARTITION BY x.person_id ORDER BY x.at_us NULLS LAST, x.fast DESC NULLS LAST) AS place
        """
    ).from_(as_table(both, "x"), copy=False)
    return select("SELECT r.person_id, r.at_us, r.fast = 1 AS fast_lane WHERE r.place = 1").from_(
        as_table(ranked, "r"), copy=False
    )
