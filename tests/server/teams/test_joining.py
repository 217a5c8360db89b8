"""Somebody comes into a team and goes: others get their leads, oldest first, and both can be undone."""

from datetime import timedelta

import pytest
from django.test import Client
from tests.server.conftest import MONDAY, Cast, World

from accord.errors import AccordError
from accord.server.accounts.access import AccessError
from accord.server.accounts.models import AuditEntry, Membership, Role, Team, User
from accord.server.accounts.services import join_team
from accord.server.handoffs import decisions
from accord.server.handoffs.models import Offer
from accord.server.pipeline.models import Lead
from accord.server.teams import joining
from accord.server.teams.places import Place, TeamError
from accord.server.teams.queries import latest_changes, who_may_join

LATER = MONDAY + timedelta(hours=1)
PLACE = Place(2, 30, {}, "")


def field() -> Team:
    return Team.objects.get(name="field")


def place_of(user: User, team: str = "field") -> Membership:
    return Membership.objects.get(user=user, team__name=team)


def lead_of(world: World, owner: User, *, accepted: bool = False) -> Lead:
    Membership.objects.update(weight=0)
    Membership.objects.filter(user=owner).update(weight=1)
    lead = world.offered(MONDAY + timedelta(seconds=world.count))
    Membership.objects.update(weight=1)
    if accepted:
        decisions.accept(lead.pk, by=owner, at=MONDAY + timedelta(minutes=30))
    return lead


def test_a_manager_takes_somebody_in_who_then_gets_leads(world: World, cast: Cast) -> None:
    ana = User.objects.create_user("ana@test.works", "Ana", Role.SALES)
    assert who_may_join(field()) == [ana, cast.enno, cast.olga, cast.sven]
    for _ in range(2):
        joining.add(field().pk, ana.pk, PLACE, by=cast.sven, at=MONDAY)
    assert (place_of(ana).weight, place_of(ana).capacity) == (2, 30)
    assert AuditEntry.objects.filter(action="team.member_added").count() == 1
    Membership.objects.exclude(user=ana).update(weight=0)
    assert world.offered().owner == ana


def test_whoever_works_no_leads_cannot_come_in(cast: Cast) -> None:
    User.objects.filter(pk=cast.enno.pk).update(is_active=False)
    for user in (cast.mara, cast.xenia, cast.alma, cast.enno):
        with pytest.raises(TeamError, match="cannot work leads"):
            joining.add(field().pk, user.pk, PLACE, by=cast.sven, at=MONDAY)
    with pytest.raises(TeamError, match="no such team"):
        joining.add(10**9, cast.sven.pk, PLACE, by=cast.olga, at=MONDAY)


def test_only_its_manager_and_operations_change_who_is_in_a_team(cast: Cast) -> None:
    enterprise = Team.objects.get(name="enterprise")
    for by in (cast.sven, cast.enno, cast.mara, cast.xenia):
        with pytest.raises(AccessError):
            joining.add(enterprise.pk, cast.tom.pk, PLACE, by=by, at=MONDAY)
        with pytest.raises(AccessError):
            joining.remove(place_of(cast.enno, "enterprise").pk, by=by, at=MONDAY)
    joining.add(enterprise.pk, cast.tom.pk, PLACE, by=cast.olga, at=MONDAY)


def test_whoever_leaves_leaves_their_leads_to_others_oldest_first(world: World, cast: Cast) -> None:
    """Lesson 5; also those that they have begun, which a manager of the team could not see any more."""
    begun, fresh = lead_of(world, cast.tom, accepted=True), lead_of(world, cast.tom)
    theirs = lead_of(world, cast.priya)
    assert joining.remove(place_of(cast.tom).pk, by=cast.sven, at=LATER) == 2
    assert set(Lead.objects.values_list("owner", flat=True)) == {cast.priya.pk}
    moved = Offer.objects.filter(offered_at=LATER).order_by("pk")
    assert [offer.lead_id for offer in moved] == [begun.pk, fresh.pk]
    assert [offer.status for offer in moved] == ["accepted", "open"]
    assert theirs.offers.count() == 1
    former = Offer.objects.get(lead=fresh, owner=cast.tom)
    assert (former.status, former.note) == ("withdrawn", "Tom left the team field")


