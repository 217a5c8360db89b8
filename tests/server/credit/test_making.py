"""Credit is made of the warehouse when that has changed, and what it says otherwise than before is written down."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from shutil import rmtree
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from tests.server.conftest import MONDAY, World
from tests.server.credit.conftest import bought, came, paid

from accord.insight.credit.restating import TERMS
from accord.insight.credit.store import SHELF
from accord.insight.editions import KEPT_SECONDS, Shelf
from accord.insight.warehouse import current, switch
from accord.server.credit.asking import opened
from accord.server.credit.making import is_due, make
from accord.server.credit.models import Restatement
from accord.server.pipeline.models import Deal, ExchangeRate
from accord.server.warehouse.models import Keeping
from accord.server.warehouse.star import fingerprint
from accord.server.warehouse.sync import sync

pytestmark = pytest.mark.django_db(transaction=True)
Count = Callable[[], None]


def said() -> list[tuple[date, str, int, int, str]]:
    rows = Restatement.objects.order_by("month", "what")
    return [(row.month, row.what, row.before, row.after, row.why) for row in rows]


def test_without_a_warehouse_there_is_no_credit(world: World, warehouse: Path) -> None:
    assert (make(), opened(), is_due(datetime.now(UTC))) == (None, None, False)


def test_of_a_warehouse_of_another_accord_no_credit_is_made(world: World, warehouse: Path) -> None:
    """It is made anew first; and what other rows come to is restated as what an update has changed."""
    sync()
    version = current(warehouse)
    assert version is not None
    switch(warehouse, replace(version, made_of={**version.made_of, "star": "another"}))
    assert (make(), is_due(datetime.now(UTC))) == (None, False)
    switch(warehouse, version)
    edition = make()
    assert edition is not None
    assert fingerprint() in edition.counting


def test_it_is_due_when_the_warehouse_has_changed_and_it_has_had_its_share(world: World, warehouse: Path) -> None:
    sync()
    now = datetime.now(UTC)
    assert is_due(now)
    edition = make()
    assert edition is not None
    assert not is_due(now + timedelta(days=1))
    world.lead()
    sync()
    assert not is_due(now)
    assert is_due(now + timedelta(seconds=10 * edition.seconds + 5))


def test_other_terms_make_it_due_at_once(world: World, counted: Count) -> None:
    lead = world.lead(source="")
    came(lead, -100)
    bought(lead, 1)
    counted()
    world.agree(("currency: EUR", "currency: EUR\ncredit: {model: linear, lookback: 30 days}"))
    assert is_due(datetime.now(UTC))
    make()
    assert [(row[1], row[3], row[4]) for row in said()] == [("credit", 100_000, TERMS)]


def test_another_agreed_model_is_told_once_for_each_month(
    march: tuple[Deal, Deal], world: World, counted: Count
) -> None:
    """From U-shaped, half of each deal, to the first touch; then of the contact alone, which moves nothing."""
    world.agree(("currency: EUR", "currency: EUR\ncredit: {model: first}"))
    assert is_due(datetime.now(UTC))
    counted()
    month = date(2026, 3, 1)
    assert said() == [(month, "credit", 0, 50_000, TERMS)]
    counted()
    world.agree(("{model: first}", "{model: first, touches_of: contact}"))
    assert is_due(datetime.now(UTC))
    counted()
    assert len(said()) == 1


def test_a_month_that_is_over_and_comes_to_something_else_is_written_down(
    march: tuple[Deal, Deal], world: World, counted: Count
) -> None:
    """A refund, a deal and a cost that come late, and a touch that comes late; each once."""
    counted()
    assert said() == []
    Deal.objects.filter(pk=march[1].pk).update(amount="400.00")
    counted()
    month = date(2026, 3, 1)
    assert said() == [(month, "bookings", 200_000, 140_000, "1 amount changed")]
    assert Restatement.objects.get().details == [{"of": str(march[1].pk), "before": 100_000, "after": 40_000}]
    came(march[0].lead, 2, "Referral")
    paid(2, "50.00", "late")
    counted()
    assert [row[1:4] for row in said()] == [
        ("bookings", 200_000, 140_000),
        ("costs", 30_000, 35_000),
        ("credit", 0, 20_000),  # of 1,000, 20 % lie between the first touch and the last
    ]
    counted()
    assert Restatement.objects.count() == 3


def test_one_that_is_cut_off_before_its_edition_counts_is_said_once(
    march: tuple[Deal, Deal], counted: Count, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut_off(*_: object) -> None:
        raise OSError("no room")

    Deal.objects.filter(pk=march[1].pk).update(amount="400.00")
    with monkeypatch.context() as broken:
        broken.setattr(Shelf, "switch", cut_off)
        with pytest.raises(OSError, match="no room"):
            counted()
    counted()
    assert [row[:4] for row in said()] == [(date(2026, 3, 1), "bookings", 200_000, 140_000)]


def test_other_exchange_rates_make_it_due_at_once(march: tuple[Deal, Deal], counted: Count) -> None:
    assert not is_due(datetime.now(UTC))
    ExchangeRate.objects.create(day=MONDAY.date(), base="EUR", currency="USD", rate="1.25", stated_at=datetime.now(UTC))
    assert is_due(datetime.now(UTC))
    Deal.objects.filter(pk=march[1].pk).update(currency="USD", closed_at=MONDAY)
    counted()
    edition = opened()
    assert edition is not None
    assert edition.tables.ask("SELECT revenue FROM won ORDER BY deal_id", {}) == [(100_000,), (80_000,)]


def test_lost_files_are_made_again(march: tuple[Deal, Deal], warehouse: Path) -> None:
    for path in SHELF.folder(warehouse).glob("won-*.parquet"):
        path.unlink()
    assert opened() is None
    assert is_due(datetime.now(UTC))
    make()
    assert opened() is not None


def test_while_the_warehouse_is_made_anew_the_last_edition_is_shown(march: tuple[Deal, Deal], warehouse: Path) -> None:
    """It has another token from the moment at which that begins."""
    Keeping.objects.update(token=uuid4())
    edition = opened()
    assert edition is not None
    assert edition.tables.ask("SELECT count(*) FROM won", {}) == [(2,)]
    sync(anew="for a test")
    assert opened() == edition
    assert is_due(datetime.now(UTC))
    make()
    later = opened()
    assert later is not None
    assert later.at > edition.at


def test_an_edition_of_another_database_is_never_shown(march: tuple[Deal, Deal], warehouse: Path) -> None:
    edition = SHELF.current(warehouse)
    assert edition is not None
    SHELF.switch(warehouse, replace(edition, database=f"{edition.database}0"))
    assert opened() is None


def test_what_is_restated_after_everything_was_lost_is_written_down_too(
    march: tuple[Deal, Deal], warehouse: Path, counted: Count
) -> None:
    """The number of an edition that has restated a month is never borne by another."""
    for amount in ("400.00", "300.00"):
        Deal.objects.filter(pk=march[1].pk).update(amount=amount)
        counted()
        rmtree(warehouse)
        counted()
    assert [row[2:4] for row in said()] == [(200_000, 140_000), (140_000, 130_000)]


def test_an_edition_with_other_columns_is_made_anew(march: tuple[Deal, Deal], warehouse: Path) -> None:
    file = SHELF.folder(warehouse) / "credit.json"
    file.write_text(file.read_text().replace(SHELF.format, "3-0123456789abcdef"))
    assert opened() is None
    assert is_due(datetime.now(UTC))


def test_a_restatement_is_never_changed(march: tuple[Deal, Deal], counted: Count) -> None:
    Deal.objects.filter(pk=march[1].pk).update(outcome="lost")
    counted()
    for change in ("UPDATE credit_restatement SET why = ''", "DELETE FROM credit_restatement"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(change)
    assert "won no more" in Restatement.objects.get().why


def test_an_erased_persons_touches_are_gone(march: tuple[Deal, Deal], counted: Count) -> None:
    march[0].lead.person.visitors.all().delete()
    counted()
    edition = opened()
    assert edition is not None
    assert edition.tables.ask("SELECT count(*) FROM credited", {}) == [(0,)]


def test_readers_of_an_earlier_edition_go_on_and_its_files_are_deleted_a_minute_later(
    march: tuple[Deal, Deal], warehouse: Path, counted: Count
) -> None:
    early = opened()
    assert early is not None
    counted()
    SHELF.forget(warehouse, time.time())
    assert early.tables.ask("SELECT count(*) FROM won", {}) == [(2,)]
    SHELF.forget(warehouse, time.time() + KEPT_SECONDS)
    edition = SHELF.current(warehouse)
    assert edition is not None
    assert {path.name for path in SHELF.folder(warehouse).glob("*.parquet")} == set(edition.files.values())
