"""Addresses of the rows behind numbers."""

from collections.abc import Mapping
from urllib.parse import urlencode

from django.urls import reverse


def rows_behind(question: str, parameters: Mapping[str, str]) -> str:
    """Return the address of the page that lists the rows of a drill-down."""
    path = reverse("scoreboard-rows", args=[question])
    return f"{path}?{urlencode(parameters)}" if parameters else path
