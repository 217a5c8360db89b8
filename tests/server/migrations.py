"""Going back to what the database once looked like, for tests of migrations."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.migrations.executor import MigrationExecutor


@contextmanager
def migrated_back(app: str, name: str) -> Iterator[None]:
    """Bring the database back to a migration of an app, and at the end every app to its last one.

    Of every app, since others stand on this one and went back with it.
    """
    try:
        MigrationExecutor(connection).migrate([(app, name)])
        yield
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())
