"""The Calls pages: who waits for a call back, one click to a lead, numbers, and how a system is set up."""

import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.server.calls.conftest import OURS, SECRET, Switchboard
from tests.server.conftest import MONDAY, Cast, World

from accord.server.accounts.models import AuditEntry, User
from accord.server.calls.models import Call, OwnNumber, TelephoneSystem, TrackingNumber
from accord.server.handoffs.models import Attempt
from accord.server.intake.taking import take_in
from accord.server.people.models import Person, Touchpoint
from accord.server.people.telephones import keep_phone
from accord.server.pipeline.models import Lead
from accord.server.tracking.front.clerk import read_sources

CALLER = "+442071838750"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text_of(client: Client, address: str = "/calls/") -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def rows(client: Client, query: str = "") -> list[str]:
    """Who stands in the list, in its order."""
    page = client.get(f"/calls/{query}").content.decode()
    return re.findall(r'class="calls-who">([^<]*)<', page)


@pytest.fixture
def tom(cast: Cast) -> Client:
    return signed_in(cast.tom)


@pytest.fixture
def olga(cast: Cast) -> Client:
    return signed_in(cast.olga)


def test_before_the_first_call_the_page_says_what_to_do(cast: Cast, db: None) -> None:
    assert "Add a source" in text_of(signed_in(cast.olga))
    assert "Revenue operations adds one" in text_of(signed_in(cast.tom))


def test_who_missed_us_and_was_not_called_back_stands_first(board: Switchboard, tom: Client) -> None:
    """Of one number only the latest call waits; an answer of either side ends it."""
    hour = timedelta(hours=1)
    board.call("no-answer", key="c1", caller_name="Old")
    board.call("no-answer", key="c2", started_at=(MONDAY + hour).isoformat(), caller_name="Old")
    board.call("voicemail", key="c3", **{"from": "+493090182001"}, caller_name="Called again")
    board.call("completed", key="c4", started_at=(MONDAY + 2 * hour).isoformat(), **{"from": "+493090182001"})
    assert rows(tom)[0] == "Old"
    assert rows(tom, "?show=waiting") == ["Old"]
    assert "1 person called, reached nobody, and waits" in text_of(tom)
    late = (MONDAY + 3 * hour).isoformat()
    board.call("no-answer", key="c5", direction="outbound", started_at=late, **{"from": OURS, "to": CALLER})
    assert rows(tom, "?show=waiting") == []
    assert "Nobody waits for a call back" in text_of(tom)


def test_an_attempt_that_was_logged_by_hand_is_a_call_back(board: Switchboard, world: World) -> None:
    lead = world.demo_request(MONDAY, phone=CALLER)
    keep_phone(lead.person)
    board.call("no-answer", at=MONDAY.isoformat())
    client = signed_in(lead.owner)
    assert rows(client, "?show=waiting") == [lead.person.name]
    Attempt.objects.create(
        lead=lead,
        by=lead.owner,
        channel="call",
        outcome="reached",
        at=timezone.now(),
        action_id=uuid.uuid4(),
    )
    assert rows(client, "?show=waiting") == []


def test_a_missed_call_is_one_click_from_a_lead(board: Switchboard, tom: Client, letter: TrackingNumber) -> None:
    """Lesson 30."""
    TrackingNumber.objects.update(opens_leads=False)
    board.call("no-answer", to=letter.number, caller_name="Ada")
    call = Call.objects.get()
    for _ in range(2):
        answer = tom.post(reverse("calls-lead", args=[call.pk]))
        lead = Lead.objects.get()
        assert answer["Location"] == f"/leads/{lead.pk}/"
    assert (lead.person.phone, lead.source, lead.first_contact_at) == (CALLER, "Paid Other", MONDAY)
    assert lead.review_at is not None
    assert "Make it a lead" not in text_of(tom)


