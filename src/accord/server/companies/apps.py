"""Registers the app."""

from django.apps import AppConfig


class Companies(AppConfig):
    """The companies app."""

    name = "accord.server.companies"
    label = "companies"
