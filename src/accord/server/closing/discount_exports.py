"""Discounts, and the deals behind them, as files."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from accord.server.accounts.audit import record
from accord.server.accounts.models import User
from accord.server.closing.asked import DiscountsAsked
from accord.server.closing.discounts import BANDS, DealRow, Group, deals_behind, discounts
from accord.server.closing.naming import LABELS
from accord.server.files import Cell, Column, Kind, Table

PART = 200_000
"""Deals that are asked for at once."""
_RATIO = 4
_DEAL_COLUMNS = (
    Column("Deal", Kind.WHOLE),
    *map(Column, ("Name", "Person", "Company", "Owner")),
    Column("Won", Kind.INSTANT),
    Column("List price", Kind.MONEY),
    Column("Amount", Kind.MONEY),
    Column("Currency"),
    Column("Off the list price", Kind.DECIMAL, places=_RATIO),
)


def discounts_table(by: User, asked: DiscountsAsked) -> Table:
    """Return every group as it is shown, and all together; write down who took it.

    Raises:
        AccessError: Their role does not see it.
    """
    found = discounts(asked, by)
    record("discounts.exported", "close_rates", actor=by, at=asked.days.now, **asked.parameters)
    columns = [
        Column(LABELS[asked.dimension]),
        Column("Deals", Kind.WHOLE),
        Column("Mean of list price", Kind.DECIMAL, places=_RATIO),
        Column("Median of list price", Kind.DECIMAL, places=_RATIO),
        *(Column(band, Kind.WHOLE) for band in BANDS),
        Column("Believed"),
        Column("p", Kind.DECIMAL, places=8),
        Column("p corrected", Kind.DECIMAL, places=8),
        Column("Stands out"),
    ]
    rows = [_cells(each) for each in (*([found.whole] if found.whole else []), *found.groups)]
    return Table("discounts", columns, rows, asked.days.period.zone)


def _cells(group: Group) -> list[Cell]:
    found = group.found
    chances = (None if each is None else Decimal(f"{each:.3g}") for each in (found.chance, found.corrected))
    return [
        group.label,
        found.deals,
        Decimal(f"{found.mean:.4f}"),
        Decimal(f"{group.median:.4f}"),
        *(band.deals for band in group.bands),
        "no" if found.few else "yes",
        *chances,
        ("above" if found.mean > (found.rest or 0) else "below") if found.stands_out else "",
    ]


def deals_table(by: User, asked: DiscountsAsked, wanted: Mapping[str, str]) -> Table:
    """Return the deals behind a number, which are read in parts; write down who took them.

    Raises:
        AccessError: Their role does not see them.
    """
    first = deals_behind(asked, wanted, 1, by, PART)
    record("discounts.exported", "deals", actor=by, at=asked.days.now, deals=first.total, **asked.parameters)

    def rows() -> Iterator[list[Cell]]:
        yield from map(_deal_cells, first.rows)
        for page in range(2, -(-first.total // PART) + 1):
            yield from map(_deal_cells, deals_behind(asked, wanted, page, by, PART).rows)

    return Table("discounted-deals", _DEAL_COLUMNS, rows(), asked.days.period.zone)


def _deal_cells(row: DealRow) -> list[Cell]:
    deal, lead = row.deal, row.deal.lead
    company, owner = lead.person.company, lead.owner
    who: list[Cell] = [str(lead.person), str(company) if company else None, owner.name if owner else None]
    prices: list[Cell] = [Decimal(cents).scaleb(-2) for cents in (row.list_price, row.amount)]
    return [deal.pk, deal.name, *who, deal.closed_at, *prices, deal.currency, Decimal(f"{row.off:.4f}")]
