"""Who may be the same as somebody by plain rules alone, now: said before the next search proposes it."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from accord.server.duplicates.models import Duplicate, Kind
from accord.server.people.models import Person, PersonKey
from accord.server.people.names import name_words, names_agree

CROWD = 12
"""More people than that who share a name or a telephone say nothing about any two of them."""


def alike(person: int) -> list[Person]:
    """Return who has somebody's telephone under a name that agrees, or their name at their company.

    Without those of whom it is proposed already, or decided that they are not the same.
    """
    mine = Person.objects.filter(pk=person).first()
    if mine is None:
        return []
    either = Q(first=person, second=OuterRef("pk")) | Q(first=OuterRef("pk"), second=person)
    others = Person.objects.exclude(pk=person).exclude(Exists(Duplicate.objects.filter(either, kind=Kind.PERSON)))
    phones = PersonKey.objects.filter(person=person, kind=PersonKey.Kind.PHONE).values("key")
    behind = _few(others.filter(keys__kind=PersonKey.Kind.PHONE, keys__key__in=phones).distinct())
    found = {each.pk: each for each in behind if names_agree(each.name, mine.name)}
    words = name_words(mine.name)
    if mine.company_id is not None and len(words) > 1:
        called = _few(others.filter(company=mine.company_id, name__icontains=words[-1]))
        found |= {each.pk: each for each in called if name_words(each.name) == words}
    return [found[key] for key in sorted(found)]


def _few(people: QuerySet[Person]) -> list[Person]:
    found = list(people.order_by("pk")[: CROWD + 1])
    return found if len(found) <= CROWD else []
