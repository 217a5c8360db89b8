"""Registers the app."""

from django.apps import AppConfig


class Warehouse(AppConfig):
    """The warehouse app."""

    name = "accord.server.warehouse"
    label = "warehouse"
