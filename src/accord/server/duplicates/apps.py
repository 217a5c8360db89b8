"""Registers the app."""

from django.apps import AppConfig


class Duplicates(AppConfig):
    """The duplicates app."""

    name = "accord.server.duplicates"
    label = "duplicates"
