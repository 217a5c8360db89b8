"""What calls lead to: people, touchpoints, leads with a call-back on the clock, attempts."""

import itertools
from datetime import timedelta

import pytest
from tests.server.calls.conftest import OURS, Switchboard
from tests.server.conftest import AGREEMENT, MONDAY, Cast, World

from accord.server.agreements.services import propose, sign
from accord.server.calls.models import Call, OwnNumber, TelephoneSystem, TrackingNumber
from accord.server.handoffs.models import Attempt, Clock
from accord.server.handoffs.offers import offer_ready
from accord.server.intake.taking import take_in
from accord.server.people.models import Person, Touchpoint
from accord.server.people.telephones import keep_phone
from accord.server.pipeline.judging import judge_due
from accord.server.pipeline.models import Lead
from accord.server.tracking.models import Pending

CALLER = "+442071838750"


def known(world: World, phone: str = "020 7183 8750", country: str = "GB") -> Person:
    person = world.person(phone=phone)
    person.company.fields["country"] = country
    person.company.save()
    keep_phone(person)
    return person


def test_a_call_from_one_person_is_theirs(board: Switchboard, world: World) -> None:
    person = known(world)
    board.call("completed", duration="62", caller_name="Somebody Else")
    touchpoint = Touchpoint.objects.get()
    assert (touchpoint.person, touchpoint.event, touchpoint.at) == (person, "call_received", MONDAY)
    assert touchpoint.properties == {"status": "answered", "duration": 62, "number": OURS}
    assert Person.objects.get().name == person.name


def test_a_call_from_the_switchboard_of_a_company_is_the_companys(board: Switchboard, world: World) -> None:
    first, second = known(world), known(world)
    second.company = first.company
    second.save()
    call = board.call("completed", caller_name="Reception")
    assert call is not None
    assert (call.person, call.company) == (None, first.company)
    assert not Touchpoint.objects.exists()
    assert set(Person.objects.values_list("name", flat=True)) == {first.name, second.name}


def test_a_number_of_people_in_different_companies_is_nobodys(board: Switchboard, world: World) -> None:
    known(world), known(world)
    call = board.call("completed")
    assert call is not None
    assert (call.person, call.company) == (None, None)


@pytest.mark.parametrize(("status", "event"), [("completed", "call_received"), ("no-answer", "call_missed")])
def test_an_unknown_caller_becomes_a_person(board: Switchboard, status: str, event: str) -> None:
    board.call(status, caller_name="Ada Lovelace")
    board.call(status, key="c2", started_at=(MONDAY + timedelta(hours=1)).isoformat())
    person = Person.objects.get()
    assert (person.name, person.phone) == ("Ada Lovelace", CALLER)
    assert list(Touchpoint.objects.values_list("event", flat=True)) == [event, event]
    assert not Lead.objects.exists()


@pytest.mark.parametrize("caller", ["anonymous", "Restricted", "+266696687", "+2562533", "", "sip:x@pbx.example", "12"])
def test_somebody_who_withholds_their_number_becomes_nobody(board: Switchboard, caller: str) -> None:
    call = board.call("no-answer", **{"from": caller})
    assert call is not None
    assert call.theirs == ""
    assert not Person.objects.exists()


def test_our_own_numbers_never_become_contacts(board: Switchboard, cast: Cast, letter: TrackingNumber) -> None:
    """Lesson 30."""
    OwnNumber.objects.create(number="+4915112345678", user=cast.tom)
    OwnNumber.objects.create(number="+49301234567", is_range=True)
    for place, mine in enumerate(["0151 12345678", "+493012345671", "+49 30 1234 5699", letter.number]):
        board.call("no-answer", key=f"c{place}", **{"from": mine})
    board.call("completed", key="out", direction="outbound", **{"from": "+4915112345678", "to": "+493012345671"})
    assert set(Call.objects.values_list("direction", flat=True)) == {"own"}
    assert not Person.objects.exists()


def test_a_number_beside_a_range_of_ours_is_a_callers(board: Switchboard) -> None:
    OwnNumber.objects.create(number="+49301234567", is_range=True)
    OwnNumber.objects.create(number="+493090182")
    board.call("no-answer", **{"from": "+49 30 901820"})
    assert Person.objects.get().phone == "+4930901820"


def test_reports_in_every_order_make_one_touchpoint(board: Switchboard) -> None:
    """Lesson 25."""
    told = [
        {"status": "ringing", "at": MONDAY.isoformat()},
        {"status": "in-progress", "at": (MONDAY + timedelta(seconds=5)).isoformat()},
        {"status": "voicemail", "at": (MONDAY + timedelta(seconds=40)).isoformat(), "duration": 40},
        {
            "status": "no-answer",
            "at": (MONDAY + timedelta(seconds=41)).isoformat(),
            "recording_url": "https://r.test/1",
        },
    ]
    ends = set()
    for place, order in enumerate(itertools.permutations(told)):
        for each in order:
            common = {"call_id": f"c{place}", "from": CALLER, "to": OURS}
            assert board.post(common | each) == 204
            take_in()
        touchpoint = Touchpoint.objects.get(message_id=f"call:{board.source.pk}:c{place}")
        ends.add((touchpoint.event, touchpoint.at, repr(sorted(touchpoint.properties.items()))))
    assert len(ends) == 1
    assert ends.pop()[0] == "call_missed"
    assert Person.objects.count() == 1
    assert not Pending.objects.exists()


