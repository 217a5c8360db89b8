"""Whatever transactions do and in whatever order they end: incremental = made anew = the star in place, row for row."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from tests.server.conftest import World
from tests.server.warehouse.conftest import held, in_place
from tests.server.warehouse.traffic import VERBS, Traffic, connections, number_ids_from

from accord.insight.warehouse import BUCKET, current
from accord.server.accounts.models import User
from accord.server.warehouse.reading import Moment
from accord.server.warehouse.sync import sync

pytestmark = pytest.mark.django_db(transaction=True)
TRANSACTIONS = 1_000
AT_A_TIME = 12
"""Transactions that are open at a time."""
EVERY = 400
"""Statements between two syncs."""


@pytest.fixture
def made_by(world: World) -> Callable[[int], Traffic]:
    """Make traffic by a seed; its ids fall into two buckets."""
    number_ids_from(BUCKET - 40)
    users = list(User.objects.order_by("pk").values_list("pk", flat=True))
    revision = world.offered().offers.get().revision_id
    return lambda seed: Traffic(seed, users, revision)


def differing(traffic: Traffic, folder: Path) -> tuple[int, list[str]]:
    """Let a thousand transactions happen, each statement between those of others, with a sync now and then.

    Returns the number of syncs and the horizons, up to the first at which the warehouse was not the star in place.
    """
    horizons: list[str] = []
    with ExitStack() as stack:
        free = connections(stack, AT_A_TIME)
        begun, at_work = 0, list[tuple[Iterator[None], Any]]()
        statements = 0
        while at_work or begun < TRANSACTIONS:
            while free and begun < TRANSACTIONS:
                connection = free.pop()
                at_work.append((traffic.script(connection), connection))
                begun += 1
            one = traffic.chance.randrange(len(at_work))
            script, connection = at_work[one]
            try:
                next(script)
            except StopIteration:
                free.append(connection)
                del at_work[one]
            statements += 1
            if statements % EVERY == 0 or (not at_work and begun == TRANSACTIONS):
                done = sync()
                assert not done.rebuilt or not horizons
                horizons.append(done.version.horizon)
                if held(folder) != in_place():
                    return len(horizons), horizons
    return 0, horizons


def test_after_each_sync_the_warehouse_is_the_star_in_place_and_as_if_made_anew(
    made_by: Callable[[int], Traffic], warehouse: Path
) -> None:
    traffic = made_by(7)
    wrong, horizons = differing(traffic, warehouse)
    assert wrong == 0
    followed = held(warehouse)
    sync(anew="to compare")
    assert held(warehouse) == followed == in_place()
    seen = traffic.done
    assert seen["COMMIT"] > TRANSACTIONS / 3, seen
    assert min(seen["ROLLBACK"], seen["ROLLBACK TO"], *(seen[verb.__name__] for verb in VERBS)) > 20, seen
    assert sum(bool(horizon.split(":")[2]) for horizon in horizons) > len(horizons) / 2
    version = current(warehouse)
    assert version is not None
    assert len(version.tables["leads"].files) > 1


def test_whoever_reads_changes_by_their_ids_misses_some(
    made_by: Callable[[int], Traffic], warehouse: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The test above can fail: a row with a small id may become visible after one with a large id."""
    last = 0

    def by_id(moment: Moment, since: str) -> Mapping[str, set[int]]:
        nonlocal last
        found: dict[str, set[int]] = {}
        for key, kind, ids in moment.connection.execute(
            "SELECT id, kind, ids FROM warehouse_change WHERE id > %s ORDER BY id", [last]
        ):
            found.setdefault(kind, set()).update(ids)
            last = key
        merged = sorted(found.pop("merged_leads", ()))
        for kind, table in (
            ("stage_changes", "pipeline_stagechange"),
            ("offers", "handoffs_offer"),
            ("clocks", "handoffs_clock"),
        ):
            found.setdefault(kind, set()).update(moment._hanging(table, "lead_id", merged))
        return found

    monkeypatch.setattr(Moment, "changes", by_id)
    wrong, _ = differing(made_by(7), warehouse)
    assert wrong > 0


def test_what_a_merge_hides_is_hidden_however_late_it_came(world: World, warehouse: Path) -> None:
    """The merge cannot see the history that another transaction is about to add, which is committed before it."""
    kept, merged = world.lead(), world.lead()
    sync()
    with ExitStack() as stack:
        adding, merging = connections(stack, 2)
        given = {"lead": merged.pk, "other": kept.pk}
        adding.execute("BEGIN")
        adding.execute(
            "INSERT INTO pipeline_stagechange (lead_id, from_stage, to_stage, at, decided_by, reason, explanation)"
            " VALUES (%(lead)s, 'lead', 'mql', now(), 'user', '', '{}')",
            given,
        )
        merging.execute("BEGIN")
        merging.execute(
            "UPDATE pipeline_lead SET merged_into_id = %(other)s, cycle = 0, stage = 'disqualified', ended_at = now()"
            " WHERE id = %(lead)s",
            given,
        )
        adding.execute("COMMIT")
        sync()
        assert held(warehouse) == in_place()
        assert merged.pk in {row[1] for row in held(warehouse)["stage_changes"]}
        merging.execute("COMMIT")
    sync()
    assert held(warehouse) == in_place()
    assert merged.pk not in {row[1] for row in held(warehouse)["stage_changes"]}


def test_a_transaction_that_lasts_holds_nobody_up(world: World, warehouse: Path) -> None:
    sync()
    with ExitStack() as stack:
        (lasting,) = connections(stack, 1)
        lasting.execute("BEGIN")
        lasting.execute("UPDATE accounts_user SET is_active = FALSE WHERE id = %s", [world.cast.enno.pk])
        late = world.lead()
        assert sync().rows == {"companies": 1, "leads": 1, "people": 1, "stage_changes": 1}
        assert late.pk in {row[0] for row in held(warehouse)["leads"]}
        lasting.execute("COMMIT")
    assert sync().rows == {"owners": 1}
    assert held(warehouse) == in_place()


def test_threads_that_write_while_it_syncs_lose_nothing(made_by: Callable[[int], Traffic], warehouse: Path) -> None:
    traffics = [made_by(seed) for seed in range(4)]
    failures: list[BaseException] = []

    def work(traffic: Traffic) -> None:
        try:
            with ExitStack() as stack:
                (connection,) = connections(stack, 1)
                for _ in range(60):
                    for _ in traffic.script(connection):
                        pass
        except BaseException as error:
            failures.append(error)
            raise

    threads = [threading.Thread(target=work, args=[traffic]) for traffic in traffics]
    sync()
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        assert sync().rebuilt == ""
    for thread in threads:
        thread.join()
    sync()
    assert not failures
    assert held(warehouse) == in_place()
