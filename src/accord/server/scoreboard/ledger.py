"""Who kept their word: each promise of the agreement as a sentence, with what was done about it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from accord.agreement import Agreement, MarketingPromise, clauses
from accord.insight import (
    MarketingDelivered,
    Pace,
    Period,
    PromiseKept,
    Verdict,
    accepted_verdict,
    pace,
    promise_verdict,
    quarter_of,
    week_of,
)
from accord.server.scoreboard import queries
from accord.server.scoreboard.queries import Law, Laws

DECIDE = "handoff.decide_within"
WORST_FIRST = (Verdict.BROKEN, Verdict.AT_RISK, Verdict.ON_PACE, Verdict.KEPT, Verdict.NO_DATA)


@dataclass(frozen=True, slots=True)
class Line:
    """One number that a promise is held against.

    Attributes:
        label: What is counted.
        said: How it stands, in words.
        verdict: Whether the promise is kept.
        reached: How much of ``most`` there is, for a bar.
        most: What there should be.
        mark: Where the bar ought to be by now; None: nowhere in particular.
        rows: The question that lists the leads behind it, and its parameters.
        definition: What exactly is counted.
        more: Further counts with the parameters that list them.
    """

    label: str
    said: str
    verdict: Verdict
    reached: int
    most: int
    mark: int | None
    rows: tuple[str, Mapping[str, str]]
    definition: str
    more: tuple[tuple[str, Mapping[str, str]], ...] = ()


@dataclass(frozen=True, slots=True)
class Promise:
    """One clause of the agreement and how it was kept.

    Attributes:
        path: The clause's name.
        sentence: The clause in the agreement's words.
        revision: The number of the revision that says so.
        lines: What it is held against.
        note: Under which revision, if not the present one.
    """

    path: str
    sentence: str
    revision: int
    lines: tuple[Line, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Side:
    """All promises of one side."""

    promises: tuple[Promise, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        """Every line of every promise."""
        return tuple(line for promise in self.promises for line in promise.lines)

    @property
    def verdict(self) -> Verdict:
        """The worst of all lines."""
        return min((line.verdict for line in self.lines), key=WORST_FIRST.index, default=Verdict.NO_DATA)


@dataclass(frozen=True, slots=True)
class Ledger:
    """What both sides owed in a period, and did."""

    marketing: Side
    sales: Side
    summary: str


def ledger(known: Laws, law: Law, period: Period, now: datetime) -> Ledger:
    """Return who kept their word in a month, under the revision that held at its end.

    Clocks that run under an earlier revision are listed under the sentence of that revision.
    """
    said = {clause.path: clause.sentence for clause in clauses(law.agreement)}
    delivered = tuple(
        _marketing(promise, said[promise.name], law, period, now) for promise in law.agreement.marketing_promises
    )
    counts = queries.promises_kept(period, now)
    marketing = Side((*delivered, *_timed("marketing", known, law, counts, period)))
    sales = Side(_timed("sales", known, law, counts, period))
    return Ledger(marketing, sales, _summary(marketing, tuple(row for row in counts if row.side == "sales")))


def _timed(side: str, known: Laws, law: Law, counts: tuple[PromiseKept, ...], period: Period) -> tuple[Promise, ...]:
    """Return what one side owed by a time, with its clocks: under this revision first, then under earlier ones."""
    theirs = [row for row in counts if row.side == side]
    earlier = sorted({row.revision for row in theirs} - {law.number}, reverse=True)
    present = _clocks(side, law, [row for row in theirs if row.revision == law.number], period, "")
    return (*present, *(each for number in earlier for each in _earlier(side, known.numbered(number), theirs, period)))


# --- marketing ------------------------------------------------------------------------------------------------------


def _marketing(promise: MarketingPromise, sentence: str, law: Law, month: Period, now: datetime) -> Promise:
    period = _period(promise, month, now)
    found = queries.marketing_delivered(period, promise.stage.value)
    reached = pace(found.delivered, promise.deliver, period, now)
    rows = {"stage": promise.stage.value, **dates(period)}
    lines = [
        Line(
            label="Delivered",
            said=_delivered(reached),
            verdict=reached.verdict,
            reached=reached.done,
            most=reached.target,
            mark=None if reached.over else reached.expected,
            rows=("delivered", rows),
            definition=f"Leads that came to {promise.stage.upper()} or past it for the first time in the {promise.per}",
            more=_waiting(found, rows),
        )
    ]
    if promise.accepted_percent is not None:
        lines.append(_accepted(promise.accepted_percent, found, reached.over, rows))
    return Promise(promise.name, sentence, law.number, tuple(lines), _which(promise, period))


def _period(promise: MarketingPromise, month: Period, now: datetime) -> Period:
    """Return the week, month or quarter of the month's last day, or of today while the month runs."""
    today = now.astimezone(month.zone).date()
    if month.end is None:
        raise ValueError(month)
    day = min(today, month.end - timedelta(days=1))
    match promise.per:
        case "week":
            return week_of(day, month.zone)
        case "month":
            return month
        case "quarter":
            return quarter_of(day, month.zone)


