"""Opening leads."""

import threading

import pytest
from django.db import connections
from tests.server.conftest import MONDAY, World

from accord.server.people.models import Person
from accord.server.pipeline.models import Lead
from accord.server.pipeline.services import open_lead


@pytest.mark.django_db(transaction=True)
def test_somebody_who_is_noticed_twice_at_the_same_moment_is_one_lead(world: World) -> None:
    """Lesson 9, where both notices get as far as opening the lead."""
    for _ in range(5):
        person = world.person()
        together = threading.Barrier(3)
        opened: list[int] = []

        def opens(person: Person = person, together: threading.Barrier = together, opened: list[int] = opened) -> None:
            together.wait()
            try:
                opened.append(open_lead(person, at=MONDAY).pk)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=opens) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert opened == [Lead.objects.get(person=person).pk] * 3
