"""What a call means: whose it is, the touchpoint it makes, the lead it opens, the attempt it was.

Called by ``intake``, one message at a time, inside its transaction.
"""

import uuid
from datetime import datetime

from accord.errors import AccordError
from accord.server.accounts.models import User
from accord.server.calls.course import Course, Report, Status, course, with_report
from accord.server.calls.models import Call, TelephoneSystem
from accord.server.calls.numbers import as_number, ours, tracking_number
from accord.server.calls.payloads import Provider, report_of
from accord.server.handoffs.decisions import log_attempt
from accord.server.handoffs.models import Attempt, Offer
from accord.server.people.models import Person, Touchpoint
from accord.server.people.telephones import keep_phone, people_by_phone
from accord.server.pipeline.models import Lead
from accord.server.pipeline.services import had_leads, open_lead
from accord.server.tracking.work import Captured
from accord.traffic.channels import channel

EVENT = "Call"
"""The event of a report in the log."""
RECEIVED, MISSED, MADE = "call_received", "call_missed", "call_made"
OUTCOMES = {
    Status.ENDED: Attempt.Outcome.REACHED,
    Status.ANSWERED: Attempt.Outcome.REACHED,
    Status.VOICEMAIL: Attempt.Outcome.VOICEMAIL,
    Status.NO_ANSWER: Attempt.Outcome.NO_ANSWER,
    Status.BUSY: Attempt.Outcome.NO_ANSWER,
}
"""What a call of ours was as an attempt; one that failed never rang, and is none."""
_ATTEMPTS = uuid.UUID("6d1f7a52-0e54-4c55-9d4c-9b1c1f0e7c11")


def take(message: Captured) -> frozenset[int]:
    """Take a report in; return the people whose leads are to be judged again, of whom it is at most one.

    Raises:
        PayloadError: ``calls.bad_payload``: the report is set aside.
    """
    told = message.body["properties"]
    report = report_of(Provider(told["provider"]), told["payload"], message.received_at)
    call = _call(message, report)
    if not call.how.is_over or call.direction == Call.Direction.OWN or not call.theirs:
        return frozenset()
    _find_whose(call, message.received_at)
    return lead_on(call, source_name=message.source_name, at=message.received_at)


def _call(message: Captured, report: Report) -> Call:
    """Return the call as it stands with this report, stored."""
    known = Call.objects.select_related("number", "person", "agent").filter(source=message.source_id, key=report.key)
    call = known.first() or Call(source_id=message.source_id, key=report.key)
    call.reports = with_report(call.reports, report)
    told = course(Report.read(each) for each in call.reports)
    call.status, call.started_at, call.seconds = told.status, told.started_at, told.seconds
    call.name, call.recording, call.transcript = told.name[:300], told.recording, told.transcript
    _place(call, told)
    call.save()
    return call


def _place(call: Call, told: Course) -> None:
    """Say who called whom."""
    caller, called = as_number(told.caller), as_number(told.called)
    colleague, callee = ours(caller), ours(called)
    inbound = told.inbound if told.inbound is not None else colleague is None
    theirs, mine, their_side = (caller, told.called, colleague) if inbound else (called, told.caller, callee)
    call.theirs, call.ours = theirs, (as_number(mine) or mine)[:60]
    call.direction = Call.Direction.IN if inbound else Call.Direction.OUT
    if their_side is not None:
        call.direction = Call.Direction.OWN
    call.number = tracking_number(call.ours, call.started_at) if call.direction == Call.Direction.IN else None
    call.agent = _agent(told.agent) or (colleague.user if colleague is not None and not inbound else None)


def _agent(told: str) -> User | None:
    if "@" in told:
        return User.objects.filter(email__iexact=told).first()
    mine = ours(as_number(told))
    return mine.user if mine is not None else None


