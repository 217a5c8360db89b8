"""Connections beside Django's, to the same database: for threads and loops that hold one for as long as they live."""

from typing import Any

from django.db import connections


def own_parameters(name: str) -> dict[str, Any]:
    """Return what psycopg needs to connect to the database that Django uses.

    Args:
        name: What the connection is called in ``pg_stat_activity``.
    """
    found = connections["default"].get_connection_params()
    for django in ("cursor_factory", "context", "prepare_threshold"):
        found.pop(django, None)
    return {"connect_timeout": 5, **found, "application_name": name}
