"""Registers the app."""

from django.apps import AppConfig


class Forms(AppConfig):
    """The forms app."""

    name = "accord.server.forms"
    label = "forms"
