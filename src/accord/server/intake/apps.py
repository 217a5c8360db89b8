"""Registers the app."""

from django.apps import AppConfig


class Intake(AppConfig):
    """The intake app."""

    name = "accord.server.intake"
    label = "intake"
