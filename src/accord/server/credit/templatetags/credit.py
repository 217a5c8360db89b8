"""How credit is written on pages: as money, or as parts of deals."""

from collections.abc import Sequence
from decimal import Decimal

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accord.insight.credit.tables import A_DEAL
from accord.server.credit.comparing import Unit, Value
from accord.server.credit.models import Restatement
from accord.server.ui import words

register = template.Library()


@register.filter
def worth(value: int | None, currency: str) -> str:
    """Return credit as whole units of a currency; as deals where the currency is empty."""
    if value is None:
        return "–"
    if not currency:
        return words.number(Decimal(value) / A_DEAL, 2)
    return words.money(Decimal(value).scaleb(-2), currency, 0)


@register.filter
def exact(value: int | None, currency: str) -> str:
    """Return credit to the cent, or to the millionth of a deal."""
    if value is None:
        return "–"
    return (
        words.number(Decimal(value) / A_DEAL, 6) if not currency else words.money(Decimal(value).scaleb(-2), currency)
    )


@register.simple_tag(takes_context=True)
def credit(context: Context, value: int | None, currency: str) -> str | SafeString:
    """Return credit rounded; exactly where the page was asked for exact amounts, by its choice above the table."""
    asked = context.get("asked")
    text = exact(value, currency) if getattr(asked, "exact", False) else worth(value, currency)
    return text if value else format_html('<span class="quiet">{}</span>', text)


@register.simple_tag(takes_context=True)
def figure(context: Context, unit: Unit, value: Value) -> str | SafeString:
    """Return a figure in its unit; what is not known as a dash."""
    match unit:
        case Unit.SHARE:
            return words.percent(None if value is None else float(value), 0)
        case Unit.MONTHS:
            return "–" if value is None else f"{value} month{'' if value == 1 else 's'}"
    return credit(context, None if value is None else int(value), context["currency"] if unit is Unit.CENTS else "")


@register.filter
def joined(path: Sequence[str]) -> str:
    """Return a journey as one line."""
    return " → ".join(path)


@register.filter
def change(row: Restatement) -> int:
    """Return by how many cents a month came to something else."""
    return int(row.after - row.before)