CRITERION = """criteria:
  missed_us:
    says: Called and reached nobody, today or yesterday
    event: call_missed
    within: 2 days
"""
FAST_LANE = "  fast_lane: {any: [wants_to_talk, missed_us]}"
CALL_BACK = (
    AGREEMENT.read_text(encoding="utf-8")
    .replace("  fast_lane: wants_to_talk", FAST_LANE)
    .replace("criteria:\n", CRITERION)
)


def test_a_missed_call_from_an_unknown_number_is_a_lead_with_a_call_back_on_the_clock(
    board: Switchboard, cast: Cast, letter: TrackingNumber
) -> None:
    """Lesson 30: the tracking number says that it becomes one by itself, the agreement by when somebody calls back."""
    proposed = propose(CALL_BACK, "b.yaml", reason="Call back", by=cast.olga, at=MONDAY - timedelta(days=2))
    sign(proposed.number, by=cast.mara, at=MONDAY - timedelta(days=2))
    sign(proposed.number, by=cast.priya, at=MONDAY - timedelta(days=2))
    board.call("no-answer", to=letter.number)
    judge_due(MONDAY)  # what the job does a moment later; the report came now, by the clock of the test
    lead = Lead.objects.get()
    Lead.objects.update(review_at=MONDAY)
    judge_due(MONDAY)
    offer_ready(MONDAY)
    lead.refresh_from_db()
    clock = Clock.objects.get(promise="first_attempt")
    assert (lead.source, lead.ready_via, lead.person.phone) == ("Paid Other", "fast_lane", CALLER)
    assert clock.due_at == MONDAY + timedelta(minutes=15)
    said = Touchpoint.objects.get().properties
    assert (said["campaign"], said["number_name"], said["channel"]) == ("spring_letter", "Spring letter", "Paid Other")


def test_whether_a_caller_becomes_a_lead_by_itself_is_a_setting(board: Switchboard, letter: TrackingNumber) -> None:
    TrackingNumber.objects.update(opens_leads=False)
    board.call("no-answer", to=letter.number)
    assert not Lead.objects.exists()
    TelephoneSystem.objects.update(opens_leads=True)
    board.call("no-answer", key="c2", to=letter.number)
    assert not Lead.objects.exists()
    board.call("no-answer", key="c3")
    assert Lead.objects.get().source == "Switchboard"


def test_a_retired_tracking_number_credits_calls_of_its_time_alone(board: Switchboard, letter: TrackingNumber) -> None:
    TrackingNumber.objects.update(active_until=MONDAY)
    after, before = (
        board.call(to=letter.number),
        board.call(key="c2", to=letter.number, started_at=(MONDAY - timedelta(hours=1)).isoformat()),
    )
    assert after is not None
    assert before is not None
    assert (after.number, before.number) == (None, letter)


def test_a_call_of_the_owner_is_an_attempt_and_stops_the_clock(board: Switchboard, world: World) -> None:
    lead = world.demo_request(MONDAY, phone=CALLER)
    keep_phone(lead.person)
    told = {"direction": "outbound", "from": OURS, "to": CALLER, "agent": lead.owner.email}
    at = MONDAY + timedelta(minutes=10)
    for _ in range(2):
        board.call("no-answer", started_at=at.isoformat(), at=at.isoformat(), **told)
    attempt = Attempt.objects.get()
    assert (attempt.by, attempt.outcome, attempt.at) == (lead.owner, "no_answer", at)
    clock = Clock.objects.get(promise="first_attempt")
    assert (clock.outcome, clock.response) == ("kept", timedelta(minutes=10))
    assert Touchpoint.objects.get(event="call_made").person == lead.person


def test_a_call_from_somebodys_own_telephone_is_theirs(board: Switchboard, world: World) -> None:
    lead = world.demo_request(MONDAY, phone=CALLER)
    keep_phone(lead.person)
    OwnNumber.objects.create(number="+4915112345678", user=lead.owner)
    board.call("completed", direction="outbound", **{"from": "+4915112345678", "to": CALLER})
    assert Attempt.objects.get().outcome == "reached"


def test_a_call_of_somebody_whose_lead_it_is_not_is_no_attempt(board: Switchboard, world: World, cast: Cast) -> None:
    lead = world.demo_request(MONDAY, phone=CALLER)
    keep_phone(lead.person)
    for place, email in enumerate([cast.mara.email, cast.enno.email, "nobody@test.works"]):
        board.call("completed", key=f"c{place}", direction="outbound", agent=email, **{"from": OURS, "to": CALLER})
    assert not Attempt.objects.exists()
    assert Touchpoint.objects.filter(event="call_made").count() == 3


def test_a_call_before_sales_was_asked_keeps_no_promise(board: Switchboard, world: World) -> None:
    lead = world.demo_request(MONDAY, phone=CALLER)
    keep_phone(lead.person)
    early = (MONDAY - timedelta(minutes=1)).isoformat()
    told = {"direction": "outbound", "from": OURS, "to": CALLER, "agent": lead.owner.email}
    board.call("completed", started_at=early, at=early, **told)
    assert not Attempt.objects.exists()


def test_a_call_of_ours_to_a_stranger_makes_nobody(board: Switchboard) -> None:
    board.call("completed", direction="outbound", **{"from": OURS, "to": CALLER})
    assert not Person.objects.exists()
