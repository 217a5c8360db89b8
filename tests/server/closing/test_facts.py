"""The map and the funnel ask the facts of leads where the warehouse is large, say of when, and come to the same."""

import re
import time
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest
from django.db.models import F
from django.test import Client
from tests.server.closing.conftest import Made
from tests.server.warehouse.conftest import warehouse  # noqa: F401  # a fixture

from accord.insight.facts import SHELF
from accord.rules import instant
from accord.server.pipeline.models import Deal
from accord.server.warehouse import asking, readers
from accord.server.warehouse import facts as making
from accord.server.warehouse.facts import is_due, make
from accord.server.warehouse.health import facts_follow
from accord.server.warehouse.jobs import gather_facts
from accord.server.warehouse.sync import sync

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = (
    "/close-rates/?rows=source&columns=region",
    "/close-rates/?rows=first_attempt&columns=channel&base=lead",
    "/close-rates/export/?rows=owner&columns=size",
    "/close-rates/leads/?rows=source&columns=region&row=fair&column=AT&won=1",
    "/close-rates/discounts/?rows=source&span=all",
    "/close-rates/discounts/deals/?rows=source&value=fair",
    "/funnel/",
    "/funnel/?span=all&cycle=all&first=lead&second=sal",
    "/funnel/leads/?entered=1&converted=1",
)
SAID = re.compile(r'<p class="small quiet" id="as-of">.*?</p>', re.DOTALL)


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a warehouse of a few leads be large enough."""
    monkeypatch.setattr(readers, "MANY", 1)


def said(made: Made) -> list[str]:
    client = Client()
    client.force_login(made.cast.mara)
    bodies = []
    for path in PAGES:
        answer = client.get(path)
        assert answer.status_code == 200, path
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        text = re.sub(r'(csrf_token|x-csrftoken": |csrfmiddlewaretoken" value=)"\w+"', "", unescape(content.decode()))
        bodies.append(text)
    return bodies


def held() -> frozenset[str]:
    asked = asking.facts_or_warehouse(datetime.now(UTC))
    assert asked is not None
    return asked.held


@pytest.mark.usefixtures("large")
def test_every_page_says_the_same_in_place_of_the_warehouse_and_of_the_facts(
    uneven: Made,
    warehouse: Path,  # noqa: F811  # the fixture
) -> None:
    """Before the first edition the star of the warehouse is asked, by the same questions."""
    Deal.objects.update(list_amount=1000, amount=850 + F("pk") % 200)
    in_place = said(uneven)
    sync()
    assert held() == frozenset()
    of_warehouse = said(uneven)
    edition = make()
    assert edition is not None
    assert held()
    of_facts = said(uneven)
    assert [bool(SAID.search(text)) for text in in_place] == [False] * len(PAGES)
    shown = [path for path in PAGES if "export" not in path]
    assert [sum(bool(SAID.search(text)) for text in each) for each in (of_warehouse, of_facts)] == [len(shown)] * 2
    for path, *texts in zip(PAGES, in_place, of_warehouse, of_facts, strict=True):
        assert len({SAID.sub("", text) for text in texts}) == 1, path


@pytest.mark.usefixtures("large")
def test_pages_say_of_which_moment_they_are_and_follow_the_next_edition(
    uneven: Made,
    warehouse: Path,  # noqa: F811  # the fixture
) -> None:
    sync()
    edition = make()
    uneven.leads(30, 0, source="latecomer", country="DE")
    sync()
    assert edition is not None
    with asking.of_facts(datetime.now(UTC)):
        assert asking.as_of() == instant(edition.at_us)
    assert "latecomer" not in said(uneven)[0]
    make()
    assert "latecomer" in said(uneven)[0]


@pytest.mark.usefixtures("large")
def test_while_the_warehouse_is_made_anew_the_last_facts_are_asked(
    uneven: Made,
    warehouse: Path,  # noqa: F811  # the fixture
) -> None:
    sync()
    make()
    before = said(uneven)
    sync(anew="for a test")
    assert held()
    assert [SAID.sub("", text) for text in said(uneven)] == [SAID.sub("", text) for text in before]
    assert is_due(datetime.now(UTC))
    gather_facts()
    assert held()
    assert [SAID.sub("", text) for text in said(uneven)] == [SAID.sub("", text) for text in before]


def test_they_are_gathered_of_large_warehouses_as_often_as_their_share_allows(
    uneven: Made,
    warehouse: Path,  # noqa: F811  # the fixture
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = datetime.now(UTC)
    assert not is_due(now)
    sync()
    assert not is_due(now)  # so few leads are asked in place
    assert (facts_follow().ok, "from 20,000 leads on" in facts_follow().detail) == (True, True)
    monkeypatch.setattr(readers, "MANY", 1)
    assert is_due(now)
    assert (facts_follow().ok, facts_follow().detail) == (False, "none has been made of the warehouse")
    edition = make()
    assert edition is not None
    assert (facts_follow().ok, "0 minutes behind" in facts_follow().detail) == (True, True)
    assert not is_due(now + timedelta(days=1))
    uneven.leads(1, 0)
    sync()
    assert not is_due(instant(edition.at_us))
    assert is_due(instant(edition.at_us) + timedelta(seconds=10 * edition.seconds + 1))
    monkeypatch.setattr(making, "counting", lambda: "otherwise")
    assert is_due(instant(edition.at_us))


@pytest.mark.usefixtures("large")
def test_a_lead_that_is_deleted_is_gone_from_the_files_a_minute_after_the_next_edition(
    uneven: Made,
    warehouse: Path,  # noqa: F811  # the fixture
) -> None:
    sync()
    make()
    sync()
    edition = make()
    assert edition is not None
    SHELF.forget(warehouse, time.time() + 61)
    assert {path.name for path in (warehouse / "facts").glob("*.parquet")} == set(edition.files.values())
