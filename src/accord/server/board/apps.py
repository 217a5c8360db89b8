"""Registers the app."""

from django.apps import AppConfig


class Board(AppConfig):
    """The board app."""

    name = "accord.server.board"
    label = "board"