def test_who_called_of_a_company_is_one_choice(board: Switchboard, world: World, tom: Client) -> None:
    first, second = world.person(phone=CALLER), world.person(phone=CALLER)
    Person.objects.filter(pk=second.pk).update(company=first.company)
    keep_phone(first), keep_phone(second)
    board.call("no-answer")
    call = Call.objects.get()
    assert rows(tom) == [str(first.company)]
    assert tom.post(reverse("calls-lead", args=[call.pk])).status_code == 422
    stranger = world.person(phone="+4930111")
    assert tom.post(reverse("calls-whose", args=[call.pk]), {"person": stranger.pk}).status_code == 422
    tom.post(reverse("calls-whose", args=[call.pk]), {"person": second.pk})
    assert Touchpoint.objects.get().person == second
    assert rows(tom) == [second.name]


def test_that_nobody_need_call_back_can_be_taken_back(board: Switchboard, tom: Client) -> None:
    board.call("no-answer")
    call = Call.objects.get()
    tom.post(reverse("calls-settle", args=[call.pk]), {"next": "/calls/?show=missed"})
    assert rows(tom, "?show=waiting") == []
    tom.post(reverse("calls-unsettle", args=[call.pk]))
    assert rows(tom, "?show=waiting") == [CALLER]
    assert tom.post(reverse("calls-settle", args=[call.pk]), {"next": "https://evil.test/"})["Location"] == "/calls/"


def test_sales_sees_missed_calls_and_those_of_their_leads(board: Switchboard, world: World, cast: Cast) -> None:
    lead = world.demo_request(MONDAY, phone=CALLER)
    keep_phone(lead.person)
    board.call("completed", key="theirs")
    board.call("no-answer", key="missed", **{"from": "+493090182001"}, caller_name="Missed")
    board.call("completed", key="other", **{"from": "+493090182002"}, caller_name="Other")
    other = cast.tom if lead.owner == cast.priya else cast.priya
    assert set(rows(signed_in(lead.owner))) == {lead.person.name, "Missed"}
    assert set(rows(signed_in(cast.sven))) == {lead.person.name, "Missed"}
    assert set(rows(signed_in(other))) == {"Missed"}
    assert set(rows(signed_in(cast.mara))) == {lead.person.name, "Missed", "Other"}
    unseen = Call.objects.get(key="other")
    assert signed_in(other).post(reverse("calls-settle", args=[unseen.pk])).status_code == 404


def test_calls_are_filtered(board: Switchboard, olga: Client, letter: TrackingNumber) -> None:
    board.call("no-answer", key="c1", to=letter.number, caller_name="Ada")
    board.call("completed", key="c2", **{"from": "+493090182001"}, caller_name="Bo")
    board.call("completed", key="c3", direction="outbound", **{"from": OURS, "to": "+493090182001"})
    assert rows(olga, f"?number={letter.pk}") == rows(olga, "?campaign=spring_letter") == ["Ada"]
    assert rows(olga, "?show=missed") == ["Ada"]
    assert rows(olga, "?show=made") == ["Bo"]
    assert rows(olga, "?show=unknown") == ["Bo"]  # Ada is a lead, since she called the letter's number
    assert rows(olga, "?q=ada") == rows(olga, "?q=020 7183") == ["Ada"]
    assert rows(olga, "?show=nonsense&number=x&q=%00") == rows(olga)


