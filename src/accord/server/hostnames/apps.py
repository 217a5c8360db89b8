"""Registers the app."""

from django.apps import AppConfig


class Hostnames(AppConfig):
    """The hostnames app."""

    name = "accord.server.hostnames"
    label = "hostnames"
