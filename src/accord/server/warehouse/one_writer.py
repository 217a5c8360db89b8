"""Who may write beside the warehouse: one at a time, on whatever machine."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from accord.server.own_connection import own_parameters
from accord.server.warehouse.errors import WarehouseError
from accord.server.warehouse.origin import Connection

WAREHOUSE, CREDIT, FACTS = 7_261_500_806, 7_261_500_807, 7_261_500_808
"""The numbers of the advisory locks: of the warehouse itself, and of the shelves beside it."""


@contextmanager
def one_writer(lock: int, name: str, busy: str) -> Iterator[Connection]:
    """Have a connection of one's own, as the one writer.

    Args:
        lock: Of what.
        name: How the connection is called in PostgreSQL's lists.
        busy: What is said where somebody else is at it.

    Raises:
        WarehouseError: ``warehouse.busy``.
    """
    with psycopg.connect(**own_parameters(name), autocommit=True) as connection:
        (mine,) = connection.execute("SELECT pg_try_advisory_lock(%s)", [lock]).fetchone() or (False,)
        if not mine:
            raise WarehouseError("warehouse.busy", busy, hint="try again in a minute")
        yield connection
