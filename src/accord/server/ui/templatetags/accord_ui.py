"""Every component a page is made of; ``ui/README.md`` shows how each is written."""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BoundField
from django.http import QueryDict
from django.template.context import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from accord.server.ui import components, words

register = template.Library()

AVATAR_COLOURS = 6
SOON_SECONDS = 900


@register.simple_tag
def icon(name: str, label: str = "", size: str = "") -> SafeString:
    """Draw an icon of the sprite: decoration, unless ``label`` says in words what it means."""
    named = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    extra = f" icon-{size}" if size else ""
    return format_html(
        '<svg class="icon{}" width="20" height="20" fill="none" stroke="currentColor" stroke-linecap="round" '
        'stroke-linejoin="round" {}><use href="{}#{}"/></svg>',
        extra,
        named,
        static("vendor/icons/icons.svg"),
        name,
    )


@register.simple_tag
def stage(key: str) -> SafeString:
    """Show a stage of the lifecycle as a pill, its meaning on hover."""
    shown = components.STAGES.get(str(key).lower()) or components.Stage(str(key), "")
    return format_html(
        '<span class="stage stage-{}" title="{}">{}</span>', str(key).lower(), shown.meaning, shown.label
    )


@register.simple_tag
def grade(letter: str) -> SafeString:
    """Show a grade as a badge."""
    shown = str(letter or words.MISSING)
    known = shown.lower() if shown.upper() in {"A", "B", "C", "D"} else "none"
    return format_html(
        '<span class="grade grade-{}"><span class="visually-hidden">Grade </span>{}</span>', known, shown
    )


@register.simple_tag
def pill(text: str, tone: str = "neutral", icon_name: str = "") -> SafeString:
    """Show a short state: tone ok, soon, late, info, marketing, sales or neutral."""
    return format_html('<span class="pill pill-{}">{}{}</span>', tone, icon(icon_name) if icon_name else "", text)


@register.simple_tag
def avatar(name: str, size: str = "") -> SafeString:
    """Show a person's initials; the same name always has the same colour."""
    colour = zlib.crc32(str(name).encode()) % AVATAR_COLOURS
    extra = f" person-{size}" if size else ""
    return format_html(
        '<span class="person person-{}{}" aria-hidden="true">{}</span>', colour, extra, words.initials(str(name))
    )


@register.filter
def duration(value: timedelta | float | None, parts: int = 2) -> str:
    """Show a timedelta, or seconds, in words."""
    return words.duration(value, int(parts))


@register.filter
def money(amount: words.Number | str | None, currency: str = "EUR") -> str:
    """Show an amount in whole units of its currency, to the cent."""
    return words.money(amount, currency)


@register.filter
def money_whole(amount: words.Number | str | None, currency: str = "EUR") -> str:
    """Show an amount without cents."""
    return words.money(amount, currency, 0)


@register.filter
def money_short(amount: words.Number | str | None, currency: str = "EUR") -> str:
    """Show an amount to three figures: €84.2 k."""
    return words.money_short(amount, currency)


@register.filter
def cents(amount: int | None) -> Decimal | None:
    """Turn whole cents into the amount that the money filters take."""
    return None if amount is None else Decimal(amount) / 100


@register.filter
def percent(share: words.Number | None, places: int = 1) -> str:
    """Show a share between 0 and 1 as a percentage."""
    return words.percent(share, int(places))


@register.filter
def rate(share: words.Number | None) -> str:
    """Show a share between 0 and 1 as a percentage in a column of such."""
    return words.rate(share)


@register.filter
def number(value: words.Number | str | None, places: int = 0) -> str:
    """Show a number with thousands separated."""
    return words.number(value, int(places))


@register.simple_tag
def countdown(due: datetime | None, soon_seconds: int = SOON_SECONDS, now: datetime | None = None) -> SafeString:
    """Show a clock that runs in the browser: "due in 12 min", amber in the last ``soon_seconds``, red once late."""
    if due is None:
        return SafeString(words.MISSING)
    local, at = timezone.localtime(due), now or timezone.now()
    state = words.urgency(local, at, timedelta(seconds=soon_seconds))
    return format_html(
        '<time class="countdown {}" datetime="{}" data-due data-soon-seconds="{}" data-wall="{}" title="{}">{}</time>',
        state,
        local.isoformat(timespec="seconds"),
        soon_seconds,
        _wall(local),
        _full(local),
        words.due_in(local, at),
    )


