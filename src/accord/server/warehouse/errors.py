"""The errors of the warehouse."""

from accord.errors import AccordError


class WarehouseError(AccordError):
    """The warehouse cannot be written as it should be."""
