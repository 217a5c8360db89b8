"""A small demo, made once for the tests that look at it."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from tests.emptying import empty_database

from accord.demo import making, state
from accord.demo.making import Wish

END = datetime(2026, 9, 17, 13, 30, tzinfo=UTC)
"""A Thursday, half past three in Berlin."""
LEADS = 110


@pytest.fixture(autouse=True, scope="module")
def alone(django_db_setup, django_db_blocker):
    """Nobody else on the database, as a demo demands: what an earlier test's server left open is closed."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )


@pytest.fixture(scope="module")
def demo(alone, django_db_setup, django_db_blocker):
    """Eleven weeks of Northwind, in the database of the tests, which is emptied afterwards."""
    pytest.importorskip("leadforge")
    with django_db_blocker.unblock():
        try:
            yield making.make(Wish(END, seed=5, leads=LEADS, days=75))
        finally:
            state.clear()
            empty_database()  # what clearing leaves: that tables were emptied, and the jobs of the queue
