"""Registers the app."""

from django.apps import AppConfig


class Credit(AppConfig):
    """The credit app."""

    name = "accord.server.credit"
    label = "credit"

    def ready(self) -> None:
        """Make its job known to the worker."""
        from accord.server.credit import jobs  # noqa: F401, PLC0415  # the registry of apps must be complete
