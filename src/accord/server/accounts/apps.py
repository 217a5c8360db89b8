"""Registers the app."""

from django.apps import AppConfig


class Accounts(AppConfig):
    """The accounts app."""

    name = "accord.server.accounts"
    label = "accounts"
