"""Northwind's telephones: calls go through the log and intake, as a telephone system would report them."""

from datetime import datetime, timedelta

from accord.demo import calling, cast
from accord.demo.calling import Ring
from accord.demo.company import Staff
from accord.server.calls import keeping, services, systems
from accord.server.calls.hooks import message
from accord.server.calls.keeping import Placed
from accord.server.calls.models import Call
from accord.server.calls.payloads import Provider
from accord.server.calls.queries import matching, wanted
from accord.server.intake.taking import take_in
from accord.server.people.models import Person
from accord.server.tracking import sources
from accord.server.tracking.log import append
from accord.server.tracking.models import Source

SETTLED_AFTER = timedelta(days=1)
"""When somebody says of a missed call that nobody need call back: the lead is with somebody already."""
STATUS = {"reached": "completed", "no_answer": "no-answer", "voicemail": "voicemail"}
"""How a call of ours ended, by what came of it."""


class Telephone:
    """The telephone system, its tracking numbers, and the calls that it reports."""

    def __init__(self, staff: Staff) -> None:
        self._staff = staff
        self._source = Source()
        self._made = 0

    def open(self, at: datetime) -> None:
        """Connect the telephone system, and place the tracking numbers."""
        keeper, marketing = self._staff[cast.OPERATIONS], self._staff[cast.MARKETING_OPERATIONS]
        self._source = sources.create(Source.Kind.CALL, sources.Wish("Telephone"), by=keeper, at=at)
        systems.set_up(self._source.pk, systems.Setup(Provider.ACCORD), by=keeper, at=at)
        keeping.own(calling.OURS, is_range=True, user=None, note="Switchboard", by=keeper, at=at)
        for line in calling.LINES:
            way = line.way
            placed = Placed(line.number, line.name, way.source, way.medium, way.campaign)
            keeping.place(placed, by=marketing, at=at)

    def rings(self, ring: Ring) -> Person | None:
        """Report a call to us; return whose it is, if that is known."""
        who = ring.who.contact if ring.who is not None else None
        told = {
            "call_id": ring.key,
            "status": ring.status,
            "from": who.phone if who is not None else "anonymous",
            "to": ring.called,
            "started_at": ring.began.isoformat(),
            "at": ring.over.isoformat(),
            "duration": ring.seconds,
            "caller_name": who.name if who is not None and ring.named else "",
        }
        return self._report(told, ring.over).person

    def dials(self, number: str, outcome: str, agent: str, at: datetime) -> None:
        """Report a call of ours, which counts as an attempt where it is one."""
        self._made += 1
        told = {
            "call_id": f"made-{self._made:04}",
            "status": STATUS[outcome],
            "direction": "outbound",
            "from": calling.SWITCHBOARD,
            "to": number,
            "agent": agent,
            "started_at": at.isoformat(),
            "at": at.isoformat(),
            "duration": 60 + 37 * (self._made % 11) if outcome == "reached" else 0,
        }
        self._report(told, at)

    def settle(self, at: datetime) -> None:
        """Look through the missed calls of the days before that still seem to wait."""
        by = self._staff[cast.FIELD_MANAGER]
        waiting = matching(wanted({"show": "waiting"}), by).filter(started_at__lt=at - SETTLED_AFTER)
        for key in waiting.values_list("pk", flat=True):
            services.settle(key, by=by, at=at)

    def _report(self, told: dict[str, object], at: datetime) -> Call:
        append(self._source, [message(Provider.ACCORD, told, at)], received_at=at)
        take_in()
        return Call.objects.select_related("person__company").get(source=self._source, key=told["call_id"])
