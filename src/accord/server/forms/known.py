"""What is known already of who opens a form, so that it is not asked again.

Who that is says the cookie of their own browser alone, never anything in an address; and all that the page shows of it
is that a field is not there. A link that is passed on tells nobody anything.
"""

from collections.abc import Collection, Iterable

from accord.server.forms.fields import Asked, FormField
from accord.server.people.models import Person, Visitor
from accord.server.pipeline.facts import raw_values
from accord.server.pipeline.models import Lead


def person_of(anonymous_id: str) -> Person | None:
    """Return who a visitor is known to be; None if nobody."""
    if not anonymous_id:
        return None
    visitor = Visitor.objects.select_related("person__company").filter(anonymous_id=anonymous_id).first()
    return visitor.person if visitor is not None else None


def known_names(person: Person | None) -> frozenset[str]:
    """Return the full names of the fields that have a value for somebody."""
    if person is None:
        return frozenset()
    lead = Lead.objects.filter(person=person).order_by("-cycle").first() or Lead(person=person)
    found = {name for name, value in raw_values(lead).items() if value not in (None, "")}
    if "person.name" in found:
        found |= {"person.first_name", "person.last_name"}
    return frozenset(found)


def asked(fields: Iterable[FormField], known: Collection[str]) -> list[FormField]:
    """Return the fields to ask: without those whose value is known, and as many others in their place."""
    fields = list(fields)
    left_out = [field for field in fields if field.asked is Asked.UNKNOWN and field.fills in known]
    waiting = [field for field in fields if field.asked is Asked.INSTEAD and field.fills not in known]
    instead = waiting[: len(left_out)]
    return [field for field in fields if (field in instead if field.asked is Asked.INSTEAD else field not in left_out)]
