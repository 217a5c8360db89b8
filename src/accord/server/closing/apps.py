"""Registers the app."""

from django.apps import AppConfig


class Closing(AppConfig):
    """The closing app."""

    name = "accord.server.closing"
    label = "closing"
