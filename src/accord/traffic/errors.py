"""What can be wrong with the files that networks are loaded from."""

from accord.errors import AccordError


class TrafficError(AccordError):
    """A file of networks cannot be read, or the table made of them cannot be used."""
