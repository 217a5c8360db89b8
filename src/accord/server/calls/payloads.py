"""What the reports of each telephone system mean, as calls are told of here. Pure.

Sources: Twilio, *Call resource: status callback* and *TwiML Dial, Record: action* (https://www.twilio.com/docs/voice);
CallRail, *Webhooks* and *Retrieving a single call* (https://apidocs.callrail.com/#webhooks).
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Any

from accord.errors import AccordError
from accord.server.calls.course import Report, Status

Payload = Mapping[str, Any]
LONGEST = 500
DROPPED = frozenset(
    {"transcription", "transcription_text", "TranscriptionText", "conversational_transcript", "call_summary", "note"}
)
"""What was said is not kept, only where it can be read."""


class Provider(StrEnum):
    """Whose reports they are."""

    ACCORD = "accord"
    TWILIO = "twilio"
    CALLRAIL = "callrail"


class PayloadError(AccordError):
    """A report that cannot be understood."""


def kept(payload: Payload) -> dict[str, Any]:
    """Return what the log keeps of a report: plain values of usual length, without the words that were spoken."""
    return {
        name: value
        for name, value in payload.items()
        if name not in DROPPED
        and isinstance(value, str | int | float | bool)
        and len(str(value)) <= LONGEST
        and len(name) <= LONGEST
    }


def report_of(provider: Provider, payload: Payload, received_at: datetime) -> Report:
    """Return what a report says.

    Raises:
        PayloadError: ``calls.bad_payload``: it names no call, or a value is none of those that are known.
    """
    return _READERS[provider](payload, received_at)


_PLAIN = {
    "ringing": Status.RINGING,
    "in-progress": Status.IN_PROGRESS,
    "completed": Status.ANSWERED,
    "no-answer": Status.NO_ANSWER,
    "busy": Status.BUSY,
    "failed": Status.FAILED,
    "voicemail": Status.VOICEMAIL,
}
"""The states of Accord's own format."""


def _accord(payload: Payload, received_at: datetime) -> Report:
    status = _PLAIN.get(_text(payload, "status"))
    if status is None:
        raise _bad(f"status must be one of {', '.join(_PLAIN)}")
    direction = _text(payload, "direction") or "inbound"
    if direction not in {"inbound", "outbound"}:
        raise _bad("direction must be inbound or outbound")
    return Report(
        key=_key(payload, "call_id"),
        status=status,
        at=_instant(payload, "at") or received_at,
        inbound=direction == "inbound",
        caller=_text(payload, "from"),
        called=_text(payload, "to"),
        started_at=_instant(payload, "started_at"),
        seconds=_seconds(payload, "duration"),
        name=_text(payload, "caller_name"),
        recording=_link(payload, "recording_url"),
        transcript=_link(payload, "transcript_url"),
        agent=_text(payload, "agent"),
    )


_TWILIO = {
    "queued": Status.RINGING,
    "initiated": Status.RINGING,
    "ringing": Status.RINGING,
    "in-progress": Status.IN_PROGRESS,
    "answered": Status.IN_PROGRESS,
    "completed": Status.ENDED,
    "busy": Status.BUSY,
    "failed": Status.FAILED,
    "no-answer": Status.NO_ANSWER,
    "canceled": Status.NO_ANSWER,
}


def _twilio(payload: Payload, received_at: datetime) -> Report:
    whole = _text(payload, "ParentCallSid")  # of a call that is put through, each leg reports under its own name
    at = _mail_date(_text(payload, "Timestamp")) or received_at
    recording, transcript = _link(payload, "RecordingUrl"), _link(payload, "TranscriptionUrl")
    if whole:
        status = _twilio_status(payload, put_through=True)
        to = _text(payload, "To")
        return Report(whole, status, at, recording=recording, transcript=transcript, agent=to)
    direction, dialled = _text(payload, "Direction"), _seconds(payload, "DialCallDuration")
    return Report(
        key=_key(payload, "CallSid"),
        status=_twilio_status(payload, put_through=False),
        at=at,
        inbound=direction == "inbound" if direction else None,
        caller=_text(payload, "From") or _text(payload, "Caller"),
        called=_text(payload, "To") or _text(payload, "Called"),
        seconds=_seconds(payload, "CallDuration") if dialled is None else dialled,
        name=_text(payload, "CallerName"),
        recording=recording,
        transcript=transcript,
    )


