"""The pages of disputes: contested from the lead, read, ruled, and counted beside the figures."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from tests.server.conftest import MONDAY, Cast, World
from tests.server.disputes.conftest import Contest

from accord.server.accounts.models import AuditEntry, User
from accord.server.disputes.models import Adjustment, Dispute, Ruling
from accord.server.disputes.ruling import rule
from accord.server.pipeline.models import Lead

pytestmark = pytest.mark.django_db

WEDNESDAY = MONDAY + timedelta(days=2)


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_it_is_contested_from_the_page_of_the_lead(rejected: Lead, cast: Cast) -> None:
    client = client_of(cast.mara)
    assert f"/disputes/of/{rejected.pk}/" in page(client, f"/leads/{rejected.pk}/")
    assert f"/disputes/of/{rejected.pk}/contest/" in page(client, f"/disputes/of/{rejected.pk}/")
    form = page(client, f"/disputes/of/{rejected.pk}/contest/")
    assert "The rejection is wrong" in form
    assert "This was no MQL" not in form, "that is for sales to say"
    sent = {"kind": "wrong_rejection", "statement": "", "action_id": str(uuid4())}
    assert client.post(f"/disputes/of/{rejected.pk}/contest/", sent).status_code == 422
    done = client.post(f"/disputes/of/{rejected.pk}/contest/", {**sent, "statement": "They have 200 staff"})
    made = Dispute.objects.get()
    assert done["Location"] == f"/disputes/{made.pk}/"
    assert "They have 200 staff" in page(client, done["Location"])
    assert "Open" in page(client, f"/disputes/of/{rejected.pk}/")
    again = client.post(
        f"/disputes/of/{rejected.pk}/contest/", {**sent, "statement": "Once more", "action_id": str(uuid4())}
    )
    assert again.status_code == 422
    assert "this is contested already" in again.content.decode()


def test_a_side_does_not_contest_what_is_the_others_to_contest(rejected: Lead, cast: Cast) -> None:
    sent = {"kind": "wrong_rejection", "statement": "x", "action_id": str(uuid4())}
    assert client_of(cast.tom).post(f"/disputes/of/{rejected.pk}/contest/", sent).status_code == 403
    assert "Contest a decision" not in page(client_of(cast.xenia), f"/disputes/of/{rejected.pk}/")


def test_a_lead_about_which_nothing_is_decided_offers_nothing(world: World, cast: Cast) -> None:
    lead = world.lead()
    assert page(client_of(cast.mara), f"/disputes/of/{lead.pk}/").strip() == ""
    assert "nothing here to contest" in page(client_of(cast.mara), f"/disputes/of/{lead.pk}/contest/")


def test_the_page_shows_the_evidence_in_the_order_of_time(rejected: Lead, disputed: Contest, cast: Cast) -> None:
    made = disputed(rejected)
    shown = page(client_of(cast.xenia), f"/disputes/{made.pk}/")
    places = [shown.index(text) for text in ("Began as", "Offered to", "Rejected by", "Two people in a garage")]
    assert places == sorted(places)
    assert "50 or more staff" in shown
    assert 'name="outcome"' not in shown, "an executive reads"
    assert 'name="text"' not in shown


def test_both_sides_speak_and_the_arbiter_rules(rejected: Lead, disputed: Contest, cast: Cast) -> None:
    made = disputed(rejected)
    said = {"text": "They grew since", "action_id": str(uuid4())}
    assert client_of(cast.mara).post(f"/disputes/{made.pk}/say/", said).status_code == 302
    olga = client_of(cast.olga)
    empty = olga.post(f"/disputes/{made.pk}/rule/", {"outcome": "sales", "reason": " "})
    assert empty.status_code == 422
    assert olga.post(f"/disputes/{made.pk}/rule/", {"outcome": "withdrawn", "reason": "x"}).status_code == 422
    assert olga.post(f"/disputes/{made.pk}/rule/", {"outcome": "definition", "reason": "Too wide"}).status_code == 302
    shown = page(client_of(cast.mara), f"/disputes/{made.pk}/")
    assert "They grew since" in shown
    assert "The definition is at fault" in shown
    late = olga.post(f"/disputes/{made.pk}/rule/", {"outcome": "sales", "reason": "x"})
    assert late.status_code == 422
    assert "this dispute is settled" in late.content.decode()
    begun = client_of(cast.mara).post(f"/disputes/{made.pk}/draft/", {"action_id": str(uuid4())})
    assert f"Because of dispute {made.pk}" in page(client_of(cast.mara), begun["Location"])
    assert begun["Location"] in page(client_of(cast.mara), f"/disputes/{made.pk}/")


def test_whoever_contests_withdraws_on_the_page(rejected: Lead, disputed: Contest, cast: Cast) -> None:
    made = disputed(rejected)
    assert "Withdraw it" not in page(client_of(cast.tom), f"/disputes/{made.pk}/")
    assert client_of(cast.tom).post(f"/disputes/{made.pk}/withdraw/", {"reason": "x"}).status_code == 422
    assert client_of(cast.sven).post(f"/disputes/{made.pk}/withdraw/", {"reason": "My slip"}).status_code == 302
    assert "My slip" in page(client_of(cast.mara), f"/disputes/{made.pk}/")


def test_the_list_is_by_state_and_narrowed_by_side_and_kind(
    rejected: Lead, world: World, disputed: Contest, cast: Cast
) -> None:
    client = client_of(cast.xenia)
    assert "Nobody contests anything" in page(client, "/disputes/")
    mine, theirs = disputed(rejected), disputed(rejected, "wrong_rejection")
    link = "/disputes/{}/".format
    assert link(mine.pk) in page(client, "/disputes/")
    assert link(theirs.pk) not in page(client, "/disputes/?side=sales")
    assert link(mine.pk) not in page(client, "/disputes/?kind=wrong_rejection")
    assert "No such disputes" in page(client, "/disputes/?kind=nobody_called")
    rule(mine.pk, Ruling.Outcome.MEETING, "Both should hear", by=cast.olga, at=WEDNESDAY)
    assert link(mine.pk) not in page(client, "/disputes/")
    assert link(mine.pk) in page(client, "/disputes/?tab=meeting")
    rule(mine.pk, Ruling.Outcome.SALES, "Indeed", by=cast.olga, at=WEDNESDAY)
    assert "Sales is right" in page(client, "/disputes/?tab=ruled")
    assert "Nothing waits for the meeting" in page(client, "/disputes/?tab=meeting")


@pytest.mark.parametrize("query", ["?tab=x", "?side=agency", "?kind=%00", "?sort=;", "?page=x"])
def test_an_odd_address_shows_the_list(rejected: Lead, disputed: Contest, cast: Cast, query: str) -> None:
    disputed(rejected)
    assert "Dispute" in page(client_of(cast.sven), f"/disputes/{query}")
    assert client_of(cast.sven).get(f"/disputes/export/{query}").status_code == 200


def test_the_file_holds_the_list_and_no_formula(rejected: Lead, disputed: Contest, cast: Cast) -> None:
    rejected.person.name = "=1+1"
    rejected.person.save()
    made = disputed(rejected)
    rule(made.pk, Ruling.Outcome.SALES, "Indeed", by=cast.olga, at=WEDNESDAY)
    answer = client_of(cast.mara).get("/disputes/export/?tab=ruled")
    lines = b"".join(answer).decode().splitlines()  # type: ignore[call-overload]
    assert lines[1] == (
        f"{made.pk},{rejected.pk},'=1+1,Company 1,This was no MQL,Sales,Sven,2026-03-03 10:00:00,Ruled,"
        "Sales is right,Olga,2026-03-04 10:00:00"
    )
    assert AuditEntry.objects.filter(action="disputes.exported", actor=cast.mara).exists()


def test_the_scoreboard_says_beside_its_figures_what_was_set_aside(
    rejected: Lead, world: World, disputed: Contest, cast: Cast
) -> None:
    client = client_of(cast.xenia)
    assert page(client, "/disputes/set-aside/marketing/?month=2026-03").strip() == ""
    board = page(client, "/scoreboard/?month=2026-03")
    assert "/disputes/set-aside/marketing/?month=2026-03" in board
    assert "/disputes/set-aside/sales/?month=2026-03" in board
    for lead in (rejected, world.offered()):
        rule(disputed(lead).pk, Ruling.Outcome.SALES, "Indeed", by=cast.olga, at=WEDNESDAY)
    rule(disputed(rejected, "wrong_rejection").pk, Ruling.Outcome.MARKETING, "So", by=cast.olga, at=WEDNESDAY)
    assert Adjustment.objects.count() == 3
    said = page(client, "/disputes/set-aside/marketing/?month=2026-03")
    assert "2 MQLs set aside by rulings" in said
    assert "1 rejection set aside by a ruling" in said
    assert page(client, "/disputes/set-aside/sales/?month=2026-03").strip() == ""
    assert page(client, "/disputes/set-aside/marketing/?month=2026-02").strip() == ""
    assert client.get("/disputes/set-aside/agency/").status_code == 404
