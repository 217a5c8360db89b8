"""Registers the app."""

from django.apps import AppConfig


class Scoreboard(AppConfig):
    """The scoreboard app."""

    name = "accord.server.scoreboard"
    label = "scoreboard"
