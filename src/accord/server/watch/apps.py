"""Registers the app."""

from django.apps import AppConfig


class Watch(AppConfig):
    """The watch app."""

    name = "accord.server.watch"
    label = "watch"