def test_with_nobody_left_the_leads_wait_in_the_queue_of_the_team(world: World, cast: Cast) -> None:
    """Lesson 7."""
    lead = lead_of(world, cast.tom, accepted=True)
    place_of(cast.priya).delete()
    joining.remove(place_of(cast.tom).pk, by=cast.sven, at=LATER)
    lead.refresh_from_db()
    assert (lead.owner, lead.queue) == (None, "field")


def test_what_they_have_of_other_teams_stays_theirs(world: World, cast: Cast) -> None:
    join_team(cast.tom, "enterprise")
    lead = lead_of(world, cast.tom)
    Offer.objects.filter(lead=lead).update(queue="enterprise")
    assert joining.remove(place_of(cast.tom).pk, by=cast.sven, at=LATER) == 0
    lead.refresh_from_db()
    assert lead.owner == cast.tom


def test_a_removal_is_undone_with_the_place_as_it_was_and_leads_stay_where_they_are(world: World, cast: Cast) -> None:
    lead = lead_of(world, cast.tom)
    Membership.objects.filter(user=cast.tom).update(weight=3, capacity=7, covers={"company.country": ["DE"]})
    joining.remove(place_of(cast.tom).pk, by=cast.sven, at=LATER)
    removed = AuditEntry.objects.get(action="team.member_removed")
    assert [row.text for row in latest_changes(cast.sven)] == ["left the team"]
    for _ in range(2):
        said = joining.undo(removed.pk, by=cast.sven, at=LATER)
    assert said == "Tom is in field again; their former leads stay where they are"
    back = place_of(cast.tom)
    assert (back.weight, back.capacity, back.covers) == (3, 7, {"company.country": ["DE"]})
    lead.refresh_from_db()
    assert lead.owner == cast.priya


def test_an_addition_is_undone(cast: Cast) -> None:
    joining.add(field().pk, cast.sven.pk, PLACE, by=cast.olga, at=MONDAY)
    added = AuditEntry.objects.get(action="team.member_added")
    for _ in range(2):
        assert joining.undo(added.pk, by=cast.olga, at=LATER) == "Sven is not in field any more"
    assert not Membership.objects.filter(user=cast.sven).exists()
    with pytest.raises(AccordError, match="no such change"):
        joining.undo(10**9, by=cast.olga, at=LATER)


def test_whoever_gets_a_lead_while_they_are_let_go_is_let_go_the_next_time(
    world: World, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead_of(world, cast.tom)
    real, seen = joining.leads_of, []

    def one_more(user: User, team: str) -> list[Lead]:
        seen.append(user)
        return real(user, team) if len(seen) > 1 else []

    monkeypatch.setattr(joining, "leads_of", one_more)
    with pytest.raises(TeamError, match="this very moment"):
        joining.remove(place_of(cast.tom).pk, by=cast.sven, at=LATER)
    assert place_of(cast.tom)


def test_the_pages_take_somebody_in_let_them_go_and_undo_it(world: World, cast: Cast, client: Client) -> None:
    client.force_login(cast.sven)
    assert "Add somebody to field" in client.get("/teams/").content.decode()
    answer = client.post(f"/teams/{field().pk}/add/", {"person": "", "weight": "1"})
    assert answer.status_code == 422
    sent = {"person": cast.enno.pk, "weight": "2", "capacity": "9"}
    said = client.post(f"/teams/{field().pk}/add/", sent, follow=True).content.decode()
    assert "Enno is in field now, and gets leads." in said
    assert "came into the team" in said
    place = place_of(cast.enno)
    assert (place.weight, place.capacity) == (2, 9)
    said = client.post(f"/teams/places/{place.pk}/remove/", follow=True).content.decode()
    assert "They are not in the team any more; they had no lead of it." in said
    removed = AuditEntry.objects.get(action="team.member_removed")
    said = client.post(f"/teams/changes/{removed.pk}/undo/", follow=True).content.decode()
    assert "Taken back: Enno is in field again" in said
    client.force_login(cast.priya)
    assert "Add somebody to field" not in client.get("/teams/").content.decode()
    assert client.get(f"/teams/{field().pk}/add/").status_code == 403


def test_the_page_says_so_when_there_is_nobody_left_to_come_in(cast: Cast, client: Client) -> None:
    for user in (cast.sven, cast.enno, cast.olga):
        join_team(user, "field")
    client.force_login(cast.sven)
    assert "Everybody is in it" in client.get(f"/teams/{field().pk}/add/").content.decode()