def _which(promise: MarketingPromise, period: Period) -> str:
    if promise.per == "month" or period.first is None or period.end is None:
        return ""
    last = period.end - timedelta(days=1)
    return f"Counted from {period.first.day} {period.first:%B} to {last.day} {last:%B}"


def _delivered(reached: Pace) -> str:
    count = f"{reached.done:,} of {reached.target:,}"
    if reached.over:
        return count if reached.done >= reached.target else f"{count}, {reached.target - reached.done:,} short"
    day = f"day {reached.day} of {reached.days}"
    if reached.done >= reached.target or not reached.behind:
        return f"{count} ({day}: {'done' if reached.done >= reached.target else 'on pace'})"
    direction = f"behind by {reached.behind:,}" if reached.behind > 0 else f"ahead by {-reached.behind:,}"
    return f"{count} ({day}: {direction})"


def _waiting(found: MarketingDelivered, rows: Mapping[str, str]) -> tuple[tuple[str, Mapping[str, str]], ...]:
    both = (
        (found.waiting, "await a decision" if found.waiting > 1 else "awaits a decision", "waiting"),
        (found.held, "not handed over yet", "held"),
    )
    return tuple((f"{count:,} {words}", {**rows, "decision": decision}) for count, words, decision in both if count)


def _accepted(percent: int, found: MarketingDelivered, over: bool, rows: Mapping[str, str]) -> Line:
    share = "none decided yet" if found.accepted_share is None else f"{_percent(found.accepted, found.decided)} %"
    of = f" ({found.accepted:,} of {found.decided:,} decided)" if found.decided else ""
    return Line(
        label="Accepted",
        said=share + of,
        verdict=accepted_verdict(found.accepted, found.decided, percent, over),
        reached=found.accepted,
        most=found.decided,
        mark=None if not found.decided else -(-percent * found.decided // 100),
        rows=("delivered", {**rows, "decision": "accepted"}),
        definition=f"Accepted by sales, of those delivered that it decided on; at least {percent} % was promised",
        more=((f"{found.rejected:,} rejected", {**rows, "decision": "rejected"}),) if found.rejected else (),
    )


def _percent(part: int, whole: int) -> int:
    """Return a whole percentage, cut and not rounded, so that 69.9 % never reads as the 70 % that was promised."""
    return part * 100 // whole


# --- clocks ---------------------------------------------------------------------------------------------------------

_LABELS = {
    "decide": "Decided in time",
    "first_attempt": "First attempt in time",
    "attempts": "All attempts in time",
    "hand_over": "Offered in time",
    "fill_in": "Filled in in time",
    "answer": "Questions of sales answered in time",
    "answer_recycled": "Got in touch in time",
}
_DEFINITIONS = {
    "decide": "Offers whose time to accept or reject ran out in this period; those withdrawn before do not count",
    "first_attempt": "Leads whose first call, mail or meeting was due in this period; called off before do not count",
    "attempts": "Leads whose last owed attempt was due in this period; one that was reached owes no more",
    "hand_over": "Leads that had reached the hand-off and were to be offered to sales in this period",
    "fill_in": "Leads that waited for fields, which were due in this period; what the fast lane took does not count",
    "answer": "Questions of sales that were due for an answer in this period; the clock of sales stood still meanwhile",
    "answer_recycled": "Recycled leads with whom somebody was to get in touch in this period: a call, mail or meeting",
}
_COUNTS = (
    ("late", "late"),
    ("missed", "missed"),
    ("overdue", "overdue now"),
    ("tight", "running out"),
    ("running", "still running"),
    ("on_hold", "on hold"),
)


def _clocks(side: str, law: Law, counts: Iterable[PromiseKept], period: Period, note: str) -> tuple[Promise, ...]:
    found = {(row.clause, row.promise): row for row in counts}
    said = {clause.path: clause.sentence for clause in clauses(law.agreement)}
    return tuple(
        Promise(
            path,
            said[_sentence_of(path, kinds)],
            law.number,
            tuple(_line(law.number, path, kind, found.get((path, kind)), period) for kind in kinds),
            note,
        )
        for path, kinds in _owed(side, law.agreement)
        if not note or any((path, kind) in found for kind in kinds)
    )


def _sentence_of(path: str, kinds: tuple[str, ...]) -> str:
    """Return under which path a clause is said: what marketing owes in time is a key within it."""
    return f"{path}.{kinds[0]}" if path.startswith("sla.marketing[") else path


def _owed(side: str, agreement: Agreement) -> list[tuple[str, tuple[str, ...]]]:
    """Return every clause by which one side owes something by a time, with the clocks that it starts."""
    if side == "marketing":
        deadlines = agreement.marketing_deadlines
        return [(each.name, ("fill_in", "answer") if each.what == "fill_in" else (each.what,)) for each in deadlines]
    promises = [
        (promise.name, ("first_attempt", "attempts") if promise.attempts and promise.over else ("first_attempt",))
        for promise in agreement.sales_promises
    ]
    return [(DECIDE, ("decide",)), *promises]


def _earlier(side: str, law: Law, counts: Iterable[PromiseKept], period: Period) -> tuple[Promise, ...]:
    note = f"Under revision {law.number}, for what began while it held"
    return _clocks(side, law, (row for row in counts if row.revision == law.number), period, note)


def _line(revision: int, path: str, kind: str, row: PromiseKept | None, period: Period) -> Line:
    rows = {"clause": path, "promise": kind, "revision": str(revision), **dates(period)}
    kept, settled = (row.kept, row.settled) if row else (0, 0)
    more = [(getattr(row, name), words, name) for name, words in _COUNTS] if row else []
    return Line(
        label=_LABELS[kind],
        said=f"{kept:,} of {settled:,}" if settled else "none due yet",
        verdict=promise_verdict(row),
        reached=kept,
        most=settled,
        mark=None,
        rows=("promises", rows),
        definition=_DEFINITIONS[kind],
        more=tuple((f"{count:,} {words}", {**rows, "verdict": name}) for count, words, name in more if count),
    )


# --- words ----------------------------------------------------------------------------------------------------------


def dates(period: Period) -> dict[str, str]:
    """Return a period as the parameters ``from`` and ``to`` of an address; all time has none."""
    if period.first is None or period.end is None:
        return {}
    return {"from": period.first.isoformat(), "to": period.end.isoformat()}


def _summary(marketing: Side, counts: tuple[PromiseKept, ...]) -> str:
    missing = [line for line in marketing.lines if line.verdict in {Verdict.AT_RISK, Verdict.BROKEN}]
    if missing:
        first = f"Marketing: {missing[0].label.lower()} {missing[0].said}."
    elif marketing.verdict is Verdict.NO_DATA:
        first = "Marketing has promised nothing yet that could be counted." if not marketing.lines else ""
    else:
        first = "Marketing keeps its word."
    broken, settled = sum(row.broken for row in counts), sum(row.settled for row in counts)
    if broken:
        second = f"Sales was late {broken:,} of {settled:,} times."
    elif settled:
        second = f"Sales kept its word {settled:,} of {settled:,} times."
    else:
        second = "Nothing has fallen due for sales yet."
    return f"{first} {second}".strip()
