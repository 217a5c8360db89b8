"""A sync that is killed leaves the version before it readable, and the next one exact."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

import pytest
from django.db import connection
from tests.server.conftest import MONDAY, World
from tests.server.warehouse.conftest import held, in_place

from accord.insight.warehouse import current
from accord.server.handoffs import decisions
from accord.server.warehouse.models import Change
from accord.server.warehouse.sync import sync

pytestmark = pytest.mark.django_db(transaction=True)
BEFORE_IT_COUNTS = [("write", 2), ("commit", 2), ("switch", 1)]
"""Before files are written, before tables know of some of them, before the version counts."""


class Killer:
    """Processes that sync and are killed at a point."""

    def __init__(self, to: IO[str], back: IO[str]) -> None:
        self._to, self._back = to, back

    def __call__(self, point: str, number: int, folder: Path) -> int:
        """Return how a sync of the warehouse in a folder ended that is killed before it passes a point so often."""
        self._to.write(f"{point} {number} {folder}\n")
        self._to.flush()
        return int(self._back.readline())


@pytest.fixture(scope="module")
def killed(django_db_setup: None) -> Iterator[Killer]:
    name = str(connection.settings_dict["NAME"])
    environment = {
        **os.environ,
        "DATABASE_URL": urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl(),
        "DJANGO_SETTINGS_MODULE": "accord.server.settings",
    }
    with subprocess.Popen(
        [sys.executable, Path(__file__).with_name("killed_sync.py")],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield Killer(process.stdin, process.stdout)
        process.stdin.close()


def something_happens(world: World) -> None:
    lead = world.offered()
    decisions.accept(lead.pk, by=lead.owner, at=MONDAY + timedelta(minutes=5))


def test_killed_before_it_counts_nothing_has_happened(world: World, warehouse: Path, killed: Killer) -> None:
    something_happens(world)
    sync()
    for point, number in BEFORE_IT_COUNTS:
        before, version = held(warehouse), current(warehouse)
        something_happens(world)
        waiting = Change.objects.count()
        assert killed(point, number, warehouse) == -9, (point, number)
        assert current(warehouse) == version
        assert held(warehouse) == before != in_place()
        assert Change.objects.count() == waiting
        assert sync().rebuilt == ""
        assert held(warehouse) == in_place()


def test_killed_before_it_forgets_it_counts_all_the_same(world: World, warehouse: Path, killed: Killer) -> None:
    sync()
    something_happens(world)
    assert killed("forget", 1, warehouse) == -9
    assert held(warehouse) == in_place()
    assert Change.objects.exists()
    assert sync().rows == {}
    assert not Change.objects.exists()


def test_killed_while_it_is_made_it_is_made_again(world: World, warehouse: Path, killed: Killer) -> None:
    something_happens(world)
    assert killed("commit", 3, warehouse) == -9
    assert current(warehouse) is None
    assert sync().rebuilt == "there is none yet"
    assert held(warehouse) == in_place()
    before = held(warehouse)
    something_happens(world)
    Path(warehouse / "warehouse.json").rename(warehouse / "aside")
    assert killed("commit", 3, warehouse) == -9
    Path(warehouse / "aside").rename(warehouse / "warehouse.json")
    assert held(warehouse) == before
    assert sync().rebuilt == "another warehouse was told of the changes"
    assert held(warehouse) == in_place()
