"""Who is told that somebody is late, when whoever it is for is away or has gone home."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.server.conftest import MONDAY, Cast, World
from tests.server.postbox import Postbox

from accord.server.accounts.models import Leave, Membership, Team, User
from accord.server.accounts.services import join_team
from accord.server.handoffs import marketing
from accord.server.handoffs.escalation import sweep
from accord.server.handoffs.hours import begins, working_hours, works
from accord.server.handoffs.notices import Kind
from accord.server.handoffs.responsible import marketing_on_shift, on_shift_for
from accord.server.notifications.delivering import mail_due
from accord.server.notifications.models import Delivery, Notification
from accord.server.pipeline.models import Lead

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
NIGHT = MONDAY + 12 * HOUR
"""Monday, 22:00 in Berlin."""
TUESDAY = MONDAY + 23 * HOUR
"""Tuesday, 09:00 in Berlin."""


def names(team: str, at: datetime) -> tuple[list[str], bool]:
    reach = on_shift_for(team, at)
    return [user.name for user in reach.users], reach.waits


def away(user: User, at: datetime) -> None:
    Leave.objects.create(user=user, start=at - HOUR, end=at + timedelta(days=9))


def in_new_york(user: User) -> None:
    User.objects.filter(pk=user.pk).update(zone="America/New_York")
    user.refresh_from_db()


def test_the_manager_who_is_there_is_told(world: World) -> None:
    assert names("field", MONDAY) == (["Sven"], False)


def test_for_a_manager_on_leave_or_off_shift_operations_are_told(world: World) -> None:
    in_new_york(world.cast.sven)  # where it is four in the morning
    assert names("field", MONDAY) == (["Olga"], False)
    User.objects.filter(pk=world.cast.sven.pk).update(zone="Europe/Berlin")
    assert names("field", MONDAY) == (["Sven"], False)
    away(world.cast.sven, MONDAY)
    assert names("field", MONDAY) == (["Olga"], False)


def test_whoever_has_just_gone_home_still_counts_as_there(world: World) -> None:
    """A promise in working days ends when everybody goes."""
    five = MONDAY + 7 * HOUR
    assert names("field", five) == (["Sven"], False)
    assert names("field", five + 14 * MINUTE) == (["Sven"], False)
    assert names("field", five + 16 * MINUTE) == (["Sven"], True)


def test_if_nobody_is_on_shift_it_waits_for_whoever_comes_first(world: World) -> None:
    assert names("field", NIGHT) == (["Sven"], True), "both begin at nine, and the manager comes before the others"
    in_new_york(world.cast.sven)
    night = datetime(2026, 3, 3, 5, 0, tzinfo=UTC)  # 06:00 in Berlin, midnight in New York
    assert names("field", night) == (["Olga"], True)
    away(world.cast.olga, night)
    assert names("field", night) == (["Sven"], True)


def test_if_all_are_on_leave_somebody_is_told_all_the_same(world: World) -> None:
    away(world.cast.sven, MONDAY)
    away(world.cast.olga, MONDAY)
    assert names("field", MONDAY) == (["Sven"], True)


def test_who_works_when_follows_their_place_their_zone_and_their_leave(world: World, cast: Cast) -> None:
    assert works(cast.priya, MONDAY)
    assert not works(cast.priya, NIGHT)
    assert begins(cast.priya, NIGHT) == TUESDAY
    assert works(cast.xenia, MONDAY), "in no team: the hours of the hand-off"
    away(cast.priya, MONDAY)
    assert not works(cast.priya, MONDAY)
    in_new_york(cast.tom)
    assert begins(cast.tom, MONDAY) == datetime(2026, 3, 2, 14, 0, tzinfo=UTC)


def test_with_two_calendars_somebody_works_whenever_one_is_open(world: World, cast: Cast) -> None:
    office = 'office: {hours: {mon-fri: ["09:00-17:00"]}, holidays: DE-BY}'
    world.agree((office, f'{office}\n    late: {{hours: {{mon-fri: ["16:00-23:00"]}}}}'), at=MONDAY - HOUR)
    join_team(cast.priya, "enterprise")
    Membership.objects.filter(user=cast.priya, team__name="enterprise").update(calendar="late")
    assert len(working_hours(cast.priya, MONDAY)) == 2
    assert works(cast.priya, MONDAY)
    assert works(cast.priya, NIGHT)
    assert not works(cast.tom, NIGHT)


@pytest.mark.django_db
def test_before_there_is_an_agreement_everybody_is_there(cast: Cast) -> None:
    assert works(cast.priya, NIGHT)


class TestEscalation:
    def test_it_goes_to_operations_while_the_manager_is_not_there(self, world: World) -> None:
        in_new_york(world.cast.sven)
        world.demo_request()
        sweep(MONDAY + 16 * MINUTE)
        assert [told.user.name for told in Notification.objects.filter(kind=Kind.ESCALATION)] == ["Olga"]
        assert not Notification.objects.filter(kind=Kind.UNATTENDED).exists()

    def test_with_nobody_on_shift_it_waits_and_the_bell_of_operations_says_so(
        self, world: World, postbox: Postbox
    ) -> None:
        """The whole house has moved to New York but for the office hours of the promise."""
        in_new_york(world.cast.sven)
        in_new_york(world.cast.olga)
        lead = world.demo_request()
        at = MONDAY + 16 * MINUTE
        sweep(at)
        told = Notification.objects.get(kind=Kind.ESCALATION)
        assert told.user == world.cast.sven
        mail_due(at)
        opening = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
        assert Delivery.objects.get(notification=told).slot == opening
        said = Notification.objects.get(kind=Kind.UNATTENDED)
        assert said.user == world.cast.olga
        assert (
            said.text
            == f"Nobody is on shift for field, so this waits for Sven: Call {lead.person}: {lead.owner} is late"
        )
        assert said.link == f"/leads/{lead.pk}/"
        assert not said.deliveries.exists(), "the bell alone"
        mail_due(opening)
        assert "sven@test.works" in [mail["To"] for mail in postbox.mails]

    def test_a_team_without_a_manager_is_answered_for_by_operations(self, world: World) -> None:
        Team.objects.update(manager=None)
        world.demo_request()
        sweep(MONDAY + 16 * MINUTE)
        assert [told.user.name for told in Notification.objects.filter(kind=Kind.ESCALATION)] == ["Olga"]


class TestMarketingsSide:
    """What marketing owes, what stands still and what nobody is free for is told to whoever is there as well."""

    def owes_a_number(self, world: World) -> Lead:
        deliver = "    - {deliver: 20, stage: mql, per: month, accepted: at least 70 %}\n"
        world.agree((deliver, deliver + "    - {fill_in: 4 working hours}\n"), at=MONDAY - HOUR)
        lead = world.mql(phone="")
        marketing.follow(MONDAY)
        return lead

    def told(self, kind: Kind) -> list[str]:
        return [notice.user.name for notice in Notification.objects.filter(kind=kind).order_by("user__name")]

    def test_marketings_manager_is_told_while_they_are_there_and_operations_while_not(self, world: World) -> None:
        assert [user.name for user in marketing_on_shift(MONDAY).users] == ["Mara"]
        in_new_york(world.cast.mara)
        assert [user.name for user in marketing_on_shift(MONDAY).users] == ["Olga"]
        lead = self.owes_a_number(world)
        sweep(MONDAY + 4 * HOUR)
        assert lead.stage == "mql"
        assert self.told(Kind.ESCALATION) == ["Olga"]
        assert self.told(Kind.UNATTENDED) == []

    def test_with_nobody_on_shift_it_waits_and_the_bell_of_operations_says_so(self, world: World) -> None:
        """Who is on shift is asked at the breach: 14:00 in Berlin, eight in the morning in New York."""
        for user in (world.cast.mara, world.cast.olga):
            in_new_york(user)
        self.owes_a_number(world)
        sweep(MONDAY + 4 * HOUR)
        assert self.told(Kind.ESCALATION) == ["Mara"]
        said = Notification.objects.get(kind=Kind.UNATTENDED)
        assert said.user == world.cast.olga
        assert said.text.startswith("Nobody is on shift for marketing, so this waits for Mara: Fill in what is missing")

    def test_a_lead_that_nobody_is_free_for_is_told_to_whoever_is_there(self, world: World) -> None:
        Membership.objects.update(capacity=0)
        in_new_york(world.cast.sven)
        world.offered()
        assert self.told(Kind.OFFERED) == ["Olga"]
        in_new_york(world.cast.olga)
        world.offered()
        assert self.told(Kind.OFFERED) == ["Olga", "Sven"]
        assert self.told(Kind.UNATTENDED) == ["Olga"]
