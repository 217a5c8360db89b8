"""Finding the lead that somebody means: by the address, the id or the foreign id of its person."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from accord.server.people.models import Person
from accord.server.pipeline.models import Lead
from accord.server.pipeline.services import LeadError

MOST_SHOWN = 6
"""How many people a message lists before it breaks off."""

LARGEST_ID = 2**63 - 1


def lead_meant(name: str, at: datetime) -> Lead:
    """Return the lead of a person: the cycle that ran at ``at``, else the first one.

    Args:
        name: An e-mail address in any spelling of capitals, the id of the person, or a foreign id of the person or of
            one of their leads.
        at: An instant.

    Raises:
        LeadError: ``lead.unknown``: nobody is called so; or ``lead.ambiguous``: several people are.
    """
    people = list(Person.objects.filter(_named(name.strip())).distinct().select_related("company").order_by("pk"))
    if len(people) > 1:
        raise LeadError(
            "lead.ambiguous",
            f"'{name}' may be one of several: {_listed(people)}",
            hint="name one by the e-mail address",
        )
    leads = Lead.objects.select_related("person__company", "owner").filter(person__in=people)
    found = leads.filter(opened_at__lte=at).order_by("-cycle").first() or leads.order_by("opened_at").first()
    if found is None:
        who = f"{people[0]} has no lead" if people else f"nobody is known as '{name}'"
        raise LeadError("lead.unknown", who, hint="name an e-mail address, the id of a person, or a foreign id")
    return found


def _named(name: str) -> Q:
    same = Q(email_key__iexact=name) | Q(external_id=name) | Q(leads__external_id=name)
    if name.isascii() and name.isdigit() and int(name) <= LARGEST_ID:
        same |= Q(pk=int(name))
    return same if name else Q(pk__in=())


def _listed(people: Iterable[Person]) -> str:
    said = [_said(person) for person in people]
    return "; ".join(said[:MOST_SHOWN]) + ("; …" if len(said) > MOST_SHOWN else "")


def _said(person: Person) -> str:
    foreign = f", foreign id {person.external_id}" if person.external_id else ""
    return f"{person} ({person.email or 'no address'}, id {person.pk}{foreign})"