@register.simple_tag
def ago(at: datetime | None, now: datetime | None = None) -> SafeString:
    """Show when something was, seen from now and kept true in the browser; the whole date on hover."""
    if at is None:
        return SafeString(words.MISSING)
    local = timezone.localtime(at)
    return format_html(
        '<time datetime="{}" data-relative title="{}">{}</time>',
        local.isoformat(timespec="seconds"),
        _full(local),
        words.relative(local, now or timezone.now()),
    )


def _wall(local: datetime) -> str:
    return f"{local:%a} {local.day} {local:%b, %H:%M}"


def _full(local: datetime) -> str:
    return f"{local:%A} {local.day} {local:%B %Y, %H:%M %Z}"


@register.simple_tag
def defined(term: str, definition: str) -> SafeString:
    """Show a term whose definition appears on hover, focus or tap."""
    return format_html('<button type="button" class="defined" data-definition="{}">{}</button>', definition, term)


@register.simple_tag
def bar(value: float, most: float, label: str = "", tone: str = "", mark: float | None = None) -> SafeString:
    """Draw a horizontal bar of ``value`` out of ``most``, with a line at ``mark`` (where it ought to be by now)."""
    line = ""
    if mark is not None:
        x = components.width(mark, most)
        line = format_html('<line class="bar-mark" x1="{}" x2="{}" y1="0" y2="100%"/>', x, x)
    named = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html(
        '<svg class="bar bar-{}" width="100%" height="8" {}><rect class="bar-track" width="100%" height="100%" rx="4"/>'
        '<rect class="bar-fill" width="{}" height="100%" rx="4"/>{}</svg>',
        tone or "plain",
        named,
        components.width(value, most),
        line,
    )


@register.simple_tag
def sparkline(values: Sequence[float], label: str) -> SafeString:
    """Draw the course of a number in the size of a word."""
    return format_html(
        '<svg class="sparkline" viewBox="0 0 96 24" width="96" height="24" role="img" aria-label="{}">'
        '<polyline points="{}"/></svg>',
        label,
        components.sparkline_points([float(value) for value in values]),
    )


@register.inclusion_tag("ui/funnel.html")
def funnel(steps: Iterable[Mapping[str, Any]], caption: str) -> dict[str, Any]:
    """Draw a funnel from mappings with label, count and perhaps href."""
    return {"steps": components.funnel_steps(steps), "caption": caption}


@register.inclusion_tag("ui/kpi.html")
def kpi(label: str, value: object, **more: object) -> dict[str, Any]:
    """Show one figure: definition, note, tone (ok, soon, late), href, delta with delta_tone, icon_name."""
    return {"label": label, "value": value, "tone": "", "mark": None, **more}


@register.inclusion_tag("ui/empty.html")
def empty_state(
    icon_name: str, title: str, text: str = "", action_url: str = "", action_label: str = "", action_icon: str = ""
) -> dict[str, Any]:
    """Say that there is nothing here, why, and what to do next."""
    return {
        "icon_name": icon_name,
        "title": title,
        "text": text,
        "action_url": action_url,
        "action_label": action_label,
        "action_icon": action_icon,
    }


@register.inclusion_tag("ui/pagination.html", takes_context=True)
def pagination(
    context: Context, page: Page[Any], noun: str = "", target: str = "", param: str = "page"
) -> dict[str, Any]:
    """Show which rows these are out of how many, with links to the other pages that keep the query string."""
    current = _parameters(context)

    def to(number: int) -> str:
        return components.query(current, **{param: None if number == 1 else number})

    return {
        "page": page,
        "noun": noun,
        "target": target,
        "previous": to(page.previous_page_number()) if page.has_previous() else None,
        "next": to(page.next_page_number()) if page.has_next() else None,
        "numbers": [
            (number, to(number) if isinstance(number, int) else None, number == page.number)
            for number in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
        ],
    }


@register.inclusion_tag("ui/export.html", takes_context=True)
def export_menu(context: Context, address: str = "", says: str = "", label: str = "Export") -> dict[str, Any]:
    """Offer what the page shows as a file of each format, narrowed and sorted as the page is.

    Args:
        context: The template's.
        address: What hands out the file and reads the same parameters; empty: the page itself.
        says: What is in the file, in a sentence.
        label: What stands on the button.
    """
    current = _parameters(context)
    return {
        "says": says,
        "label": label,
        "links": [
            {
                "format": key,
                "name": name,
                "use": use,
                "href": address + components.query(current, page=None, format=key),
            }
            for key, name, use in components.FORMATS
        ],
    }


