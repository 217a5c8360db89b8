"""Registers the app."""

from django.apps import AppConfig


class Backtests(AppConfig):
    """The backtests app."""

    name = "accord.server.backtests"
    label = "backtests"
