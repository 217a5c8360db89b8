"""Registers the app."""

from django.apps import AppConfig


class Nurture(AppConfig):
    """The nurture app."""

    name = "accord.server.nurture"
    label = "nurture"
