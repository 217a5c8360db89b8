"""What the doctor finds in credit."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.server.conftest import World

from accord.insight.credit.store import SHELF
from accord.insight.warehouse import current, switch
from accord.server.credit.health import credit_follows
from accord.server.credit.making import make
from accord.server.warehouse.sync import sync

pytestmark = pytest.mark.django_db(transaction=True)
MINUTE = timedelta(minutes=1) // timedelta(microseconds=1)


def test_the_doctor_says_when_credit_was_given_and_how_far_it_is_behind(world: World, warehouse: Path) -> None:
    """It may be so long behind as it may take to make it, and ten minutes besides."""
    assert credit_follows().detail == "none yet; it is given of the warehouse, once there is one"
    sync()
    none = credit_follows()
    assert (none.ok, none.detail) == (False, "none has been made of the warehouse")
    assert "accord warehouse credit" in none.remedy
    edition = make()
    assert edition is not None
    SHELF.switch(warehouse, replace(edition, seconds=60.0))
    assert "0 minutes behind the warehouse" in credit_follows().detail
    version = current(warehouse)
    assert version is not None
    found = {}
    for minutes in (20, 21):
        switch(warehouse, replace(version, number=version.number + 1, at_us=version.at_us + minutes * MINUTE))
        found[minutes] = credit_follows()
    assert [each.ok for each in found.values()] == [True, False]
    assert found[21].detail.startswith(f"edition {edition.number} of ")
    assert found[21].detail.endswith("made in 60 s, 21 minutes behind the warehouse")
    SHELF.switch(warehouse, replace(edition, database="another"))
    assert (credit_follows().ok, "of another database" in credit_follows().detail) == (False, True)
