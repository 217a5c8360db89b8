"""The Teams pages: who sees what, what can be changed and undone, leave, and dry runs."""

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from tests.server.conftest import AGREEMENT, MONDAY, World
from tests.server.handoffs.conftest import Present, present, static_folder  # noqa: F401  # fixtures
from tests.server.teams.conftest import agreed

from accord.server.accounts.models import AuditEntry, Leave, Membership, User
from accord.server.agreements.drafting import begin
from accord.server.handoffs.models import Offer
from accord.server.handoffs.offers import offer_ready
from accord.server.handoffs.reoffering import reoffer_orphans
from accord.server.pipeline.models import Lead

DAY = timedelta(days=1)
pytestmark = pytest.mark.usefixtures("present")


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(user: User, name: str = "teams", *arguments: object, **query: str) -> str:
    answer = client_of(user).get(reverse(name, args=arguments), query)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def place_of(user: User) -> Membership:
    return Membership.objects.get(user=user)


def typed(**more: object) -> dict[str, object]:
    return {"weight": 2, "capacity": "", "calendar": "", **more}


class TestWhoSeesWhat:
    def test_operations_sees_every_team_a_manager_theirs_a_member_their_own(self, world: World) -> None:
        both = page(world.cast.olga)
        assert "Members of field" in both
        assert "Members of enterprise" in both
        assert "Members of enterprise" not in page(world.cast.sven)
        assert "Members of enterprise" not in page(world.cast.priya)

    def test_only_who_manages_a_team_is_offered_to_change_it(self, world: World) -> None:
        change = reverse("teams-place", args=[place_of(world.cast.tom).pk])
        assert change in page(world.cast.sven)
        assert change not in page(world.cast.priya)
        assert reverse("teams-dry-run") not in page(world.cast.priya)

    @pytest.mark.parametrize("name", ["priya", "enno"])
    def test_who_does_not_manage_a_team_changes_nothing_in_it(self, world: World, name: str) -> None:
        client, key = client_of(getattr(world.cast, name)), place_of(world.cast.tom).pk
        assert client.post(reverse("teams-place", args=[key]), typed()).status_code == 403
        assert place_of(world.cast.tom).weight == 1

    def test_who_is_away_full_or_off_shift_is_said_to_be(self, world: World, present: Present) -> None:  # noqa: F811
        Leave.objects.create(user=world.cast.tom, start=MONDAY, end=MONDAY + 2 * DAY)
        assert "until 4 Mar" in page(world.cast.sven)
        Membership.objects.filter(user=world.cast.priya).update(capacity=1)
        world.offered()
        assert "Full" in page(world.cast.sven)
        present.passes(hours=12)
        assert "Off shift" in page(world.cast.olga)

    def test_what_waits_names_who_answers_for_it(self, world: World) -> None:
        Membership.objects.filter(team__name="field").update(capacity=0)
        world.offered()
        assert "1 lead in its queue</strong>, for which Sven answers" in page(world.cast.sven)


