"""A room that writes notifications."""

from typing import Any

import pytest
from tests.server.conftest import MONDAY

from accord.server.accounts.models import User
from accord.server.notifications.outbox import notify


@pytest.fixture(autouse=True)
def room(settings: Any) -> None:
    settings.NOTIFICATIONS_WANTED = dict.fromkeys(("room", "lead"), "tests.server.notifications.wanting.unless_over")


def tell(*users: User, text: str = "The roof leaks", about: str = "row:1", body: str = "") -> None:
    keys = [user.pk for user in users]
    notify(keys, "room.news", text, about=about, link="/queue/", at=MONDAY, body=body)
