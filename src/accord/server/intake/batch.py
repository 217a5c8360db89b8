"""What a batch of messages means for visitors, people, companies and leads.

Whatever the messages have in common is read once and written once; only who says who they are costs statements of
their own.
"""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, Q

from accord.server.agreements.services import in_force_or_none
from accord.server.calls import meaning as calls
from accord.server.duplicates.models import Kind
from accord.server.duplicates.proposals import propose
from accord.server.duplicates.proposing import CONTRADICTION, CONTRADICTION_BITS
from accord.server.hostnames.asking import is_worth_asking, note
from accord.server.inbox import meaning as mails
from accord.server.intake import reading
from accord.server.people.addresses import email_key_or_none, website_domain_or_none
from accord.server.people.identity import Claim, identified, identify, person_of, works_at
from accord.server.people.models import Person, Touchpoint, Visit, Visitor
from accord.server.people.recognition import Recognition
from accord.server.people.scanning import FROM_A_MAIL, TRAP_OPENED, TRAPPED, without_scanners
from accord.server.people.visiting import NOT_COUNTED, Start, Visits, belongs_to, reclassify, seen
from accord.server.pipeline.judging import review
from accord.server.pipeline.models import Lead
from accord.server.pipeline.services import fill_in, had_leads, open_lead
from accord.server.tracking.models import Source
from accord.server.tracking.work import Captured, done
from accord.traffic.address import read_address
from accord.traffic.arrivals import arrival
from accord.traffic.organisations import NetworkKind
from accord.traffic.robots import AgentKind, Verdict, impossible_speed, verdict

FAST = 20
"""A visit of no more pages is too short to tell by its pace that a robot makes it."""
LOOKED_AT = 150
"""So many touchpoints, the latest, tell the pace of a visit."""
TOLD_OF_LEADS = frozenset({Source.Kind.FORM, Source.Kind.SERVER})
_SERVER = Verdict(AgentKind.HUMAN, "is told by a server")
_HASTY = Verdict(AgentKind.ROBOT, "opened pages faster than any person can")
_TOLD_BY = {
    (Source.Kind.CALL.value, calls.EVENT): calls.take,
    (Source.Kind.MAIL.value, mails.EVENT): mails.take,
}
"""What is no message of a visitor or an account: who takes it in, by the kind of source and the event."""


