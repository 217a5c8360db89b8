"""Of which database a warehouse is, and all that is made of it. Light: pages ask it, too."""

from typing import Any

import psycopg
from django.db import connection as django_connection

Connection = psycopg.Connection[Any]

_DATABASE = """
SELECT concat_ws(
    '/',
    (SELECT system_identifier FROM pg_control_system()),
    left(pg_walfile_name(pg_current_wal_lsn()), 8),
    (SELECT oid FROM pg_database WHERE datname = current_database())
)
"""


def database(connection: Connection) -> str:
    """Return what tells this database from any other whose transactions are counted anew.

    A cluster that is made from a dump has another identifier, one that is restored to a point in time, or in which a
    standby took over, another timeline. In all of them the numbers of transactions mean something else.
    """
    row = connection.execute(_DATABASE).fetchone()
    return str(row[0]) if row else ""


def this_database() -> str:
    """Return the same of the database that Django uses."""
    with django_connection.cursor() as cursor:
        cursor.execute(_DATABASE)
        return str(cursor.fetchone()[0])
