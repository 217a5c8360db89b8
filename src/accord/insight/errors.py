"""The errors of this package."""

from accord.errors import AccordError


class InsightError(AccordError):
    """A question cannot be asked as it was."""
