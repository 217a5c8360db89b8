"""Registers the app."""

from django.apps import AppConfig


class Channels(AppConfig):
    """The channels app."""

    name = "accord.server.channels"
    label = "channels"
