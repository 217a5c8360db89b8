"""A sync reads exactly what changed, whoever changed it and how, and what hangs on it."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from tests.server.conftest import MONDAY, World
from tests.server.warehouse.conftest import held, in_place

from accord.server.handoffs import decisions
from accord.server.handoffs.models import Attempt
from accord.server.pipeline.models import Lead
from accord.server.warehouse.models import Change
from accord.server.warehouse.sync import sync

pytestmark = pytest.mark.django_db(transaction=True)
"""A sync reads through a connection of its own, which sees only what is committed."""


def test_the_first_sync_copies_the_star(world: World, warehouse: Path) -> None:
    world.offered()
    done = sync()
    assert done.rebuilt == "there is none yet"
    assert held(warehouse) == in_place()
    assert all(len(rows) for name, rows in in_place().items() if name not in {"attempts", "deals"})


def test_a_sync_reads_what_changed_and_nothing_else(world: World, warehouse: Path) -> None:
    accepted, other = world.offered(), world.offered()
    sync()
    decisions.accept(accepted.pk, by=accepted.owner, at=MONDAY + timedelta(minutes=5))
    called = {"channel": Attempt.Channel.CALL, "outcome": Attempt.Outcome.REACHED, "action_id": uuid4()}
    decisions.log_attempt(accepted.pk, by=accepted.owner, at=MONDAY + timedelta(minutes=7), **called)
    decisions.start_deal(accepted.pk, amount=None, by=accepted.owner, at=MONDAY + timedelta(minutes=9))
    done = sync()
    assert done.rebuilt == ""
    assert done.rows == {"leads": 1, "stage_changes": 2, "offers": 1, "clocks": 2, "attempts": 1, "deals": 1}
    assert held(warehouse) == in_place()
    assert other.pk in {row[0] for row in held(warehouse)["leads"]}
    assert not Change.objects.exists()
    assert sync().rows == {}


def test_what_the_star_does_not_show_is_no_change(world: World, warehouse: Path) -> None:
    lead = world.lead()
    sync()
    Lead.objects.filter(pk=lead.pk).update(fit=77, scored_at=MONDAY, fields={"budget": "planned"})
    assert not Change.objects.exists()
