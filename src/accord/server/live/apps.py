"""Registers the app."""

from django.apps import AppConfig


class Live(AppConfig):
    """The live app."""

    name = "accord.server.live"
    label = "live"
