"""Reads of backtests: the list of them, one with all that its page says, and the people behind its numbers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, F, OrderBy, OuterRef, Q, QuerySet, Subquery

from accord.agreement import Agreement, clauses
from accord.agreement.explanation import field_in_words
from accord.insight import Period
from accord.insight.backtest import ClauseWeight, Comparison, Fate, Weights, Without
from accord.server.accounts.access import STAFF, require
from accord.server.accounts.models import User
from accord.server.agreements.models import Revision
from accord.server.backtests.models import Backtest, BacktestPerson
from accord.server.backtests.results import restored
from accord.server.backtests.services import BacktestError, draft_of
from accord.server.files import Cell, Column, Kind, Table
from accord.server.pipeline.models import Lead

FATES: Mapping[str, tuple[str, Q]] = {
    "only_draft": ("Only under the draft", Q(fate=Fate.ONLY_DRAFT)),
    "only_other": ("Only under the other", Q(fate=Fate.ONLY_OTHER)),
    "both": ("Under both", Q(fate__in=[Fate.SAME, Fate.EARLIER, Fate.LATER])),
    "all": ("All", Q()),
}
SORTS = {
    "person": "person__name",
    "draft": "draft_at",
    "other": "other_at",
    "accepted": "accepted_at",
    "revenue": "revenue_cents",
}
DEFAULT_SORT = "draft"
IN_WORDS = {
    Fate.ONLY_DRAFT.value: "only under the draft",
    Fate.ONLY_OTHER.value: "only under the other",
    Fate.SAME.value: "at the same instant",
    Fate.EARLIER.value: "earlier under the draft",
    Fate.LATER.value: "later under the draft",
    "": "",
}
COLUMNS = (
    Column("Lead", Kind.WHOLE),
    *map(Column, ("Person", "Email", "Company", "Source")),
    *(Column(name, Kind.INSTANT) for name in ("Under the draft", "Under the other")),
    Column("Compared"),
    Column("Fast lane", Kind.BOOLEAN),
    Column("Really accepted", Kind.INSTANT),
    Column("Really rejected", Kind.BOOLEAN),
    Column("Really won", Kind.INSTANT),
)


@dataclass(frozen=True, slots=True)
class Weight:
    """What a clause decides, in words."""

    sentence: str
    says: str
    decides: int


@dataclass(frozen=True, slots=True)
class Found:
    """A backtest that is done.

    Attributes:
        deciding: The clauses that decide anything, the most deciding first.
        headline: The answer, in sentences.
    """

    comparison: Comparison
    weights: Weights
    deciding: tuple[Weight, ...]
    headline: str
    currency: str


def backtests(reader: User) -> QuerySet[Backtest]:
    """Return every backtest, the newest first, without its documents and results.

    Raises:
        AccessError: Backtests are not theirs to see.
    """
    require(reader, STAFF, "see backtests")
    return Backtest.objects.select_related("revision", "other", "asked_by").defer("draft_text", "result")


def backtest(key: int, reader: User) -> Backtest:
    """Return one backtest.

    Raises:
        BacktestError: ``backtest.unknown``.
        AccessError: Backtests are not theirs to see.
    """
    require(reader, STAFF, "see backtests")
    found = Backtest.objects.select_related("revision", "other", "asked_by").filter(pk=key).first()
    if found is None:
        raise BacktestError("backtest.unknown", f"there is no backtest {key}")
    return found


def name_of(revision: Revision | None, file_name: str) -> str:
    """Return what a draft is called."""
    return f"revision {revision.number}" if revision else file_name


def found(done: Backtest) -> Found:
    """Return what came out of a backtest that is done."""
    agreement = draft_of(done.draft_text, done.draft_name)
    comparison, weights = restored(done.result or {}, period_of(done, agreement.zone))
    against = name_of(done.other, "") if done.other else ""
    headline = in_words(comparison, against, top_source(done))
    return Found(comparison, weights, deciding(weights, agreement), headline, agreement.currency)


def period_of(asked: Backtest, zone: ZoneInfo) -> Period:
    """Return the days that a backtest looks at."""
    return Period(asked.first, asked.last + timedelta(days=1), zone)


def top_source(done: Backtest) -> tuple[str, int]:
    """Return where most of those come from who are handed over under the draft alone, and how many these are."""
    chosen = FATES["only_draft" if done.other_id else "all"][1]
    rows = done.people.filter(chosen).annotate(source=Subquery(_latest("source"))).values("source")
    first = rows.annotate(count=Count("pk")).order_by("-count", "source").first()
    return (str(first["source"] or ""), int(first["count"])) if first else ("", 0)


def _latest(column: str) -> Any:  # noqa: ANN401  # a query set of values
    return Lead.objects.filter(person=OuterRef("person")).order_by("-cycle").values(column)[:1]


def in_words(comparison: Comparison, against: str, source: tuple[str, int]) -> str:
    """Return what came out, in sentences."""
    draft, other = comparison.draft, comparison.other
    got = f"{draft.people:,} lead{'s' if draft.people != 1 else ''}"
    if other is None:
        return f"Under this draft sales would have received {got}{_from(source, 'of them ')}."
    more = draft.people - other.people
    if more:
        said = f"{got}, {abs(more):,} {'more' if more > 0 else 'fewer'} than under {against}"
    else:
        said = f"{got}, as many as under {against}"
    only, lost = comparison.fates.get(Fate.ONLY_DRAFT, 0), comparison.fates.get(Fate.ONLY_OTHER, 0)
    if not only and not lost:
        return f"Under this draft sales would have received {said}: the very same people."
    rest = f"{only:,} would have come only under this draft{_from(source, '')}, {lost:,} only under {against}."
    return f"Under this draft sales would have received {said}. {rest}"


def _from(source: tuple[str, int], of_them: str) -> str:
    name, count = source
    return f" ({count:,} {of_them}from {name.replace('_', ' ')})" if name and count else ""


def deciding(weights: Weights, agreement: Agreement) -> tuple[Weight, ...]:
    """Return the clauses that decide anything, as sentences."""
    said = {clause.path: clause.sentence for clause in clauses(agreement)}
    said |= {
        f"handoff.marketing_hands_over[{place}]": f"Marketing fills in {field_in_words(name)} before it hands over."
        for place, name in enumerate(agreement.handoff.marketing_hands_over)
    }
    return tuple(
        Weight(said.get(each.clause, each.clause), weight_in_words(each), each.decides)
        for each in weights.clauses
        if each.decides or each.moved
    )


def weight_in_words(weight: ClauseWeight) -> str:
    """Return what a clause decides.

    Examples:
        >>> weight_in_words(ClauseWeight("criteria.big", Without.ALWAYS_TRUE, 120, 0, 3))
        'If it were always met, 120 more people would be handed over and 3 at another time.'
    """
    condition = "If it were always met" if weight.without is Without.ALWAYS_TRUE else "Without it"
    parts = [
        f"{weight.gained:,} more {_people(weight.gained)}" if weight.gained else "",
        f"{weight.lost:,} fewer" + ("" if weight.gained else f" {_people(weight.lost)}") if weight.lost else "",
    ]
    said = " and ".join(part for part in parts if part)
    moved = f"{weight.moved:,} at another time" if weight.moved else ""
    if not said:
        return f"{condition}, {weight.moved:,} {_people(weight.moved)} would be handed over at another time."
    return f"{condition}, {said} would be handed over{f' and {moved}' if moved else ''}."


def _people(count: int) -> str:
    return "person" if count == 1 else "people"


def people_of(done: Backtest, fate: str, sort: str) -> QuerySet[BacktestPerson]:
    """Return the people of a backtest by fate, with the id and source of the latest lead of each."""
    key = sort.removeprefix("-")
    column = F(SORTS.get(key, SORTS[DEFAULT_SORT]))
    order = OrderBy(column, descending=sort.startswith("-"), nulls_last=True)
    rows = done.people.filter(FATES.get(fate, FATES["all"])[1]).select_related("person__company")
    found_rows = rows.annotate(lead_id=Subquery(_latest("pk")), source=Subquery(_latest("source")))
    return found_rows.order_by(order, "person_id")


def fate_counts(done: Backtest) -> dict[str, int]:
    """Return how many people there are by each choice of ``FATES``."""
    return done.people.aggregate(**{name: Count("pk", filter=chosen) for name, (_, chosen) in FATES.items()})


def people_table(done: Backtest, law: Agreement, fate: str, sort: str) -> Table:
    """Return the people of a backtest, to be taken away.

    Args:
        done: The backtest.
        law: Its draft, of whose zone and currency the file is.
        fate: Which of them, by ``FATES``.
        sort: In which order, by ``SORTS``.
    """
    rows = people_of(done, fate, sort).iterator(chunk_size=2_000)
    won = Column(f"Won amount ({law.currency})", Kind.MONEY)
    return Table(f"backtest-{done.pk}", [*COLUMNS, won], map(_cells, rows), law.zone)


def _cells(row: BacktestPerson) -> list[Cell]:
    person = row.person
    return [
        row.lead_id,  # type: ignore[attr-defined]  # annotated above
        person.name,
        person.email,
        str(person.company or ""),
        row.source,  # type: ignore[attr-defined]
        row.draft_at,
        row.other_at,
        IN_WORDS.get(row.fate, row.fate),
        row.fast_lane,
        row.accepted_at,
        row.rejected,
        row.won_at,
        Decimal(row.revenue_cents) / 100,
    ]
