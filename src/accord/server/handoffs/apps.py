"""Registers the app."""

from django.apps import AppConfig


class Handoffs(AppConfig):
    """The handoffs app."""

    name = "accord.server.handoffs"
    label = "handoffs"
