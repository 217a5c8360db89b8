"""What somebody does about a call: make a lead of it, say whose it was, say that nobody need call back."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from accord.server.accounts.access import require
from accord.server.accounts.audit import record
from accord.server.accounts.models import User
from accord.server.calls.meaning import came_by, lead_on
from accord.server.calls.models import Call
from accord.server.calls.queries import READERS, visible
from accord.server.calls.systems import CallsError
from accord.server.people.models import Person
from accord.server.people.telephones import people_by_phone
from accord.server.pipeline.judging import review
from accord.server.pipeline.models import Lead
from accord.server.pipeline.services import open_lead


def _locked(key: int, by: User) -> Call:
    require(by, READERS, "work with calls")
    found = visible(by).select_related(None).filter(pk=key).values_list("pk", flat=True).first()
    call = Call.objects.select_for_update(of=("self",)).select_related("person", "number", "agent", "source")
    if found is None:
        raise CallsError("calls.unknown", "there is no such call, or it is not yours to see")
    return call.get(pk=found)


@transaction.atomic
def make_lead(key: int, *, by: User, at: datetime) -> Lead:
    """Return the open lead of who called; a new one where they have none. When to call back is the agreement's matter.

    Raises:
        AccessError: Their role does not work with calls.
        CallsError: ``calls.unknown``, or ``calls.nobody`` if it is not known who called.
    """
    call = _locked(key, by)
    if call.person is None:
        raise CallsError("calls.nobody", "it is not known who called", hint="say first whose call it was")
    before = Lead.objects.filter(person=call.person, ended_at=None).first()
    if before is not None:
        return before
    source = came_by(call) or call.source.name
    lead = open_lead(call.person, at=at, source=source, first_contact_at=min(call.started_at, at))
    record("call.made_lead", f"lead:{lead.pk}", actor=by, at=at, call=key)
    return lead


@transaction.atomic
def say_whose(key: int, person_id: int, *, by: User, at: datetime) -> Person:
    """Return the person whose call it was, of those who have the number; the call has its effect on them.

    Raises:
        AccessError: Their role does not work with calls.
        CallsError: ``calls.unknown``, or ``calls.not_theirs`` if they do not have the number, or it is known already.
    """
    call = _locked(key, by)
    if call.person_id == person_id and call.person is not None:
        return call.person
    person = next((each for each in people_by_phone(call.theirs) if each.pk == person_id), None)
    if person is None or call.person is not None:
        raise CallsError("calls.not_theirs", "this call cannot be theirs", hint="load the page again")
    call.person, call.company = person, None
    call.save(update_fields=["person", "company"])
    record("call.is_of", f"person:{person.pk}", actor=by, at=at, call=key)
    if people := lead_on(call, source_name=call.source.name, at=at):
        review(Q(pk__in=people), at)
    return person


@transaction.atomic
def settle(key: int, *, by: User, at: datetime) -> None:
    """Say that nobody need call back; doing it twice changes nothing.

    Raises:
        AccessError: Their role does not work with calls.
        CallsError: ``calls.unknown``.
    """
    call = _locked(key, by)
    if call.settled_at is None:
        call.settled_at, call.settled_by = at, by
        call.save(update_fields=["settled_at", "settled_by"])
        record("call.settled", f"call:{key}", actor=by, at=at)


@transaction.atomic
def unsettle(key: int, *, by: User, at: datetime) -> None:
    """Take that back.

    Raises:
        AccessError: Their role does not work with calls.
        CallsError: ``calls.unknown``.
    """
    call = _locked(key, by)
    if call.settled_at is not None:
        call.settled_at = call.settled_by = None
        call.save(update_fields=["settled_at", "settled_by"])
        record("call.unsettled", f"call:{key}", actor=by, at=at)