@register.simple_tag(takes_context=True)
def sort_head(
    context: Context,
    label: str,
    key: str,
    default: str = "",
    number: bool = False,
    definition: str = "",
    target: str = "",
) -> SafeString:
    """Show a table head that sorts by ``key``; the second click turns the order round.

    Args:
        context: The template's.
        label: What stands in the head.
        key: The value of ``sort``; ``-key`` is descending.
        default: The order that the page has without ``sort``.
        number: Align right and sort descending first, as one wants of amounts.
        definition: Shown on hover and focus.
        target: CSS selector of the part that htmx replaces; without it the page loads anew.
    """
    current = _parameters(context)
    order = (current.get("sort") if current else None) or default
    first, second = (f"-{key}", key) if number else (key, f"-{key}")
    state = {key: "ascending", f"-{key}": "descending"}.get(order, "")
    sign = {"ascending": "arrow-up", "descending": "arrow-down"}.get(state, "arrows-sort")
    return format_html(
        '<th scope="col"{}{}><a class="sort" href="{}"{}{}>{}{}</a></th>',
        SafeString(' class="number"') if number else "",
        format_html(' aria-sort="{}"', state) if state else "",
        components.query(current, sort=second if order == first else first, page=None),
        format_html(' data-definition="{}"', definition) if definition else "",
        _boost(target),
        label,
        icon(sign),
    )


@register.simple_tag(takes_context=True)
def segments(
    context: Context, param: str, options: Iterable[Sequence[Any]], label: str, target: str = "", default: str = ""
) -> SafeString:
    """Show a choice as a row of links that keep the query string, from (value, text) or (value, text, count)."""
    current = _parameters(context)
    chosen = (current.get(param) if current else None) or default
    links = format_html_join(
        "",
        '<a href="{}"{}{}>{}{}</a>',
        (
            (
                components.query(current, **{param: option[0], "page": None}),
                SafeString(' aria-current="true"') if str(option[0]) == chosen else "",
                _boost(target),
                option[1],
                format_html(' <span class="count">{}</span>', words.number(option[2])) if len(option) > 2 else "",
            )
            for option in options
        ),
    )
    return format_html('<nav class="segments" aria-label="{}">{}</nav>', label, links)


@register.simple_block_tag(takes_context=True)
def filter_bar(context: Context, content: str, search: str = "", target: str = "", label: str = "Filter") -> SafeString:
    """Wrap the inputs of a list's filters in a form that keeps the order and works with and without htmx."""
    current = _parameters(context)
    sort = current.get("sort", "") if current else ""
    named = {name: value for name, value in (current.items() if current else ()) if name not in {"sort", "page"}}
    rendered = render_to_string(
        "ui/filter_bar.html",
        {
            "inputs": content,
            "path": getattr(context.get("request"), "path", ""),
            "search": search,
            "target": target,
            "label": label,
            "q": named.get("q", ""),
            "sort": sort,
            "clear": components.query(None, sort=sort) if any(named.values()) else "",
        },
    )
    return SafeString(rendered)


@register.inclusion_tag("ui/field.html")
def field(bound: BoundField, **attributes: str | bool) -> dict[str, Any]:
    """Show a form's field with its label, help and errors; further attributes go to the input."""
    kind = getattr(bound.field.widget, "input_type", "")
    look = {"checkbox": "form-check-input", "select": "form-select"}.get(kind, "form-control")
    described = [f"{bound.id_for_label}_help"] if bound.help_text else []
    described += [f"{bound.id_for_label}_error"] if bound.errors else []
    given: dict[str, str | bool] = {name.replace("_", "-"): value for name, value in attributes.items()}
    given["class"] = look + (" is-invalid" if bound.errors else "")
    if described:
        given["aria-describedby"] = " ".join(described)
    return {"field": bound, "kind": kind, "input": bound.as_widget(attrs=given)}


def _parameters(context: Context) -> QueryDict | None:
    request = context.get("request")
    return request.GET if request is not None else None


def _boost(target: str) -> SafeString:
    if not target:
        return SafeString("")
    return format_html(
        ' hx-boost="true" hx-target="{0}" hx-select="{0}" hx-swap="outerHTML" hx-push-url="true"', target
    )
