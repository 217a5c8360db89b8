"""Merges of overlapping pairs at the same time: each is whole, and nobody waits for ever."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from tests.server.conftest import MONDAY, World
from tests.server.duplicates.records import stored

from accord.server.duplicates.merging import MergeError, merge
from accord.server.duplicates.models import Kind, Merge
from accord.server.duplicates.unmerging import unmerge
from accord.server.people.models import Person, Touchpoint
from accord.server.pipeline.models import Lead


@pytest.mark.django_db(transaction=True)
def test_merges_of_overlapping_pairs_at_once_are_safe(world: World) -> None:
    leads = [world.lead() for _ in range(6)]
    for lead in leads:
        world.happens(lead, "webinar_attended")
    people = [lead.person_id for lead in leads]
    before = stored()
    rng = random.Random(7)  # noqa: S311
    wanted = [tuple(rng.sample(people, 2)) for _ in range(24)]

    def work(pair: tuple[int, int]) -> str:
        try:
            merge(Kind.PERSON, *pair, at=MONDAY, by=None)
        except MergeError as error:
            return error.code
        finally:
            connection.close()
        return "merged"

    with ThreadPoolExecutor(6) as pool:
        came = list(pool.map(work, wanted))
    assert set(came) <= {"merged", "merge.unknown", "merge.itself"}
    merges = Merge.objects.filter(undone_at=None).count()
    left = Person.objects.filter(pk__in=people).count()
    assert left == len(people) - merges
    assert Lead.objects.filter(ended_at=None).count() == left
    assert Touchpoint.objects.filter(person__in=Person.objects.values("pk")).count() == 6
    for key in Merge.objects.order_by("-pk").values_list("pk", flat=True):
        unmerge(key, at=MONDAY + timedelta(hours=1), by=None)
    assert stored() == before
