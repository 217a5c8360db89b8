"""The board as a page: the sentence above it, who sees it, and giving a lead away from it."""

from datetime import timedelta

import pytest
from django.test import Client
from tests.server.conftest import MONDAY, Cast, World
from tests.server.handoffs.conftest import Present, SignIn

from accord.server.accounts.models import Leave, Membership, Team, User
from accord.server.handoffs import decisions
from accord.server.handoffs.models import Offer
from accord.server.pipeline.models import Lead

HTMX = {"HX-Request": "true"}


def page(client: Client, query: str = "") -> str:
    answer = client.get(f"/board/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def other(cast: Cast, lead: Lead) -> User:
    return cast.tom if lead.owner == cast.priya else cast.priya


def give(client: Client, lead: Lead, to: User, **more: str) -> int:
    sent = {"team": "field", "to": str(to.pk), "reason": "knows the plant", **more}
    return client.post(f"/board/leads/{lead.pk}/give/", sent, headers=HTMX).status_code


def test_it_says_first_what_is_late_who_is_full_and_who_comes_back(
    world: World, cast: Cast, sign_in: SignIn, present: Present
) -> None:
    client = sign_in(cast.sven)
    assert "Nothing is late, and nothing is due in the next 2 hours." in page(client)
    Membership.objects.filter(user=cast.tom).update(weight=0)
    world.demo_request()
    assert "Nothing is late; 1 lead is due in the next 2 hours." in page(client)
    world.offered()
    present.passes(minutes=20)
    Membership.objects.filter(user=cast.priya).update(capacity=2)
    Leave.objects.create(user=cast.tom, start=MONDAY, end=MONDAY + timedelta(days=3))
    assert "1 lead is late. Priya is full. Tom comes back on Thursday." in page(client)
    Membership.objects.filter(user=cast.priya).update(capacity=None, weight=0)
    world.offered(present())
    assert "1 has no owner." in page(client)


def test_the_strip_shows_leave_and_public_holidays(world: World, cast: Cast, sign_in: SignIn, present: Present) -> None:
    """Good Friday and Easter Monday of 2026 are 3 and 6 April, in Bavaria as elsewhere in Germany."""
    present.passes(days=30)
    client = sign_in(cast.sven)
    Leave.objects.create(user=cast.tom, start=present() + timedelta(days=2), end=present() + timedelta(days=4))
    said = page(client)
    assert "Fri 3 Apr, Mon 6 Apr" in said
    assert "Fri 3 Apr to Sun 5 Apr" in said
    assert said.count('<span class="visually-hidden">away</span>') == 3


def test_managers_see_their_teams_operations_and_executives_all_and_others_none(
    world: World, cast: Cast, sign_in: SignIn
) -> None:
    assert sign_in(cast.priya).get("/board/").status_code == 403
    assert "enterprise" not in page(sign_in(cast.sven))
    assert "Enno" not in page(sign_in(cast.sven), "?team=enterprise")
    for reader in (cast.olga, cast.xenia):
        assert "Enno" in page(sign_in(reader), "?team=enterprise")


def test_an_executive_reads_and_changes_nothing(world: World, cast: Cast, sign_in: SignIn) -> None:
    lead = world.offered()
    client = sign_in(cast.xenia)
    assert "data-give" not in page(client, "?team=field")
    assert give(client, lead, other(cast, lead)) == 403
    assert sign_in(cast.priya).post(f"/board/leads/{lead.pk}/undo/").status_code == 403
    assert Offer.objects.count() == 1


def test_a_lead_is_given_and_taken_back(world: World, cast: Cast, sign_in: SignIn, present: Present) -> None:
    lead = world.offered()
    former, client = lead.owner, sign_in(cast.sven)
    answer = client.post(
        f"/board/leads/{lead.pk}/give/",
        {"team": "field", "to": other(cast, lead).pk, "reason": "knows the plant"},
        headers=HTMX,
    )
    assert f"{lead.person} is with {other(cast, lead)} now; both were told." in answer.headers["HX-Trigger"]
    assert "Given just now" in answer.content.decode()
    undo = {"team": "field", "offer": Offer.objects.latest("pk").pk}
    answer = client.post(f"/board/leads/{lead.pk}/undo/", undo, headers=HTMX)
    assert f"Undone: {lead.person} is with {former} again." in answer.headers["HX-Trigger"]
    assert "Given just now" not in answer.content.decode()
    lead.refresh_from_db()
    assert lead.owner == former
    present.passes(minutes=11)
    answer = client.post(f"/board/leads/{lead.pk}/undo/", {"team": "field", "offer": 10**9}, headers=HTMX)
    assert "can no longer be undone" in answer.headers["HX-Trigger"]


def test_without_javascript_it_works_by_pages(world: World, cast: Cast, sign_in: SignIn) -> None:
    lead = world.offered()
    client = sign_in(cast.sven)
    assert "Give it to them" in client.get(f"/board/leads/{lead.pk}/give/?team=field").content.decode()
    sent = {"team": "field", "to": other(cast, lead).pk, "reason": "knows the plant"}
    answer = client.post(f"/board/leads/{lead.pk}/give/", sent, follow=True)
    assert answer.redirect_chain == [("/board/?team=field", 302)]
    assert "both were told" in answer.content.decode()


@pytest.mark.parametrize(("sent", "said"), [({"reason": " "}, "Say why"), ({"to": ""}, "Choose somebody")])
def test_what_is_missing_is_asked_for_and_nothing_is_lost(
    world: World, cast: Cast, sign_in: SignIn, sent: dict[str, str], said: str
) -> None:
    lead = world.offered()
    typed = {"team": "field", "to": other(cast, lead).pk, "reason": "knows the plant", **sent}
    answer = sign_in(cast.sven).post(f"/board/leads/{lead.pk}/give/", typed, headers=HTMX)
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (422, "#act")
    assert said in answer.content.decode()
    assert Offer.objects.count() == 1


def test_somebody_full_is_given_a_lead_after_a_second_yes(world: World, cast: Cast, sign_in: SignIn) -> None:
    lead = world.offered()
    to, client = other(cast, lead), sign_in(cast.sven)
    Membership.objects.filter(user=to).update(capacity=0)
    assert "full: 0 of 0" in client.get(f"/board/leads/{lead.pk}/give/?team=field").content.decode()
    sent = {"team": "field", "to": to.pk, "reason": "knows the plant"}
    answer = client.post(f"/board/leads/{lead.pk}/give/", sent, headers=HTMX)
    assert answer.status_code == 422
    assert "is full: 0 of 0 leads are open" in answer.content.decode()
    assert give(client, lead, to, anyway="on") == 200
    lead.refresh_from_db()
    assert lead.owner == to


def test_a_reason_that_is_a_fact_stands_there_already(
    world: World, cast: Cast, sign_in: SignIn, present: Present
) -> None:
    lead = world.demo_request()
    client, path = sign_in(cast.sven), f"/board/leads/{lead.pk}/give/?team=field"
    assert 'value="It' not in client.get(path).content.decode()
    present.passes(minutes=20)
    assert f'value="It is late with {lead.owner}"' in client.get(path).content.decode()
    Leave.objects.create(user=lead.owner, start=MONDAY, end=MONDAY + timedelta(days=1))  # type: ignore[misc]
    assert f'value="{lead.owner} is away"' in client.get(path).content.decode()


def test_a_board_that_is_out_of_date_moves_nothing(world: World, cast: Cast, sign_in: SignIn) -> None:
    lead = world.offered()
    stale = lead.offers.get().pk
    decisions.pass_on(lead.pk, by=cast.sven, at=MONDAY)
    lead.refresh_from_db()
    assert give(sign_in(cast.sven), lead, other(cast, lead), offer=str(stale)) == 422
    assert Offer.objects.count() == 2


def test_before_there_is_an_agreement_or_a_team_it_says_what_to_do(cast: Cast, sign_in: SignIn) -> None:
    assert "Nothing is late" in page(sign_in(cast.sven))
    Membership.objects.filter(team__name="field").delete()
    assert "Nobody is in this team" in page(sign_in(cast.sven))
    Team.objects.all().delete()
    assert "There is no team yet" in page(sign_in(cast.olga))


def test_it_is_offered_to_those_who_have_one(world: World, cast: Cast, sign_in: SignIn) -> None:
    assert 'href="/board/"' in sign_in(cast.sven).get("/queue/").content.decode()
    assert 'href="/board/"' not in sign_in(cast.priya).get("/queue/").content.decode()
