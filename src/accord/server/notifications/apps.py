"""Registers the app."""

from django.apps import AppConfig


class Notifications(AppConfig):
    """The notifications app."""

    name = "accord.server.notifications"
    label = "notifications"
