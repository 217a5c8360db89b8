"""What every test may ask for: a PostgreSQL, the real data beside the checkout, a browser.

The PostgreSQL of the run is started by the first test that needs one, in whichever worker process that test runs, and
stopped when the run ends. Its address is known before, so the settings point to it from the start.
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
import psycopg
import pytest
from django.conf import settings
from django.db import connections
from django.test import TransactionTestCase
from hypothesis import Phase
from hypothesis import settings as hypothesis_settings
from psycopg import sql
from tests.browsers import SYSTEM, WITHOUT_WINDOWS, Chromium
from tests.emptying import empty_database

from accord.server.embedded import EmbeddedPostgres

ROOT = Path(__file__).parent.parent
CI = os.environ.get("CI") == "true"

hypothesis_settings.register_profile("default", deadline=None)
hypothesis_settings.register_profile("ci", deadline=None, print_blob=True)
hypothesis_settings.register_profile("thorough", deadline=None, max_examples=2000)
# A mutant is to be told from the original, not understood: the first failing example is enough.
hypothesis_settings.register_profile(
    "mutation", deadline=None, database=None, max_examples=30, phases=(Phase.explicit, Phase.generate)
)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if CI else "default"))

_HOME = "ACCORD_TEST_HOME"
server = pytest.StashKey[EmbeddedPostgres]()


def pytest_configure(config: pytest.Config) -> None:
    """Point the settings to the server of this run, which need not run yet; its folder is shared by all workers."""
    if os.environ.get("DATABASE_URL") and _HOME not in os.environ:
        return
    if _HOME not in os.environ:
        os.environ[_HOME] = tempfile.mkdtemp(prefix="accord-test-")
    config.stash[server] = EmbeddedPostgres(Path(os.environ[_HOME]) / "postgres", fleeting=True)
    os.environ["DATABASE_URL"] = config.stash[server].url()
    settings.DATABASES["default"].update(dj_database_url.parse(os.environ["DATABASE_URL"]))


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave the server, which stops with its last user; the process that made the folder removes it."""
    if server in config.stash:
        config.stash[server].leave()
        if not hasattr(config, "workerinput"):
            shutil.rmtree(os.environ.pop(_HOME), ignore_errors=True)
            del os.environ["DATABASE_URL"]


@pytest.fixture(scope="session")
def postgres(request: pytest.FixtureRequest) -> str:
    """The address of the server of this run, running."""
    if server in request.config.stash:
        request.config.stash[server].join()
    return os.environ["DATABASE_URL"]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None, postgres: str) -> None:
    """Start the server before Django makes its test database, one for each worker process."""


@pytest.fixture(scope="session", autouse=True)
def emptied_by_deleting() -> Iterator[None]:
    """What a test has committed is taken away in the quick way."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: empty_database())
        yield


@pytest.fixture(scope="session")
def postgres_url(postgres: str, worker_id: str) -> Iterator[str]:
    """The address of an empty database that nobody else uses, on the server of this run."""
    name = sql.Identifier(f"scratch_{worker_id}")
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(name))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
        yield urlsplit(postgres)._replace(path=f"/scratch_{worker_id}").geturl()
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


@pytest.fixture(scope="session")
def shared_data() -> Callable[[str], Path]:
    """Find a file or folder of the real data beside the checkout: ``shared_data("bots/agents.csv")``.

    Where nothing is shared the test is reported as not run; where the data are but the file is not, it fails.
    """

    def find(name: str) -> Path:
        data = ROOT.parent / "shared" / "data"
        if not data.parent.is_dir():
            pytest.skip(f"not run: no real data beside this checkout ({name})")
        if not (data / name).exists():
            pytest.fail(f"{name} is not in {data}")
        return data / name

    return find


@pytest.fixture(scope="session")
def playwright() -> Iterator[Any]:
    """Playwright, running for all tests of a worker process."""
    with pytest.importorskip("playwright.sync_api").sync_playwright() as running, pytest.MonkeyPatch.context() as patch:
        # Its loop counts as running in this thread, where Django then refuses to query.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield running
        # While that loop runs, Django has a connection of its own for it, which nobody else would close.
        connections.close_all()


@pytest.fixture(scope="session")
def chromium(playwright: Any) -> Iterator[Chromium]:
    """The browser: the one without windows if it is there, else the system's, else Playwright's."""
    found = Chromium(playwright, (WITHOUT_WINDOWS, *SYSTEM))
    yield found
    found.close()


@pytest.fixture
def browser(chromium: Chromium) -> Iterator[Any]:
    """A running Chromium; what a test opens in it is closed behind it."""
    yield chromium.running()
    chromium.close_contexts()


@pytest.fixture
def page(browser: Any) -> Any:
    """A page of its own in the browser: no cookies, nothing cached."""
    return browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