def _twilio_status(payload: Payload, *, put_through: bool) -> Status:
    dialled = _text(payload, "DialCallStatus")
    told = dialled or _text(payload, "CallStatus")
    if told and told not in _TWILIO:
        raise _bad(f"'{told[:40]}' is no state of a call that is known")
    status = _TWILIO.get(told, Status.RINGING)  # a recording that is reported says nothing of the call itself
    if (dialled or put_through) and status is Status.ENDED:
        return Status.ANSWERED
    if put_through:  # one colleague of several did not answer: the call itself goes on
        return min(status, Status.IN_PROGRESS, key=lambda each: each.rank)
    if _text(payload, "AnsweredBy").startswith(("machine", "fax")) and status in {Status.ENDED, Status.IN_PROGRESS}:
        return Status.VOICEMAIL
    left_message = _text(payload, "RecordingSource") == "RecordVerb" or (
        _text(payload, "RecordingUrl") and not dialled and told and not _text(payload, "RecordingSource")
    )
    return Status.VOICEMAIL if left_message else status


def _callrail(payload: Payload, received_at: datetime) -> Report:
    inbound = (_text(payload, "direction") or _text(payload, "call_type")) != "outbound"
    theirs, tracking = _text(payload, "customer_phone_number"), _text(payload, "tracking_phone_number")
    return Report(
        key=_key(payload, "resource_id", "id"),
        status=_callrail_status(payload),
        at=_instant(payload, "timestamp") or received_at,
        inbound=inbound,
        caller=theirs if inbound else tracking,
        called=tracking if inbound else theirs,
        started_at=_instant(payload, "start_time"),
        seconds=_seconds(payload, "duration"),
        name=_text(payload, "customer_name"),
        recording=_link(payload, "recording_player") or _link(payload, "recording"),
        agent=_text(payload, "agent_email"),
    )


def _callrail_status(payload: Payload) -> Status:
    if payload.get("voicemail") is True:
        return Status.VOICEMAIL
    if payload.get("duration") is None:  # sent when it rang, or when it was put through
        return Status.RINGING
    return Status.ANSWERED if payload.get("answered") is True else Status.NO_ANSWER


_READERS: Mapping[Provider, Callable[[Payload, datetime], Report]] = {
    Provider.ACCORD: _accord,
    Provider.TWILIO: _twilio,
    Provider.CALLRAIL: _callrail,
}


def _bad(what: str) -> PayloadError:
    return PayloadError("calls.bad_payload", what, hint="docs/how-to/calls.md says what a report looks like")


def _key(payload: Payload, *names: str) -> str:
    found = next((key for name in names if (key := _text(payload, name))), "")
    if not 1 <= len(found) <= 100:
        raise _bad(f"{names[0]} must name the call in 1 to 100 characters")
    return found


def _text(payload: Payload, name: str) -> str:
    value = payload.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value).replace("\x00", "").strip()[:LONGEST]


def _link(payload: Payload, name: str) -> str:
    found = _text(payload, name)
    return found if found.startswith(("https://", "http://")) else ""


def _seconds(payload: Payload, name: str) -> int | None:
    found = _text(payload, name)
    return min(int(found), 10**6) if found.isascii() and found.isdigit() else None


def _instant(payload: Payload, name: str) -> datetime | None:
    try:
        read = datetime.fromisoformat(_text(payload, name))
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def _mail_date(text: str) -> datetime | None:
    try:
        read = parsedate_to_datetime(text)
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)
