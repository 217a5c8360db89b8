"""Merges in any order, taken back in any order that is allowed, leave everything as it was.

``ACCORD_MERGES=10000`` says how many.
"""

import os
import random
from datetime import datetime, timedelta

import pytest
from tests.server.conftest import MONDAY, World
from tests.server.duplicates.records import fill, stored

from accord.server.duplicates.merging import SORTS, merge
from accord.server.duplicates.models import Kind, Merge
from accord.server.duplicates.unmerging import unmerge
from accord.server.handoffs.models import Clock
from accord.server.handoffs.offers import offer_ready

MERGES = int(os.environ.get("ACCORD_MERGES", "100"))
EACH = 500
"""Merges of one set of data, which is made at random: more sets take longer to make, fewer find less."""


def pair(rng: random.Random, kind: Kind) -> tuple[int, int] | None:
    known = sorted(SORTS[kind].model._default_manager.values_list("pk", flat=True))
    one, other = rng.sample(known, 2) if len(known) > 1 else (0, 0)
    return (one, other) if one else None


def take_one_back(rng: random.Random, at: datetime) -> bool:
    """Take back a random merge of those that may be, which none refuses; False if there is none."""
    last, since = [], set()
    active = Merge.objects.filter(undone_at=None).order_by("-pk")
    for key, kind, survivor, merged in active.values_list("pk", "kind", "survivor", "merged"):
        if (kind, survivor) not in since:
            last.append(key)
        since |= {(kind, survivor), (kind, merged)}
    if last:
        unmerge(rng.choice(last), at=at, by=None)
    return bool(last)


@pytest.mark.parametrize("seed", range(-(-MERGES // EACH)))
def test_merges_and_their_reversals_leave_the_data_as_before(world: World, seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311
    fill(world, rng, people=24, companies=8)
    offer_ready(MONDAY)
    assert Clock.objects.filter(stopped_at=None).exists()
    wanted = min(EACH, MERGES - seed * EACH)
    before, at, done = stored(), MONDAY, 0
    while done < wanted:
        at += timedelta(seconds=10)
        kind = rng.choice((Kind.PERSON, Kind.PERSON, Kind.COMPANY))
        chosen = {
            name: rng.random() < 0.5 for name in ("name", "email", "phone", "company_id", "domain", "fields.title")
        }
        if rng.random() < 0.55 and (two := pair(rng, kind)):
            merge(kind, *two, at=at, by=rng.choice((None, world.cast.olga)), chosen=chosen)
            done += 1
        else:
            take_one_back(rng, at)
    assert Merge.objects.filter(undone_at=None).exists()
    assert stored() != before
    while take_one_back(rng, at):
        at += timedelta(seconds=10)
    assert Merge.objects.count() == wanted
    assert not Merge.objects.filter(undone_at=None).exists()
    after = stored()
    assert {table: set(after[table]) ^ set(before[table]) for table in before if after[table] != before[table]} == {}
