"""Registers the app."""

from django.apps import AppConfig


class Pipeline(AppConfig):
    """The pipeline app."""

    name = "accord.server.pipeline"
    label = "pipeline"
