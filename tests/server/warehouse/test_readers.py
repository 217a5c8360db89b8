"""Readers see one version, whole, whatever the writer does meanwhile, and neither waits for the other."""

import threading
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.db import transaction
from tests.server.conftest import World
from tests.server.warehouse.conftest import held
from tests.server.warehouse.traffic import number_ids_from

from accord.insight.engines.duck_files import DuckFiles
from accord.insight.warehouse import BUCKET, current
from accord.server.pipeline.models import Deal
from accord.server.warehouse.sync import sync

pytestmark = pytest.mark.django_db(transaction=True)
VERSIONS = 7
ONE_OF_EACH = """
SELECT (SELECT count(*) FROM leads), (SELECT count(*) FROM stage_changes), (SELECT count(*) FROM deals)
"""


def one_of_each(world: World) -> None:
    """In one transaction: a lead, its first stage change, and a deal."""
    with transaction.atomic():
        lead = world.lead()
        Deal.objects.create(lead=lead, currency="EUR", opened_at=lead.opened_at)


def test_a_reader_never_sees_half_of_a_sync(world: World, warehouse: Path) -> None:
    number_ids_from(BUCKET - 6)
    sync()
    done = threading.Event()
    seen: list[tuple[int, tuple[int, int, int]]] = []

    def read() -> None:
        while not done.is_set():
            version = current(warehouse)
            assert version is not None
            with DuckFiles(warehouse, version) as files:
                (found,) = files.ask(ONE_OF_EACH, {})
            seen.append((version.number, found))

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    try:
        for _ in range(VERSIONS):
            one_of_each(world)
            sync()
    finally:
        done.set()
        for reader in readers:
            reader.join()
    assert {number for number, _ in seen} > {2, VERSIONS}
    assert {found for number, found in seen if found != (number - 1,) * 3} == set()


def test_a_version_can_be_read_after_those_that_came_later(world: World, warehouse: Path) -> None:
    one_of_each(world)
    sync()
    first = current(warehouse)
    before = held(warehouse)
    with ExitStack() as stack:
        assert first is not None
        files = stack.enter_context(DuckFiles(warehouse, first))
        for _ in range(3):
            one_of_each(world)
            sync()
        assert files.ask(ONE_OF_EACH, {}) == [(1, 1, 1)]
    assert held(warehouse, first) == before != held(warehouse)