class TestChangingAPlace:
    def test_what_was_typed_counts_from_the_next_lead_and_is_written_down(self, world: World) -> None:
        agreed(world, "  - {to: field, match: [company.country]}")
        key = place_of(world.cast.tom).pk
        form = typed(capacity="30", calendar="office") | {"covers-company.country": " DE, at,de ,, "}
        answer = client_of(world.cast.sven).post(reverse("teams-place", args=[key]), form)
        assert answer.status_code == 302
        place = place_of(world.cast.tom)
        assert (place.weight, place.capacity, place.calendar) == (2, 30, "office")
        assert place.covers == {"company.country": ["DE", "at"]}
        entry = AuditEntry.objects.get(action="team.place_changed")
        assert (entry.actor, entry.details["before"]["weight"], entry.details["after"]["weight"]) == (
            world.cast.sven, 1, 2
        )  # fmt: skip
        assert [world.offered().owner for _ in range(2)] == [world.cast.tom] * 2

    def test_saving_what_stands_there_writes_nothing(self, world: World) -> None:
        key = place_of(world.cast.tom).pk
        client_of(world.cast.olga).post(reverse("teams-place", args=[key]), typed(weight=1))
        assert not AuditEntry.objects.filter(action="team.place_changed").exists()

    @pytest.mark.parametrize(("what", "value"), [("weight", "101"), ("capacity", "-1"), ("calendar", "moon")])
    def test_what_does_not_fit_is_said_beside_its_field_and_kept(self, world: World, what: str, value: str) -> None:
        key = place_of(world.cast.tom).pk
        answer = client_of(world.cast.olga).post(reverse("teams-place", args=[key]), typed(**{what: value}))
        assert answer.status_code == 422
        assert answer.context["form"].errors.keys() == {what}
        assert place_of(world.cast.tom).weight == 1

    def test_a_change_is_undone_once_and_not_over_a_later_one(self, world: World) -> None:
        client, key = client_of(world.cast.sven), place_of(world.cast.tom).pk
        client.post(reverse("teams-place", args=[key]), typed(weight=5))
        entry = AuditEntry.objects.get(action="team.place_changed")
        assert "weight: 1 → 5, by Sven" in page(world.cast.sven)
        undo = reverse("teams-undo", args=[entry.pk])
        assert client_of(world.cast.priya).post(undo).status_code == 403
        for _ in range(2):
            assert client.post(undo).status_code == 302
            assert place_of(world.cast.tom).weight == 1
        client.post(reverse("teams-place", args=[key]), typed(weight=7))
        assert client.post(undo).status_code == 409
        assert place_of(world.cast.tom).weight == 7

    def test_room_that_is_made_is_filled_from_the_queue(self, world: World) -> None:
        """Lesson 5."""
        Membership.objects.filter(team__name="field").update(capacity=0)
        lead = world.offered()
        client_of(world.cast.sven).post(reverse("teams-place", args=[place_of(world.cast.tom).pk]), typed())
        assert reoffer_orphans(MONDAY) == 1
        assert Lead.objects.get(pk=lead.pk).owner == world.cast.tom


