"""Registers the app."""

from django.apps import AppConfig


class Calls(AppConfig):
    """The calls app."""

    name = "accord.server.calls"
    label = "calls"
