"""Registers the app."""

from django.apps import AppConfig


class Inbox(AppConfig):
    """The inbox app."""

    name = "accord.server.inbox"
    label = "inbox"
