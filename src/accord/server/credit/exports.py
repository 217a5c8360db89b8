"""What the pages of credit hand out as files."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import chain

from accord.insight.credit import MODEL_LABELS, Measure
from accord.insight.credit.deal_questions import Narrowed
from accord.insight.credit.tables import A_DEAL
from accord.server.credit.asked import DIMENSION_LABELS, MEASURE_LABELS, Asked
from accord.server.credit.comparing import Comparison, Unit, Value
from accord.server.credit.deal_rows import Line, TouchLine
from accord.server.credit.models import Restatement
from accord.server.credit.rows import Report, Row, with_names
from accord.server.credit.terms import Law
from accord.server.files import Cell, Column, Kind, Table
from accord.server.ui.components import STAGES

PART = 1_000
"""Rows whose names are looked up at once."""
ROI_PLACES = 4
_STAGES = (("leads", "Leads"), ("mql", "MQL"), ("sal", "SAL"), ("sql", "SQL"), ("customers", "Customers"))


def attribution_table(report: Report, asked: Asked, terms: Law) -> Table:
    """Return what each label that the search finds earned under every model, and all else in a row of its own."""
    rest: list[Cell] = [report.rest.name, None if report.left_out else report.won.untouched, None]
    columns = [
        Column(DIMENSION_LABELS[asked.dimension]),
        Column("Deals", Kind.WHOLE),
        Column("Assisted", Kind.WHOLE),
        *(_credit(f"{MODEL_LABELS[model]}{_unit(asked, terms)}", asked) for model in asked.models),
    ]
    rest += [_worth(report.rest.by(model), asked) for model in asked.models]
    rows = (_attribution_cells(row, asked) for row in _named(report, asked))
    return Table("attribution", columns, chain(rows, [rest]), terms.zone)


def _named(report: Report, asked: Asked) -> Iterator[Row]:
    """Yield the rows with their names, which are looked up for some of them at a time."""
    for begin in range(0, len(report.rows), PART):
        yield from with_names(asked.dimension, report.rows[begin : begin + PART])


def _attribution_cells(row: Row, asked: Asked) -> list[Cell]:
    touched = row.touched
    counts = [touched.deals, touched.assisted] if touched is not None else [0, 0]
    return [row.name, *counts, *(_worth(row.by(model), asked) for model in asked.models)]


def campaigns_table(report: Report, asked: Asked, terms: Law) -> Table:
    """Return what each label that the search finds cost, brought and earned, and all else in a row of its own."""
    money = f" {terms.currency}"
    columns = [
        Column(DIMENSION_LABELS[asked.dimension]),
        Column(f"Cost{money}", Kind.MONEY),
        *(Column(name, Kind.WHOLE) for _, name in _STAGES),
        *(Column(f"Cost per {name}{money}", Kind.MONEY) for _, name in _STAGES),
        _credit(f"{MODEL_LABELS[asked.model]}{_unit(asked, terms)}", asked),
        _credit(f"Least of all models{_unit(asked, terms)}", asked),
        _credit(f"Most of all models{_unit(asked, terms)}", asked),
        Column("ROI", Kind.DECIMAL, places=ROI_PLACES),
        Column("Months to payback", Kind.WHOLE),
        *(Column(name, Kind.WHOLE) for name in ("Deals won", "Deals open", "Deals lost")),
    ]
    rows = (_campaign_cells(row, asked) for row in chain(_named(report, asked), [report.rest]))
    return Table("campaigns", columns, rows, terms.zone)


def _share(value: Fraction | None) -> Decimal | None:
    return round(Decimal(value.numerator) / Decimal(value.denominator), ROI_PLACES) if value is not None else None


def _campaign_cells(row: Row, asked: Asked) -> list[Cell]:
    came = row.entered
    counts: list[Cell] = [getattr(came, stage) if came is not None else None for stage, _ in _STAGES]
    roi = row.roi(asked.model) if asked.wish.measure is not Measure.DEALS else None
    return [
        row.name,
        _money(row.cost),
        *counts,
        *(_money(row.each(stage)) for stage, _ in _STAGES),
        *(_worth(value, asked) for value in (row.by(asked.model), row.least, row.most)),
        _share(roi),
        row.payback,
        *([None] * 3 if row.label is None else [row.touched.deals if row.touched else 0, row.still_open, row.lost]),
    ]


def comparison_table(found: Comparison, terms: Law) -> Table:
    """Return what one label earned, and what came back of its cost, under every model."""
    money = f" {terms.currency}"
    columns = [
        Column("Model"),
        *(
            Column(
                f"{figure.name}{money if figure.unit is Unit.CENTS else ''}",
                _KINDS[figure.unit],
                places=_PLACES.get(figure.unit, 0),
            )
            for figure in found.figures
        ),
    ]
    rows = (
        [MODEL_LABELS[model], *(_figure(figure.unit, value) for figure, value in cells)]
        for model, cells in found.by_model()
    )
    return Table("campaign", columns, rows, terms.zone)


_KINDS = {Unit.CENTS: Kind.MONEY, Unit.SHARE: Kind.DECIMAL, Unit.MONTHS: Kind.WHOLE, Unit.DEALS: Kind.DECIMAL}
_PLACES = {Unit.SHARE: ROI_PLACES, Unit.DEALS: 6}


def _figure(unit: Unit, value: Value) -> Cell:
    match unit:
        case Unit.CENTS:
            return _money(None if value is None else int(value))
        case Unit.MONTHS:
            return None if value is None else int(value)
        case Unit.SHARE:
            return _share(None if value is None else Fraction(value))
    return Decimal(int(value or 0)) / A_DEAL


def deals_table(lines: Iterable[Line], narrowed: Narrowed, asked: Asked, terms: Law) -> Table:
    """Return deals with what was asked for earned of each, and whose touches of it were before it."""
    columns = [
        Column("Deal", Kind.WHOLE),
        Column("Name"),
        Column("Person"),
        Column("Company"),
        Column("Outcome"),
        Column("Won, lost or opened", Kind.INSTANT),
        Column("Stage now"),
        Column("Amount", Kind.MONEY),
        Column("Currency"),
        Column(f"Revenue {terms.currency}", Kind.MONEY),
        Column(f"Margin {terms.currency}", Kind.MONEY),
        Column("Touches", Kind.WHOLE),
        _credit(f"Credit{_unit(asked, terms)}", asked),
        *((Column("Touches of it", Kind.WHOLE), Column("Touched by")) if narrowed.label is not None else ()),
    ]
    rows = (_deal_cells(line, narrowed, asked) for line in lines)
    return Table(f"{narrowed.outcome}-deals" if narrowed.outcome else "deals", columns, rows, terms.zone)


def _deal_cells(line: Line, narrowed: Narrowed, asked: Asked) -> list[Cell]:
    deal = line.deal
    earned = _worth(deal.earned, asked) if deal.earned is not None else None
    told: list[Cell] = [deal.deal_id, line.name, line.person, line.company, line.outcome, line.at]
    stage = STAGES[line.stage].label if line.stage in STAGES else line.stage
    of_it: list[Cell] = [deal.narrowed_to, ", ".join(line.touched_by)] if narrowed.label is not None else []
    return [
        *told,
        stage,
        _money(deal.amount_cents),
        deal.currency,
        _money(deal.revenue),
        _money(deal.margin),
        deal.touches,
        earned,
        *of_it,
    ]


def deal_table(
    lines: Sequence[TouchLine], models: Sequence[tuple[str, str]], key: int, asked: Asked, terms: Law
) -> Table:
    """Return the touches of a deal with what each earned."""
    names = ("What", "Channel", "Source", "Medium", "Campaign", "Content", "Landing page", "Whose", "Made by")
    columns = [
        Column("At", Kind.INSTANT),
        Column("Days before", Kind.WHOLE),
        *map(Column, names),
        *(_credit(f"{text}{_unit(asked, terms)}", asked) for _, text in models),
    ]
    rows = (
        [
            line.at,
            line.before,
            line.what,
            *(getattr(line.touch, name) for name in ("channel", "source", "medium", "campaign", "content", "landing")),
            line.who,
            line.by,
            *(_worth(value, asked) for value in line.earned),
        ]
        for line in lines
    )
    return Table(f"deal-{key}", columns, rows, terms.zone)


def restatements_table(rows: Iterable[Restatement], terms: Law) -> Table:
    """Return every detail of every restatement, or the restatement itself where it has none."""
    columns = [
        Column("Counted anew", Kind.INSTANT),
        Column("Month", Kind.DATE),
        Column("What"),
        Column("Before", Kind.MONEY),
        Column("After", Kind.MONEY),
        Column("Currency"),
        Column("Why"),
        Column("Of"),
        Column("Of it before", Kind.MONEY),
        Column("Of it after", Kind.MONEY),
    ]
    return Table("restatements", columns, (cells for row in rows for cells in _restatement_cells(row)), terms.zone)


def _restatement_cells(row: Restatement) -> Iterator[list[Cell]]:
    told: list[Cell] = [
        row.at,
        row.month,
        row.get_what_display(),
        _money(row.before),
        _money(row.after),
        row.currency,
        row.why,
    ]
    for detail in row.details or [{"of": "", "before": None, "after": None}]:
        yield [*told, detail["of"], _money(detail["before"]), _money(detail["after"])]


def _money(cents: int | None) -> Decimal | None:
    return None if cents is None else Decimal(cents).scaleb(-2)


def _worth(value: int, asked: Asked) -> Decimal:
    """Return a credit in units of money, or in deals."""
    return Decimal(value) / A_DEAL if asked.wish.measure is Measure.DEALS else Decimal(value).scaleb(-2)


def _credit(name: str, asked: Asked) -> Column:
    return Column(name, Kind.DECIMAL, places=6) if asked.wish.measure is Measure.DEALS else Column(name, Kind.MONEY)


def _unit(asked: Asked, terms: Law) -> str:
    return (
        " (deals)"
        if asked.wish.measure is Measure.DEALS
        else f" {MEASURE_LABELS[asked.wish.measure].lower()} {terms.currency}"
    )
