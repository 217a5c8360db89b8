"""One backtest: an engine that holds the history, and what is asked of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from accord.agreement import Agreement
from accord.insight.backtest import comparison
from accord.insight.backtest.answer import Comparison, Fate, FirstHandover, HandedOverPage, Weights
from accord.insight.backtest.cautions import cautions
from accord.insight.backtest.handovers import handovers
from accord.insight.backtest.outcomes import compared, outcomes
from accord.insight.backtest.weights import weights
from accord.insight.engines import Engine
from accord.insight.judging.materials import Materials
from accord.insight.period import Period
from accord.insight.tree import select


@dataclass(frozen=True, slots=True)
class Backtest:
    """Answers about agreements over one history.

    Attributes:
        engine: Holds the tables of ``accord.insight.history.tables_for``, which must not change while this is used.
        progress: Called with a few words before each piece of work.
    """

    engine: Engine
    progress: Callable[[str], None] = lambda _: None

    @property
    def _materials(self) -> Materials:
        return Materials(self.engine, self.progress)

    def first_handovers(self, agreement: Agreement, until_us: int) -> Mapping[int, FirstHandover]:
        """Return the first hand-over before ``until_us`` of everybody who has one, by ``person_id``."""
        table = handovers(self._materials, agreement, until_us)
        rows = self.engine.rows(select("SELECT h.person_id, h.at_us, h.fast_lane FROM found AS h", {"found": table}))
        return {person: FirstHandover(at_us, bool(fast)) for person, at_us, fast in rows}

    def compare(
        self, draft: Agreement, other: Agreement | None, period: Period, capacity_per_week: int | None = None
    ) -> Comparison:
        """Return what the draft would have done in the period, against another agreement and what really happened.

        Args:
            draft: The agreement in question.
            other: What to compare with, such as the one in force; None: nothing.
            period: Whole days with a beginning and an end.
            capacity_per_week: How many leads sales can take in a week; None: it is not known.

        Raises:
            InsightError: ``insight.open_period``.
        """
        table, real = self._compared(draft, other, period)
        weeks = comparison.weeks(self.engine, table, period, capacity_per_week, other is not None)
        found = comparison.handovers_of(self.engine, table, "draft", period)
        ((known,),) = self.engine.rows(
            select("SELECT COUNT(*) AS people FROM people AS p WHERE NOT p.known_us IS NULL")
        )
        return Comparison(
            period=period,
            people=known,
            draft=found,
            other=None if other is None else comparison.handovers_of(self.engine, table, "other", period),
            weeks=weeks,
            fates={} if other is None else comparison.fates(self.engine, table),
            cautions=tuple(cautions(self.engine, draft, period, found, real)),
        )

    def people(
        self,
        draft: Agreement,
        other: Agreement | None,
        period: Period,
        fate: Fate | None = None,
        limit: int = 50,
        skip: int = 0,
    ) -> HandedOverPage:
        """Return some of those with a hand-over in the period, all or of one fate, by ``person_id``."""
        table, _ = self._compared(draft, other, period)
        return comparison.people(self.engine, table, fate, limit, skip, other is not None)

    def weights(self, draft: Agreement, period: Period, most: int = 50_000) -> Weights:
        """Return what each clause of the draft decides, looking at no more than about ``most`` people."""
        return weights(self._materials, draft, period, most)

    def _compared(self, draft: Agreement, other: Agreement | None, period: Period) -> tuple[str, str]:
        materials = self._materials
        first = handovers(materials, draft, period.to_us)
        second = None if other is None else handovers(materials, other, period.to_us)
        real = outcomes(materials, draft.currency)
        return compared(materials, first, second, real, period), real
