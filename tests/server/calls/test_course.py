"""One call out of many reports: the same in whatever order, however often (lesson 25)."""

import itertools
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from accord.server.calls.course import Report, Status, course, with_report
from accord.server.calls.payloads import Provider, report_of

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def twilio(second: int, status: str, **more: str) -> Report:
    stamp = f"Mon, 02 Mar 2026 09:00:{second:02} +0000"
    told = {"CallSid": "CA1", "From": "+442071838750", "To": "+493012345670", "Direction": "inbound"}
    return report_of(Provider.TWILIO, told | {"CallStatus": status, "Timestamp": stamp} | more, START)


def test_every_order_of_a_call_that_rings_through_to_voicemail_ends_in_the_same() -> None:
    """Lesson 25."""
    reports = [
        twilio(0, "ringing"),
        twilio(3, "in-progress"),
        twilio(23, "in-progress", DialCallStatus="no-answer"),
        twilio(50, "in-progress", RecordingUrl="https://rec.example/1", RecordingSource="RecordVerb"),
        twilio(51, "completed", CallDuration="51"),
    ]
    ends = {course(order) for order in itertools.permutations(reports)}
    assert len(ends) == 1
    (end,) = ends
    assert (end.status, end.seconds, end.recording) == (Status.VOICEMAIL, 51, "https://rec.example/1")
    assert end.started_at == START


reports = st.builds(
    Report,
    key=st.just("c1"),
    status=st.sampled_from(Status),
    at=st.integers(0, 5).map(lambda minutes: START + timedelta(minutes=minutes)),
    caller=st.sampled_from(["", "+441", "+442"]),
    seconds=st.none() | st.integers(0, 90),
    name=st.sampled_from(["", "Ada", "Bo"]),
)


@given(st.lists(reports, min_size=1, max_size=6), st.randoms())
def test_order_and_repetition_change_nothing(told: list[Report], chance: object) -> None:
    again = told + told[:2]
    chance.shuffle(again)  # type: ignore[attr-defined]
    stored: list[dict[str, object]] = []
    for each in again:
        stored = with_report(stored, each)
    assert course(Report.read(each) for each in stored) == course(told)


def test_a_colleague_who_does_not_answer_leaves_the_call_to_the_next() -> None:
    legs = [
        twilio(10, "no-answer", CallSid="CA2", ParentCallSid="CA1", Direction="outbound-dial", To="+493012345671"),
        twilio(20, "completed", CallSid="CA3", ParentCallSid="CA1", Direction="outbound-dial", To="+493012345672"),
        twilio(40, "completed", CallDuration="40"),
    ]
    assert {leg.key for leg in legs} == {"CA1"}
    assert course(legs).status is Status.ANSWERED
    assert course(legs[:1] + legs[2:]).caller == "+442071838750"


def test_a_machine_that_answers_a_call_of_ours_is_no_conversation() -> None:
    assert twilio(5, "completed", AnsweredBy="machine_end_beep", Direction="outbound-api").status is Status.VOICEMAIL


def callrail(**told: object) -> Report:
    call = {
        "id": "CAL8154748ae6bd4e278a7cddd38a662f4f",
        "customer_phone_number": "+442071838750",
        "tracking_phone_number": "+493012345699",
        "direction": "inbound",
        "start_time": "2026-03-02T10:00:00+01:00",
        "timestamp": "2026-03-02T09:05:00Z",
    }
    return report_of(Provider.CALLRAIL, call | told, START)


def test_the_reports_of_callrail_say_how_a_call_went() -> None:
    assert callrail(duration=None).status is Status.RINGING
    assert callrail(duration=62, answered=True).status is Status.ANSWERED
    assert callrail(duration=20, answered=False, voicemail=True).status is Status.VOICEMAIL
    missed = callrail(duration=20, answered=False, voicemail=False)
    assert (missed.status, missed.started_at, missed.called) == (Status.NO_ANSWER, START, "+493012345699")


def test_an_outbound_call_of_callrail_is_to_the_customer() -> None:
    made = callrail(direction="outbound", duration=62, answered=True, agent_email="tom@test.works")
    assert (made.inbound, made.caller, made.called, made.agent) == (
        False,
        "+493012345699",
        "+442071838750",
        "tom@test.works",
    )
