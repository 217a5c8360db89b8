"""The app that carries templates, template tags and static files; it has no models."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Registers the shell with Django."""

    name = "accord.server.ui"
    label = "ui"
