"""The errors of this package."""

from accord.errors import AccordError


class AttributionError(AccordError):
    """Credit cannot be given from these rows, or not by this model."""