class TestLeave:
    def enter(self, by: User, whom: User, first: str = "2026-03-09", last: str = "2026-03-10") -> int:
        form = {"person": whom.pk, "first": first, "last": last}
        return client_of(by).post(reverse("teams-leave-new"), form).status_code

    def test_everybody_enters_their_own_in_days_of_their_zone(self, world: World) -> None:
        assert self.enter(world.cast.priya, world.cast.priya) == 302
        leave = Leave.objects.get()
        assert (leave.start.isoformat(), leave.end.isoformat()) == (
            "2026-03-08T23:00:00+00:00", "2026-03-10T23:00:00+00:00"
        )  # fmt: skip
        assert AuditEntry.objects.get(action="leave.entered").actor == world.cast.priya

    def test_a_manager_enters_that_of_their_people_and_nobody_elses(self, world: World) -> None:
        assert self.enter(world.cast.sven, world.cast.tom) == 302
        assert self.enter(world.cast.sven, world.cast.enno) == 422  # is not offered
        assert self.enter(world.cast.priya, world.cast.tom) == 422
        assert [leave.user for leave in Leave.objects.all()] == [world.cast.tom]

    def test_it_cannot_end_before_it_begins(self, world: World) -> None:
        assert self.enter(world.cast.tom, world.cast.tom, "2026-03-10", "2026-03-09") == 422
        assert not Leave.objects.exists()

    def test_it_is_changed_and_what_was_not_touched_keeps_its_hours(self, world: World) -> None:
        leave = Leave.objects.create(
            user=world.cast.tom, start=MONDAY + timedelta(hours=3), end=MONDAY + timedelta(hours=5)
        )
        form = {"first": "2026-03-02", "last": "2026-03-04"}
        answer = client_of(world.cast.sven).post(reverse("teams-leave", args=[leave.pk]), form)
        assert answer.status_code == 302
        leave.refresh_from_db()
        assert leave.start == MONDAY + timedelta(hours=3)
        assert leave.end.isoformat() == "2026-03-04T23:00:00+00:00"
        assert client_of(world.cast.priya).get(reverse("teams-leave", args=[leave.pk])).status_code == 403

    def test_what_is_over_of_it_stays(self, world: World, present: Present) -> None:  # noqa: F811
        leave = Leave.objects.create(user=world.cast.tom, start=MONDAY, end=MONDAY + 3 * DAY)
        now = present.passes(days=1)
        client, edit = client_of(world.cast.tom), reverse("teams-leave", args=[leave.pk])
        assert client.post(edit, {"first": "2026-03-03", "last": "2026-03-06"}).status_code == 422
        assert client.post(edit, {"first": "2026-03-02", "last": "2026-03-02"}).status_code == 422
        client.post(reverse("teams-leave-cancel", args=[leave.pk]))
        leave.refresh_from_db()
        assert (leave.start, leave.end) == (MONDAY, now)

    def test_cancelled_before_it_begins_it_is_gone_and_they_get_leads_again(self, world: World) -> None:
        leave = Leave.objects.create(user=world.cast.tom, start=MONDAY + DAY, end=MONDAY + 3 * DAY)
        cancel = reverse("teams-leave-cancel", args=[leave.pk])
        assert client_of(world.cast.enno).post(cancel).status_code == 403
        for _ in range(2):
            assert client_of(world.cast.tom).post(cancel).status_code == 302
        assert not Leave.objects.exists()
        assert AuditEntry.objects.filter(action="leave.cancelled").count() == 1
        assert world.cast.tom in {world.offered(MONDAY + DAY).owner for _ in range(2)}


class TestDryRun:
    def test_a_manager_tries_a_draft_on_the_month_and_sees_their_own_teams(
        self, world: World, imported: Callable[..., list[Lead]]
    ) -> None:
        text = AGREEMENT.read_text("utf-8").replace("  - {to: field}", "  - {to: field, at_most: 1}")
        draft = begin(by=world.cast.olga, at=MONDAY, action_id=uuid.uuid4(), text=text)
        imported(4)
        offer_ready(MONDAY)
        world.offered(employees=5000)
        before = list(Offer.objects.values())
        said = page(world.cast.sven, "teams-dry-run", month="2026-03-01", agreement=f"draft-{draft.pk}")
        assert "3 of 5 leads go to the same person or queue by Draft of Olga as they did in March 2026." in said
        assert 'data-label="Difference" class="number">−1' in said
        assert "Leads of enterprise" not in said
        assert "Leads of enterprise" in page(world.cast.olga, "teams-dry-run", month="2026-03-01")
        assert list(Offer.objects.values()) == before

    def test_a_month_that_is_too_long_for_a_page_is_pointed_to_the_command(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("accord.server.teams.pages.MOST", 1)
        for _ in range(2):
            world.offered()
        said = page(world.cast.olga, "teams-dry-run", month="2026-03-01")
        assert "accord routing try --from 2026-03-01 --to 2026-04-01" in said
        assert "Leads of field" not in said

    def test_a_draft_with_errors_says_which(self, world: World) -> None:
        draft = begin(by=world.cast.olga, at=MONDAY, action_id=uuid.uuid4(), text="accord: 1\n")
        said = page(world.cast.olga, "teams-dry-run", month="2026-03-01", agreement=f"draft-{draft.pk}")
        assert "it cannot be tried" in said

    def test_a_month_without_leads_says_so(self, world: World) -> None:
        assert "No lead was offered in February 2026" in page(world.cast.olga, "teams-dry-run", month="2026-02-01")

    def test_who_manages_no_team_is_refused(self, world: World) -> None:
        assert client_of(world.cast.priya).get(reverse("teams-dry-run")).status_code == 403
