"""The Teams pages in a real browser: read by everybody, wide and narrow, light and dark; changed and undone by hand."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.e2e.looking import faults_of, sign_in
from tests.server.conftest import World
from tests.server.teams.conftest import agreed

from accord.server.accounts.models import Leave, Membership
from accord.server.handoffs.offers import offer_ready
from accord.server.pipeline.models import Lead
from accord.server.teams.places import Place, change_place

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def busy(world: World, imported: Callable[..., list[Lead]]) -> World:
    """A team with somebody away, somebody who covers a country, leads, and a change that can be undone."""
    agreed(world, "  - {to: field, match: [company.country]}")
    now = timezone.now()
    Leave.objects.create(user=world.cast.tom, start=now - timedelta(days=1), end=now + timedelta(days=6))
    imported(12, now)
    offer_ready(now)
    place = Membership.objects.get(user=world.cast.priya)
    covering = Place(3, 50, {"company.country": ["DE", "AT", "CH"]}, "office")
    change_place(place.pk, covering, by=world.cast.sven, at=now)
    return world


def test_they_can_be_read_by_everybody(page: Any, live_server: Any, busy: World) -> None:
    sign_in(page, live_server.url, busy.cast.sven)
    lead = Lead.objects.filter(owner=busy.cast.priya).latest("pk")
    month = timezone.now().strftime("%Y-%m-01")
    paths = (
        reverse("teams"),
        reverse("teams-place", args=[Membership.objects.get(user=busy.cast.priya).pk]),
        reverse("teams-join", args=[Membership.objects.get(user=busy.cast.priya).team_id]),
        reverse("teams-leave-new"),
        reverse("teams-leave", args=[Leave.objects.get().pk]),
        f"{reverse('teams-dry-run')}?month={month}&agreement=",
        reverse("lead", args=[lead.pk]),
    )
    assert faults_of(page, live_server.url, dict(zip(paths, paths, strict=True))) == {}


def test_a_change_is_typed_saved_and_undone_by_keyboard(page: Any, live_server: Any, busy: World) -> None:
    sign_in(page, live_server.url, busy.cast.sven)
    page.goto(live_server.url + reverse("teams"))
    page.get_by_role("link", name="Change Tom in field").press("Enter")
    page.get_by_label("Weight").fill("4")
    page.get_by_label("Weight").press("Enter")
    page.get_by_text("Saved: Tom in field.").wait_for()
    assert Membership.objects.get(user=busy.cast.tom).weight == 4
    page.get_by_role("button", name="Undo: Tom in field, weight: 1 → 4").press("Enter")
    page.get_by_text("Taken back: Tom is in field as before.").wait_for()
    assert Membership.objects.get(user=busy.cast.tom).weight == 1


def test_a_leave_is_cancelled_after_a_question(page: Any, live_server: Any, busy: World) -> None:
    sign_in(page, live_server.url, busy.cast.tom)
    page.goto(live_server.url + reverse("teams"))
    page.get_by_role("button", name="Cancel the leave of Tom").click()
    page.get_by_role("button", name="Cancel the leave", exact=True).click()
    page.get_by_text("They are no longer away then").wait_for()
    assert Leave.objects.get().end <= timezone.now()
