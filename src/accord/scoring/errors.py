"""The error family of the scores."""

from accord.errors import AccordError


class ScoringError(AccordError):
    """A score model that cannot be computed exactly."""
