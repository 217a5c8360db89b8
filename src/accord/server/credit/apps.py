"""Registers the app."""

from django.apps import AppConfig


class Credit(AppConfig):
    """The credit app."""

    name = "accord.server.credit"
    label = "credit"