def test_the_export_has_the_rows_of_the_filter(board: Switchboard, olga: Client, letter: TrackingNumber) -> None:
    board.call("no-answer", key="c1", to=letter.number, caller_name="=1+1")
    board.call("completed", key="c2", **{"from": "+493090182001"})
    lines = b"".join(olga.get("/calls/export/?show=missed").streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert len(lines) == 2
    assert lines[0].startswith("Started (Europe/Berlin),Direction")
    assert lines[1].startswith("2026-03-02 10:00:00,They called,no answer,yes,,+442071838750,+493012345699,'=1+1")
    assert AuditEntry.objects.get(action="calls.exported").details == {"rows": 1}


def test_a_tracking_number_is_added_changed_retired_and_put_back(olga: Client) -> None:
    typed = {"number": "030 901820", "name": "Letter", "campaign": "spring", "shown_for": "030 901821"}
    assert olga.post("/calls/numbers/new/", typed)["Location"] == "/calls/numbers/"
    number = TrackingNumber.objects.get()
    assert (number.number, number.shown_for, number.opens_leads) == ("+4930901820", "+4930901821", False)
    assert "in use" in text_of_refused(olga.post("/calls/numbers/new/", typed))
    assert "no telephone number" in text_of_refused(olga.post("/calls/numbers/new/", typed | {"number": "12"}))
    olga.post(
        f"/calls/numbers/{number.pk}/", typed | {"campaign": "summer", "number": "030 111111", "opens_leads": "on"}
    )
    number.refresh_from_db()
    assert (number.number, number.campaign, number.opens_leads) == ("+4930901820", "summer", True)
    olga.post(f"/calls/numbers/{number.pk}/retire/")
    assert TrackingNumber.objects.get().active_until is not None
    olga.post("/calls/numbers/new/", typed)
    assert olga.post(f"/calls/numbers/{number.pk}/revive/").status_code == 422


def text_of_refused(answer: object) -> str:
    assert answer.status_code == 422  # type: ignore[attr-defined]
    return str(answer.content.decode())  # type: ignore[attr-defined]


def test_numbers_of_our_own_are_added_and_removed(olga: Client, cast: Cast) -> None:
    assert olga.post("/calls/numbers/", {"text": "+49 30 9018", "is_range": "on"}).status_code == 302
    olga.post("/calls/numbers/", {"text": "0151 12345678", "user": cast.tom.pk})
    assert {str(one) for one in OwnNumber.objects.all()} == {"+49309018…", "+4915112345678"}
    assert OwnNumber.objects.get(is_range=False).user == cast.tom
    for wrong in ({"text": "+49", "is_range": "on"}, {"text": "030", "is_range": "on"}, {"text": "0151 12345678"}):
        text_of_refused(olga.post("/calls/numbers/", wrong))
    olga.post(reverse("calls-disown", args=[OwnNumber.objects.get(is_range=True).pk]))
    assert OwnNumber.objects.count() == 1


def test_operations_sets_a_telephone_system_up_and_its_secret_is_shown_on_demand(
    board: Switchboard, olga: Client
) -> None:
    TelephoneSystem.objects.all().delete()
    address = f"/tracking/{board.source.pk}/calls/"
    assert "until then no report is taken" in text_of(olga, address)
    assert "makes the secret" in text_of_refused(olga.post(address, {"provider": "twilio"}))
    assert olga.post(address, {"provider": "accord"}).status_code == 302
    made = TelephoneSystem.objects.get().secret
    assert made not in olga.get(address).content.decode()
    shown = olga.post(f"{address}secret/")
    assert made.replace("+", "&#x2B;") in shown.content.decode() or made in shown.content.decode()
    assert shown["Cache-Control"] == "no-store"
    assert AuditEntry.objects.filter(action="calls.secret_shown").count() == 1
    olga.post(f"{address}secret/replace/")
    system = TelephoneSystem.objects.get()
    assert (system.old_secret, system.secret != made) == (made, True)
    olga.post(f"{address}secret/replace/", {"at_once": "on"})
    assert TelephoneSystem.objects.get().old_secret == ""
    assert not any(made in str(entry.details) for entry in AuditEntry.objects.all())


def test_the_page_of_a_source_says_how_it_is_set_up(board: Switchboard, olga: Client) -> None:
    said = olga.get(f"/tracking/{board.source.pk}/").content.decode()
    assert f"/tracking/{board.source.pk}/calls/" in said
    assert "Send a test event" not in said
    assert SECRET not in said


def test_a_key_of_calls_sends_no_messages_past_the_signature(board: Switchboard) -> None:
    assert board.source.write_key not in read_sources()


def test_a_call_that_rings_is_not_missed_yet(board: Switchboard, tom: Client, olga: Client) -> None:
    board.call("ringing")
    take_in()
    assert rows(tom) == []
    assert "Going on" in text_of(olga)
