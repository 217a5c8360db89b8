"""Visitors and their visits: who came, how they came, and what of it counts."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from accord.server.people.models import Person, Touchpoint, Visit, Visitor
from accord.server.people.recognition import Origin
from accord.traffic.arrivals import Arrival
from accord.traffic.channels import Channel
from accord.traffic.robots import AgentKind, Verdict

PAUSE = timedelta(minutes=30)
"""After a longer one, a visitor begins another visit: the figure that web analytics has used since the 1990s."""
NOT_COUNTED = frozenset({AgentKind.ROBOT, AgentKind.SCANNER})
SPAM = "is spam"
"""Why something does not count that was sent with a form."""


# Django's own update of many rows builds a CASE of as many branches, which costs more than everything else here.
_SEEN = """
UPDATE people_visitor AS visitor SET first_seen_at = said.since, last_seen_at = said.until
FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[]) AS said (id, since, until) WHERE visitor.id = said.id
"""
_VISITED = """
UPDATE people_visit AS visit SET started_at = said.since, last_at = said.until
FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[]) AS said (id, since, until) WHERE visit.id = said.id
"""


def _spans(update: str, spans: Sequence[tuple[int, datetime, datetime]]) -> None:
    if spans:
        with connection.cursor() as cursor:
            cursor.execute(update, [list(column) for column in zip(*spans, strict=True)])


def seen(when: Mapping[str, Sequence[datetime]]) -> dict[str, Visitor]:
    """Return visitors by their ids, each of whom was here at these instants; new ones where there are none."""
    found = _by_id(when)
    missing = [
        Visitor(anonymous_id=key, first_seen_at=min(times), last_seen_at=max(times))
        for key, times in when.items()
        if key not in found
    ]
    if missing:
        Visitor.objects.bulk_create(missing, ignore_conflicts=True)
        found |= _by_id([visitor.anonymous_id for visitor in missing])
    changed = [visitor for key, visitor in found.items() if _widen(visitor, when[key])]
    _spans(_SEEN, [(visitor.pk, visitor.first_seen_at, visitor.last_seen_at) for visitor in changed])
    return found


def _by_id(keys: Iterable[str]) -> dict[str, Visitor]:
    rows = Visitor.objects.select_related("person").filter(anonymous_id__in=list(keys))
    return {visitor.anonymous_id: visitor for visitor in rows}


def _widen(visitor: Visitor, times: Sequence[datetime]) -> bool:
    before = visitor.first_seen_at, visitor.last_seen_at
    visitor.first_seen_at, visitor.last_seen_at = min(before[0], *times), max(before[1], *times)
    return before != (visitor.first_seen_at, visitor.last_seen_at)


@dataclass(frozen=True, slots=True)
class Start:
    """What the first message of a visit says: the path of the page, whether a person came, and from which network."""

    landing: str
    agent: Verdict
    origin: Origin


class Visits:
    """The visits of some visitors around the time that one batch of messages is about; written at its end."""

    def __init__(self, visitors: Iterable[Visitor], since: datetime) -> None:
        keys = [visitor.pk for visitor in visitors]
        self._of: dict[int, list[Visit]] = defaultdict(list)
        self._changed: dict[int, Visit] = {}
        for visit in Visit.objects.filter(visitor__in=keys, last_at__gte=since - PAUSE).order_by("last_at", "pk"):
            self._of[visit.visitor_id].append(visit)

    def at(self, visitor: Visitor, at: datetime, arrival: Arrival | None, start: Start) -> Visit:
        """Return the visit to which something at ``at`` belongs; a new one after a pause, or if they came another way.

        Somebody who comes directly while a visit goes on has opened a second window: that begins no new visit, and
        takes nothing from the campaign that brought them.

        Args:
            visitor: Who came.
            at: When; not always later than what is known already.
            arrival: How, if from outside.
            start: What is kept of it if it begins a visit.
        """
        known = self._of[visitor.pk]
        near = [visit for visit in known if visit.started_at - PAUSE <= at <= visit.last_at + PAUSE]
        visit = max(near, key=lambda one: one.last_at, default=None)
        if visit is None or _another_way(visit, arrival):
            visit = _begun(visitor, at, arrival, start)
            known.append(visit)
        elif not visit.started_at <= at <= visit.last_at:
            visit.started_at, visit.last_at = min(visit.started_at, at), max(visit.last_at, at)
            if visit.pk:
                self._changed[visit.pk] = visit
        return visit

    def first(self, visitor: Visitor) -> Visit | None:
        """Return the earliest visit of which is known how it came to be, whether it is stored or not yet."""
        stored = visitor.visits.exclude(channel="").order_by("started_at").first()
        new = [visit for visit in self._of[visitor.pk] if visit.pk is None and visit.channel]
        return min([*new, *([stored] if stored else [])], key=lambda visit: visit.started_at, default=None)

    def write(self) -> None:
        """Store what is new or has grown."""
        Visit.objects.bulk_create([visit for known in self._of.values() for visit in known if visit.pk is None])
        _spans(_VISITED, [(visit.pk, visit.started_at, visit.last_at) for visit in self._changed.values()])
        self._changed.clear()


def _another_way(visit: Visit, arrival: Arrival | None) -> bool:
    if arrival is None or arrival.channel is Channel.DIRECT:
        return False
    came = (visit.source, visit.medium, visit.campaign, visit.click_id)
    return came != (arrival.source, arrival.medium, arrival.campaign, arrival.click_id)


def _begun(visitor: Visitor, at: datetime, arrival: Arrival | None, start: Start) -> Visit:
    how = {}
    if arrival is not None:
        names = ("source", "medium", "campaign", "term", "content", "click_id", "inbound", "referrer_host")
        how = {name: getattr(arrival, name) for name in names} | {"channel": str(arrival.channel)}
    return Visit(
        visitor=visitor,
        started_at=at,
        last_at=at,
        landing=start.landing[:1000],
        agent=start.agent.kind.value,
        agent_why=start.agent.why[:300],
        network=start.origin.network,
        organisation=start.origin.organisation,
        network_kind=start.origin.kind.value,
        network_why=start.origin.why[:300],
        company_id=start.origin.company.company,
        certainty=start.origin.company.certainty,
        company_why=start.origin.company.why,
        **how,
    )


def belongs_to(visitor: Visitor, person: Person) -> int:
    """Join a visitor to a person, with all of its past that was nobody's; return how many touchpoints that were.

    What it did while it was somebody else's stays theirs.
    """
    if visitor.person_id != person.pk:
        visitor.person = person
        visitor.save(update_fields=["person"])
    return Touchpoint.objects.filter(visitor=visitor, person=None).update(person=person)


def reclassify(visit: Visit, agent: Verdict) -> frozenset[int]:
    """Say anew who made a visit; what it did counts from now on, or no longer.

    Returns:
        The people whose touchpoints this concerns, whose leads are to be judged again.
    """
    visit.agent, visit.agent_why = agent.kind.value, agent.why[:300]
    visit.save(update_fields=["agent", "agent_why"])
    concerned = visit.touchpoints.filter(counts=agent.kind in NOT_COUNTED).exclude(why_not=SPAM)
    people = frozenset(concerned.exclude(person=None).values_list("person_id", flat=True))
    counts = agent.kind not in NOT_COUNTED
    concerned.update(counts=counts, why_not="" if counts else agent.why[:300])
    return people


def call_spam(message_id: str, *, spam: bool) -> Touchpoint | None:
    """Say that a touchpoint is spam, which does not count from now on, or that it is none after all.

    Returns:
        The touchpoint, whose person's lead is to be judged again; None if there is no such one.
    """
    found = Touchpoint.objects.filter(message_id=message_id).first()
    if found is not None:
        found.counts, found.why_not = not spam, SPAM if spam else ""
        found.save(update_fields=["counts", "why_not"])
    return found
