"""The scoreboard asks the warehouse where that is large and fresh, says so, and comes to the same numbers."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from tests.server.conftest import MONDAY, World
from tests.server.handoffs.conftest import SignIn
from tests.server.warehouse.conftest import warehouse  # noqa: F401  # a fixture

from accord.insight.warehouse import current
from accord.server.handoffs import decisions
from accord.server.handoffs.models import Attempt
from accord.server.pipeline.models import Lead
from accord.server.scoreboard import queries
from accord.server.warehouse import asking, readers, star
from accord.server.warehouse.models import Keeping
from accord.server.warehouse.sync import sync

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = (
    "/scoreboard/",
    "/scoreboard/hand-offs/",
    "/scoreboard/hand-offs/?format=csv",
    "/scoreboard/rows/funnel/",
    "/scoreboard/rows/funnel/?format=csv",
    "/scoreboard/rows/promises/?sort=due_us",
    "/scoreboard/rows/decisions/?decision=accepted",
)
SAID = re.compile(r'<p class="small quiet" id="as-of">.*?</p>', re.DOTALL)


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a warehouse of a few leads be large enough."""
    monkeypatch.setattr(readers, "MANY", 1)


@pytest.fixture
def worked(world: World) -> Lead:
    """Leads that were accepted and tried, rejected, and are waiting; returns the first."""
    accepted, rejected = world.offered(), world.demo_request()
    world.offered()
    decisions.accept(accepted.pk, by=accepted.owner, at=MONDAY + timedelta(minutes=5))
    decisions.reject(rejected.pk, reason="not_now", by=rejected.owner, at=MONDAY + timedelta(minutes=6))
    called = {"channel": Attempt.Channel.CALL, "outcome": Attempt.Outcome.REACHED, "action_id": uuid4()}
    decisions.log_attempt(accepted.pk, by=accepted.owner, at=MONDAY + timedelta(minutes=7), **called)
    return accepted


def body(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return re.sub(r'(csrf_token|x-csrftoken": |csrfmiddlewaretoken" value=)"\w+"', "", unescape(content.decode()))


@pytest.mark.usefixtures("large", "warehouse")
def test_every_page_shows_the_numbers_of_the_warehouse_and_that_they_are(
    world: World, worked: Lead, sign_in: SignIn
) -> None:
    client = sign_in(world.cast.sven)
    in_place = {path: body(client, path) for path in PAGES}
    sync()
    for path, expected in in_place.items():
        found = body(client, path)
        assert bool(SAID.search(found)) == ("format=csv" not in path), path
        assert SAID.sub("", found).split() == expected.split(), path
        assert not SAID.search(expected)


@pytest.mark.usefixtures("large", "warehouse")
def test_it_counts_as_of_the_version_until_the_next(world: World, worked: Lead, sign_in: SignIn) -> None:
    client = sign_in(world.cast.sven)
    sync()
    before = body(client, "/scoreboard/rows/funnel/?format=csv")
    world.lead()
    assert body(client, "/scoreboard/rows/funnel/?format=csv") == before
    sync()
    assert len(body(client, "/scoreboard/rows/funnel/?format=csv").splitlines()) == len(before.splitlines()) + 1


@pytest.mark.usefixtures("large", "warehouse")
def test_a_lead_that_was_deleted_since_is_left_out(world: World, worked: Lead, sign_in: SignIn) -> None:
    gone = world.lead()
    sync()
    Lead.objects.filter(pk=gone.pk).delete()
    client = sign_in(world.cast.sven)
    for path in ("/scoreboard/rows/funnel/", "/scoreboard/rows/funnel/?format=csv"):
        assert gone.person.name not in body(client, path)


@pytest.mark.usefixtures("large", "warehouse")
def test_what_was_kept_since_the_version_is_not_called_overdue(world: World) -> None:
    """The promise runs until after the version's instant; a page of a minute later asks for what was overdue then."""
    lead = world.offered(at=datetime.now(UTC))
    sync()
    due = lead.clocks.order_by("due_at")[0].due_at  # type: ignore[attr-defined]  # the name of a relation
    month = queries.month(due.tzinfo, due)
    with asking.of_warehouse(datetime.now(UTC)):
        assert asking.as_of() is not None
        found = queries.promises_kept(month, due + timedelta(minutes=1))
    assert sum(row.overdue for row in found) == 0
    assert sum(row.overdue for row in queries.promises_kept(month, due + timedelta(minutes=1))) == 1


@pytest.mark.parametrize("why", ["small", "stale", "absent", "another's", "of another star"])
def test_else_it_asks_in_place(
    world: World,
    worked: Lead,
    warehouse: Path,  # noqa: F811  # the fixture
    monkeypatch: pytest.MonkeyPatch,
    why: str,
) -> None:
    monkeypatch.setattr(readers, "MANY", 1_000 if why == "small" else 1)
    now = datetime.now(UTC)
    sync()
    match why:
        case "stale":
            now += readers.FRESH + timedelta(minutes=1)
        case "absent":
            (warehouse / "warehouse.json").unlink()
        case "another's":
            Keeping.objects.update(token=uuid4())
        case "of another star":
            monkeypatch.setattr(star, "fingerprint", lambda: "another")
    with asking.of_warehouse(now):
        assert asking.as_of() is None
        assert queries.funnel(queries.month(UTC, MONDAY))[0].leads == 3


@pytest.mark.usefixtures("large")
def test_a_version_is_opened_once_and_the_next_one_instead(
    world: World,
    worked: Lead,
    warehouse: Path,  # noqa: F811  # the fixture
) -> None:
    sync()
    now: Any = datetime.now(UTC)
    first = readers.large_and_fresh(now)
    assert first is readers.large_and_fresh(now)
    assert first is not None
    assert first.version == current(warehouse)
    sync()
    second = readers.large_and_fresh(now)
    assert second is not None
    assert second.version.number == first.version.number + 1
    assert first.ask("SELECT count(*) FROM leads", {}) == second.ask("SELECT count(*) FROM leads", {}) == [(3,)]