def _find_whose(call: Call, at: datetime) -> None:
    """Say whose call it is, once: the one person with that number, else the one company of several, else a new person.

    Where several people of different companies share the number, it is nobody's until somebody says whose.
    """
    if call.person is not None or call.company_id is not None:
        return
    found = people_by_phone(call.theirs)
    companies = {person.company for person in found}
    if len(found) == 1:
        call.person = found[0]
    elif found:
        call.company = companies.pop() if len(companies) == 1 else None
    elif call.direction == Call.Direction.IN:
        call.person = _new_person(call, at)
    call.save(update_fields=["person", "company"])


def _new_person(call: Call, at: datetime) -> Person:
    person = Person.objects.create(name=call.name, phone=call.theirs, created_at=at)
    keep_phone(person)
    return person


def lead_on(call: Call, *, source_name: str, at: datetime) -> frozenset[int]:
    """Let a call that is over have its effect on whom it is with; the same again changes nothing."""
    if call.person is None:
        return frozenset()
    _keep_touchpoint(call, source_name, at)
    if call.direction == Call.Direction.IN and _opens_lead(call):
        open_first_lead(call, source_name, at)
    if call.direction == Call.Direction.OUT and call.agent is not None:
        _log_attempt(call, call.agent)
    return frozenset({call.person.pk})


def event_of(call: Call) -> str:
    """Return the event of its touchpoint."""
    if call.direction == Call.Direction.OUT:
        return MADE
    return MISSED if call.is_missed else RECEIVED


def _keep_touchpoint(call: Call, source_name: str, at: datetime) -> None:
    """Keep the one touchpoint of a call; a later report may say better what it was."""
    said: dict[str, object] = {
        "status": call.status,
        "duration": call.seconds,
        "number": call.ours,
        "recording": call.recording,
        "transcript": call.transcript,
    }
    if call.number is not None:
        stated = {name: getattr(call.number, name) for name in ("name", "source", "medium", "campaign")}
        stated["number_name"] = stated.pop("name")
        said |= stated | {"channel": str(channel(stated["source"], stated["medium"], stated["campaign"]))}
    values = {
        "person": call.person,
        "event": event_of(call),
        "at": min(call.started_at, at),
        "properties": {name: value for name, value in said.items() if value not in (None, "")},
    }
    Touchpoint.objects.update_or_create(
        message_id=f"call:{call.source_id}:{call.key}",
        defaults=values,
        create_defaults={**values, "received_at": at, "source": source_name},
    )


def _opens_lead(call: Call) -> bool:
    if call.number is not None:
        return call.number.opens_leads
    return TelephoneSystem.objects.filter(source=call.source_id, opens_leads=True).exists()


def open_first_lead(call: Call, source_name: str, at: datetime) -> Lead | None:
    """Open the first lead of a caller; None if they have one, or had: those come back by the agreement."""
    person = call.person
    if person is None or had_leads([person.pk]):
        return None
    return open_lead(person, at=at, source=came_by(call) or source_name, first_contact_at=min(call.started_at, at))


def came_by(call: Call) -> str:
    """Return the channel of the tracking number that was called; empty if it was none."""
    number = call.number
    return str(channel(number.source, number.medium, number.campaign)) if number is not None else ""


def _log_attempt(call: Call, agent: User) -> None:
    """Count a call of ours as an attempt, where it is the agent's to make one; else it stays a touchpoint."""
    outcome = OUTCOMES.get(call.how)
    lead = Lead.objects.filter(person=call.person_id, ended_at=None).first()
    if outcome is None or lead is None:
        return
    if not Offer.objects.filter(lead=lead, offered_at__lte=call.started_at).exists():
        return  # made before sales was asked: it keeps no promise that came later
    action = uuid.uuid5(_ATTEMPTS, f"{call.source_id} {call.key}")
    try:
        log_attempt(
            lead.pk,
            channel=Attempt.Channel.CALL,
            outcome=outcome,
            note="Told by the telephone system",
            action_id=action,
            by=agent,
            at=call.started_at,
        )
    except AccordError:
        return
