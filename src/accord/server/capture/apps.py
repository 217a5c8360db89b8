"""Registers the app."""

from django.apps import AppConfig


class Capture(AppConfig):
    """The capture app."""

    name = "accord.server.capture"
    label = "capture"
