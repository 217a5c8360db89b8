"""Registers the app."""

from django.apps import AppConfig


class Tracking(AppConfig):
    """The tracking app."""

    name = "accord.server.tracking"
    label = "tracking"
