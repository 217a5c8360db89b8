"""Registers the app."""

from django.apps import AppConfig


class Agreements(AppConfig):
    """The agreements app."""

    name = "accord.server.agreements"
    label = "agreements"
