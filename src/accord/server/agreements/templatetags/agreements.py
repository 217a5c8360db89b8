"""What the agreement's templates need beyond the shell's tags."""

from django import template

from accord.server.agreements.forms import fresh_action

register = template.Library()


@register.simple_tag
def action_id() -> str:
    """Return an id of its own for a form, by which it counts once however often it is sent."""
    return fresh_action()
