"""The error family of the rules."""

from accord.errors import AccordError


class RulesError(AccordError):
    """A rule or a value that cannot be given one meaning on every engine, or a reference that leads nowhere."""