class Batch:
    """Messages in the order in which they arrived, to be taken in within one transaction."""

    def __init__(self, messages: Sequence[Captured]) -> None:
        self._messages = messages
        times: dict[str, list[datetime]] = defaultdict(list)
        for message in messages:
            if message.anonymous_id:
                times[message.anonymous_id].append(message.at)
        self._visitors = seen(times) if times else {}
        since = min((at for each in times.values() for at in each), default=None)
        self._visits = Visits(self._visitors.values(), since) if since is not None else None
        self._recognition = Recognition()
        law = in_force_or_none()
        self._agreement = law.agreement if law is not None else None
        self._accounts: dict[str, Person] = {}
        self._touchpoints: list[Touchpoint] = []
        self._visited: dict[int, Visit] = {}
        self._mailed: list[Touchpoint] = []
        self._unnamed: list[tuple[Visit, str]] = []
        self._people: set[int] = set()
        known = {each.person_id for each in self._visitors.values() if each.person_id is not None}
        self._with_lead = had_leads(known)

    def take(self) -> None:
        """Take all of them in, and have the leads judged to which something happened."""
        for message in self._messages:
            self._take(message)
        self._write()
        self._people |= _paced(self._visited) | without_scanners(self._mailed)
        done([message.id for message in self._messages])
        if self._people:
            review(Q(pk__in=self._people), max(message.received_at for message in self._messages))

    def _take(self, message: Captured) -> None:
        if (take := _TOLD_BY.get((message.source_kind, str(message.body.get("event"))))) is not None:
            self._write()  # who they are may stand in this batch
            self._people |= take(message)
            return
        visitor = self._visitors.get(message.anonymous_id)
        visit = self._visit(message, visitor) if visitor is not None else None
        # Whether a form was sent by a robot has been decided where it came in, by more than its agent.
        robot = visit is not None and visit.agent in NOT_COUNTED and message.source_kind != Source.Kind.FORM
        event = reading.event_of(message)
        if event == TRAPPED:
            self._trapped(message, event)
            return
        told = None if robot else self._person(message, visitor)
        if told is not None and visitor is not None:
            self._join(visitor, told)
        person = told or (visitor.person if visitor is not None else None)
        if event and (visitor is not None or person is not None):
            why_not = (visit.agent_why or visit.agent) if robot and visit is not None else ""
            self._touchpoints.append(_touchpoint(message, event, visitor, visit, person, why_not))
        if person is not None and not robot and (told is not None or event):
            self._people.add(person.pk)
            self._open_lead(person, visitor, message)
            self._lead_fields(person, message)

    def _trapped(self, message: Captured, event: str) -> None:
        """Keep that a trap was opened, if it is known in whose mail: it makes nobody a person, a visitor or a lead."""
        person = person_of(message.user_id, email_key_or_none(message.user_id) or "")
        if person is not None:
            self._touchpoints.append(_touchpoint(message, event, None, None, person, TRAP_OPENED))

    def _visit(self, message: Captured, visitor: Visitor) -> Visit | None:
        url, referrer = reading.page_of(message)
        if self._visits is None or (message.source_kind != Source.Kind.BROWSER and not url):
            return None
        came = arrival(url, referrer) if url else None
        origin = self._recognition.origin(message.ip)
        agent = _SERVER
        if message.source_kind == Source.Kind.BROWSER:
            agent = verdict(message.user_agent, from_data_centre=origin.kind is NetworkKind.HOSTING)
        visit = self._visits.at(visitor, message.at, came, Start(read_address(url).path, agent, origin))
        from_browser = message.source_kind == Source.Kind.BROWSER and agent.kind not in NOT_COUNTED
        if visit.pk is None and message.ip and from_browser and is_worth_asking(origin):
            self._unnamed.append((visit, message.ip))
        return visit

    def _person(self, message: Captured, visitor: Visitor | None) -> Person | None:
        """Return whom a message says it is about; None if it says nothing."""
        traits = reading.traits_of(message)
        match message.type:
            case "group":
                person = person_of(message.user_id) or (visitor.person if visitor is not None else None)
                if person is not None:
                    self._company(person, traits, message)
                return person
            case "alias":
                return self._alias(message)
            case "page" | "screen" | "track" if not traits:
                return self._account(message) if message.user_id else None
        person = self._identified(self._claim(message, traits), message)
        if person is not None:
            self._company(person, reading.company_of(traits), message)
        return person

    def _account(self, message: Captured) -> Person | None:
        known = self._accounts.get(message.user_id)
        if known is None:
            known = self._identified(self._claim(message, {}), message)
            if known is not None:
                self._accounts[message.user_id] = known
        return known

    def _identified(self, claim: Claim, message: Captured) -> Person | None:
        """Return whom a claim is about; where it names two people, propose that they are one."""
        found = identified(claim, message.at)
        if found is None or found.also is None:
            return found.person if found is not None else None
        says = f"A message of {message.source_name} named the account of one and the address of the other"
        explained = [{"field": "account", "says": says, "weight": CONTRADICTION_BITS}]
        propose(Kind.PERSON, found.person.pk, found.also.pk, CONTRADICTION, explained, at=message.received_at)
        return found.person

    def _claim(self, message: Captured, traits: Mapping[str, Any]) -> Claim:
        email = reading.text_of(traits, "email", longest=320)
        return Claim(
            user_id=message.user_id[:320],
            email=email,
            email_key=email_key_or_none(email) or "",
            name=reading.name_of(traits),
            phone=reading.text_of(traits, "phone", longest=60),
            fields=reading.fields_of("person", traits, self._agreement) if self._agreement is not None else (),
            trusted=_trusted(message),
        )

    def _alias(self, message: Captured) -> Person | None:
        """Join what was known by the previous id to the account, where that id is a visitor's."""
        person = identify(Claim(user_id=message.user_id[:320]), message.at)
        previous = reading.text_of(message.body, "previousId", longest=200)
        visitor = self._visitors.get(previous) or Visitor.objects.filter(anonymous_id=previous or None).first()
        if person is not None and visitor is not None:
            self._join(visitor, person)
        return person

    def _company(self, person: Person, told: Mapping[str, Any], message: Captured) -> None:
        name = reading.text_of(told, "name")
        domain = website_domain_or_none(reading.text_of(told, "domain", "website")) or ""
        fields = reading.fields_of("company", told, self._agreement) if self._agreement is not None else ()
        if name or domain or fields:
            works_at(person, domain, name, fields, message.at, trusted=_trusted(message))

    def _join(self, visitor: Visitor, person: Person) -> None:
        if visitor.person_id != person.pk:
            belongs_to(visitor, person)
            for touchpoint in self._touchpoints:  # what it did in this batch is its past as well
                if touchpoint.visitor == visitor and touchpoint.person_id is None:
                    touchpoint.person = person

    def _open_lead(self, person: Person, visitor: Visitor | None, message: Captured) -> None:
        """Open the first lead of a person who can be reached; who was one before comes back by the agreement."""
        if person.pk in self._with_lead or not (person.email_key or person.phone):
            return
        self._with_lead.add(person.pk)
        if had_leads([person.pk]):
            return
        first = self._visits.first(visitor) if self._visits is not None and visitor is not None else None
        since = min(message.at, visitor.first_seen_at) if visitor is not None else message.at
        source = (first.channel if first is not None else "") or message.source_name
        open_lead(person, at=message.received_at, source=source, first_contact_at=since)

    def _lead_fields(self, person: Person, message: Captured) -> None:
        """Fill in what a form, or a server, tells of the open lead; neither changes what sales found out."""
        told = reading.traits_of(message).get("lead")
        if self._agreement is None or not isinstance(told, Mapping) or message.source_kind not in TOLD_OF_LEADS:
            return
        words = {reading.in_our_words(name): value for name, value in told.items()}
        fields = reading.fields_of("lead", words, self._agreement)
        lead = Lead.objects.select_for_update(no_key=True).filter(person=person, ended_at=None).first()
        if lead is not None and fields:
            fill_in(lead, fields, at=message.received_at)

    def _write(self) -> None:
        if self._visits is not None:
            self._visits.write()
            note({visit.pk: address for visit, address in self._unnamed}, self._messages[0].received_at)
            self._unnamed.clear()
        for touchpoint in self._touchpoints:
            if (visit := touchpoint.visit) is not None:
                touchpoint.visit = visit  # it has a key only now; its key alone would have it read again
                self._visited[visit.pk] = visit
        Touchpoint.objects.bulk_create(self._touchpoints, ignore_conflicts=True)
        self._mailed += [each for each in self._touchpoints if each.event in FROM_A_MAIL]
        self._touchpoints.clear()


