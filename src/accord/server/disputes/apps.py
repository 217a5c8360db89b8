"""Registers the app."""

from django.apps import AppConfig


class Disputes(AppConfig):
    """The disputes app."""

    name = "accord.server.disputes"
    label = "disputes"
