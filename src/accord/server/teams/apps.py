"""Registers the app."""

from django.apps import AppConfig


class Teams(AppConfig):
    """The teams app."""

    name = "accord.server.teams"
    label = "teams"
