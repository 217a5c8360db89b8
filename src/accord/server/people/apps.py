"""Registers the app."""

from django.apps import AppConfig


class People(AppConfig):
    """The people app."""

    name = "accord.server.people"
    label = "people"
