"""The numbers of the scoreboard, as frozen rows. Pages and the command line read them here; nothing is changed."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from accord.agreement import Agreement
from accord.insight import (
    ALL_TIME,
    DaysToWin,
    FunnelStage,
    MarketingDelivered,
    NobodyWorking,
    Period,
    PromiseKept,
    Rejections,
    ResponseTimes,
    SecondLives,
    SourceWins,
    month_of,
)
from accord.rules import microseconds
from accord.server.agreements.models import Revision
from accord.server.agreements.services import agreement_of
from accord.server.pipeline.models import Deal
from accord.server.warehouse.asking import ask

SILENCE = timedelta(days=14)
"""A lead about which sales does nothing for so long is not being worked."""
EARLIEST = date(1970, 2, 1)
NO_CURRENCY = "EUR"


@dataclass(frozen=True, slots=True)
class Law:
    """One revision that was signed, and from when it held."""

    number: int
    since: datetime
    agreement: Agreement


@dataclass(frozen=True, slots=True)
class Laws:
    """Every revision that was ever in force, the newest first; perhaps none."""

    all: tuple[Revision, ...]

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which days begin; UTC until there is an agreement."""
        return self._law(self.all[0]).agreement.zone if self.all else ZoneInfo("UTC")

    def numbered(self, number: int) -> Law:
        """Return the revision of a number; it must be one of these."""
        return self._law(next(revision for revision in self.all if revision.number == number))

    def at_end_of(self, period: Period, now: datetime) -> Law | None:
        """Return the revision that held when a period ended, or holds now; None if there was none yet."""
        until = min(period.to_us, microseconds(now) + 1)
        held = (r for r in self.all if r.in_force_from is not None and microseconds(r.in_force_from) < until)
        return next((self._law(revision) for revision in held), None)

    def latest(self) -> Law | None:
        """Return the revision that holds now."""
        return self._law(self.all[0]) if self.all else None

    @staticmethod
    def _law(revision: Revision) -> Law:
        if revision.in_force_from is None:
            raise ValueError(revision)
        return Law(revision.number, revision.in_force_from, agreement_of(revision))


def laws() -> Laws:
    """Return every revision that is or was in force."""
    return Laws(tuple(Revision.objects.exclude(in_force_from=None).order_by("-in_force_from", "-number")))


def currency(known: Laws) -> str:
    """Return the agreement's currency; without one that of the last deal, so that imported history has amounts."""
    law = known.latest()
    if law is not None:
        return law.agreement.currency
    return Deal.objects.order_by("-pk").values_list("currency", flat=True).first() or NO_CURRENCY


def month(zone: ZoneInfo, now: datetime, asked: str = "") -> Period:
    """Return the month asked for as ``YYYY-MM``, or the present one for anything else and for the future."""
    today = now.astimezone(zone).date()
    present = month_of(today, zone)
    try:
        day = date.fromisoformat(f"{asked}-01")
    except ValueError:
        return present
    return month_of(max(day, EARLIEST), zone) if day < today else present


def funnel(period: Period) -> tuple[FunnelStage, ...]:
    """Return the funnel of the leads that began in a period, from the first stage to the last."""
    return tuple(sorted(ask(FunnelStage, "funnel", _span(period)), key=lambda row: row.place))


def win_rates(period: Period = ALL_TIME, currency: str = NO_CURRENCY) -> tuple[SourceWins, ...]:
    """Return wins by source of the leads first heard of in a period, the most leads first."""
    rows = ask(SourceWins, "win_rate_by_source", _span(period) | {"currency": currency})
    return tuple(sorted(rows, key=lambda row: (-row.leads, row.source)))


def days_to_win(period: Period = ALL_TIME) -> DaysToWin:
    """Return how long the deals won in a period took."""
    return ask(DaysToWin, "days_to_win", _span(period))[0]


def response_times(period: Period, now: datetime) -> ResponseTimes:
    """Return how fast sales made its first attempts in a period."""
    return ask(ResponseTimes, "response_times", _span(period) | _now(now))[0]


def marketing_delivered(period: Period, stage: str) -> MarketingDelivered:
    """Return what marketing delivered in a period, and what became of it."""
    return ask(MarketingDelivered, "marketing_delivered", _span(period) | {"stage": stage})[0]


def delivered_rejections(period: Period, stage: str) -> tuple[Rejections, ...]:
    """Return why sales rejected what marketing delivered in a period, the most frequent reason first."""
    return _most_first(ask(Rejections, "delivered_rejections", _span(period) | {"stage": stage}))


def promises_kept(period: Period, now: datetime) -> tuple[PromiseKept, ...]:
    """Return how often sales kept each promise that fell due in a period."""
    rows = ask(PromiseKept, "promises_kept", _span(period) | _now(now))
    return tuple(sorted(rows, key=lambda row: (-row.revision, row.clause, row.promise)))


def rejections(period: Period) -> tuple[Rejections, ...]:
    """Return how often sales gave each reason for a rejection in a period, the most frequent first."""
    return _most_first(ask(Rejections, "rejections_by_reason", _span(period)))


def black_hole(now: datetime) -> tuple[NobodyWorking, ...]:
    """Return the leads that were handed over and that nobody is working, the longest forgotten first."""
    rows = ask(NobodyWorking, "black_hole", _now(now) | silence())
    return tuple(sorted(rows, key=lambda row: (row.last_us, row.lead_id)))


def second_lives(period: Period = ALL_TIME) -> tuple[SecondLives, ...]:
    """Return what became of the leads that went back in a period, by reason, the most frequent first."""
    rows = ask(SecondLives, "second_lives", _span(period))
    return tuple(sorted(rows, key=lambda row: (-row.recycled, row.reason)))


def silence() -> dict[str, int | str]:
    """Return the parameter that says how long is too long."""
    return {"silence_us": SILENCE // timedelta(microseconds=1)}


def _span(period: Period) -> dict[str, int | str]:
    return {"from_us": period.from_us, "to_us": period.to_us}


def _now(now: datetime) -> dict[str, int | str]:
    return {"now_us": microseconds(now)}


def _most_first(rows: tuple[Rejections, ...]) -> tuple[Rejections, ...]:
    return tuple(sorted(rows, key=lambda row: (-row.leads, row.reason)))
