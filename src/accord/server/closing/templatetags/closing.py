"""What the templates of closing ask for: lengths of time from microseconds."""

from django import template

from accord.server.ui import words

register = template.Library()


@register.filter
def lasting(micros: int | str | None) -> str:
    """Show a length of calendar time in its largest unit; nothing known is a dash."""
    return words.duration(micros // 1_000_000, 1) if isinstance(micros, int) else words.MISSING