def _trusted(message: Captured) -> bool:
    return message.source_kind == Source.Kind.SERVER


def _touchpoint(
    message: Captured, event: str, visitor: Visitor | None, visit: Visit | None, person: Person | None, why_not: str
) -> Touchpoint:
    return Touchpoint(
        message_id=_message_id(message),
        person=person,
        visitor=visitor,
        visit=visit,
        counts=not why_not,
        why_not=why_not,
        event=event,
        at=message.at,
        received_at=message.received_at,
        source=message.source_name,
        properties=reading.properties_of(message),
    )


def _message_id(message: Captured) -> str:
    """Return an id that no other source can make, and that fits."""
    whole = f"{message.source_id}:{message.message_id}"
    return whole if len(whole) <= 200 else f"{message.source_id}:{hashlib.sha256(whole.encode()).hexdigest()}"


def _paced(visited: Mapping[int, Visit]) -> set[int]:
    """Look at the pace of visits; return the people whose leads change since one turns out to be a robot's."""
    pages = Touchpoint.objects.filter(visit__in=visited, event="page_viewed", counts=True)
    long = pages.values("visit").annotate(views=Count("pk")).filter(views__gt=FAST).values_list("visit", flat=True)
    people: set[int] = set()
    for key in list(long):
        latest = pages.filter(visit=key).order_by("-at").values_list("at", flat=True)[:LOOKED_AT]
        if impossible_speed(latest):
            people |= reclassify(visited[key], _HASTY)
    return people
