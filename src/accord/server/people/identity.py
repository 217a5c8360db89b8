"""Who somebody is: finding a person by what is known of them, and adding to what is known.

A website may be told anything by anybody, so what comes from a browser adds what is missing and changes nothing; a
server, which speaks for the company, corrects.
"""

from dataclasses import dataclass
from datetime import datetime

from accord.server.people.history import Stored, record_field_change
from accord.server.people.models import ChangedBy, Company, CompanyKey, Person, PersonKey
from accord.server.people.names import names_agree
from accord.server.people.telephones import keep_phone, people_by_phone, phone_key, region_of

TOLD = ("name", "phone")
"""What stands in columns of its own and not among the agreement's fields."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody says of themselves, or a server of them.

    Attributes:
        user_id: The name of their account with whoever sends this; empty if not said, as all texts.
        email_key: The address, as ``email_key`` makes it.
        fields: Values of the agreement's person fields, by short name.
        trusted: Whether what is known already may be changed.
    """

    user_id: str = ""
    email: str = ""
    email_key: str = ""
    name: str = ""
    phone: str = ""
    fields: tuple[tuple[str, Stored], ...] = ()
    trusted: bool = False


def person_of(user_id: str, email_key: str = "") -> Person | None:
    """Return who is known by an account, else by an address; None if nobody is."""
    found = PersonKey.objects.filter(kind=PersonKey.Kind.USER, key=user_id).first() if user_id else None
    if found is None and email_key:
        first = Person.objects.filter(email_key=email_key).first()
        if first is not None:
            return first
        found = PersonKey.objects.filter(kind=PersonKey.Kind.EMAIL, key=email_key).first()
    return found.person if found is not None else None


@dataclass(frozen=True, slots=True)
class Identified:
    """Whom a claim is about.

    Attributes:
        also: Whose address it names besides, if that is another's: the two may be one person.
    """

    person: Person
    also: Person | None = None


def identify(claim: Claim, at: datetime) -> Person | None:
    """Return whom a claim is about, as ``identified`` does."""
    found = identified(claim, at)
    return found.person if found is not None else None


def identified(claim: Claim, at: datetime) -> Identified | None:
    """Return whom a claim is about, with what it says of them; a new person if nobody is known by it.

    An account counts before an address, and that before a telephone, which names somebody only if it is theirs alone
    and the names agree. Where account and address are two people's, the account decides, the address stays with whom
    it is, and both are returned. None if the claim names nothing of all that, or a telephone that several share.
    """
    person = person_of(claim.user_id, claim.email_key) if claim.user_id or claim.email_key else None
    if person is None:
        sharing = people_by_phone(claim.phone) if claim.phone else []
        person = _by_phone(claim, sharing)
        if person is None and not _stands_alone(claim, sharing):
            return None
    person = person or _new(claim, at)
    also = _add_keys(person, claim)
    _add_values(person, claim, at)
    return Identified(person, also)


def _by_phone(claim: Claim, sharing: list[Person]) -> Person | None:
    """Return whom a telephone names. Somebody with an account or address of their own must also be called the same."""
    if len(sharing) != 1:
        agreeing = [each for each in sharing if names_agree(each.name, claim.name)]
        return agreeing[0] if len(agreeing) == 1 else None
    only = sharing[0]
    if not claim.name or not only.name:
        return None if claim.user_id or claim.email_key else only
    return only if names_agree(only.name, claim.name) else None


def _stands_alone(claim: Claim, sharing: list[Person]) -> bool:
    """Return whether somebody new can be made of a claim: a telephone alone must be nobody's, or come with a name."""
    if claim.user_id or claim.email_key:
        return True
    return phone_key(claim.phone, region_of(None)) is not None and (not sharing or bool(claim.name))


def _new(claim: Claim, at: datetime) -> Person:
    person = Person.objects.create(
        name=claim.name,
        email=claim.email,
        email_key=claim.email_key or None,
        phone=claim.phone,
        fields=dict(claim.fields),
        created_at=at,
    )
    keep_phone(person)
    return person


def _add_keys(person: Person, claim: Claim) -> Person | None:
    """Let a person be found by what a claim names; return whose address it is, if it is another's."""
    if claim.user_id:
        PersonKey.objects.get_or_create(kind=PersonKey.Kind.USER, key=claim.user_id, defaults={"person": person})
    if not claim.email_key or claim.email_key == person.email_key:
        return None
    holder = person_of("", claim.email_key)
    if holder is not None:
        return holder if holder.pk != person.pk else None
    if person.email_key is None:
        person.email, person.email_key = claim.email, claim.email_key
        person.save(update_fields=["email", "email_key"])
    elif claim.trusted:
        PersonKey.objects.create(kind=PersonKey.Kind.EMAIL, key=claim.email_key, person=person)
    return None


def _add_values(person: Person, claim: Claim, at: datetime) -> None:
    changed = set()
    for name in TOLD:
        before, said = getattr(person, name), getattr(claim, name)
        if said and said != before and (claim.trusted or not before):
            setattr(person, name, said)
            changed.add(name)
            _record(f"person.{name}", person.pk, before, said, at)
    for name, value in claim.fields:
        before = person.fields.get(name)
        if value != before and (claim.trusted or before in (None, "")):
            person.fields[name] = value
            changed.add("fields")
            _record(f"person.{name}", person.pk, before, value, at)
    if changed:
        person.save(update_fields=sorted(changed))
    if "phone" in changed:
        keep_phone(person)


def works_at(
    person: Person, domain: str, name: str, fields: tuple[tuple[str, Stored], ...], at: datetime, *, trusted: bool
) -> Company | None:
    """Return the company of a person, with what is said of it; joined by domain, else by name, else made.

    A person who has a company keeps it, unless who says this is trusted and names another.
    """
    company, fresh = person.company, False
    if company is None or (trusted and (domain or name)):
        company, fresh = _company(domain, name, fields, at)
    if company is None:
        return None
    if person.company_id != company.pk:
        person.company = company
        person.save(update_fields=["company"])
    if fresh:
        return company
    changed = set()
    if name and not company.name:
        company.name = name
        changed.add("name")
    for field, value in fields:
        before = company.fields.get(field)
        if value != before and (trusted or before in (None, "")):
            company.fields[field] = value
            changed.add("fields")
            _record(f"company.{field}", company.pk, before, value, at)
    if changed:
        company.save(update_fields=sorted(changed))
    return company


def _company(
    domain: str, name: str, fields: tuple[tuple[str, Stored], ...], at: datetime
) -> tuple[Company | None, bool]:
    """Return a company and whether it is new; none where neither domain nor name is known."""
    known = company_of(domain, "" if domain else name)
    if known is not None or not (domain or name):
        return known, False
    made = {"name": name, "fields": dict(fields), "created_at": at}
    if domain:
        return Company.objects.get_or_create(domain=domain, defaults=made)
    return Company.objects.create(**made), True


def company_of(domain: str, name: str = "") -> Company | None:
    """Return which company is known by a domain, else by a name, the oldest first; None if none is."""
    for column, kind, said in (
        ("domain", CompanyKey.Kind.DOMAIN, domain),
        ("name__iexact", CompanyKey.Kind.NAME, name),
    ):
        if not said:
            continue
        first = Company.objects.filter(**{column: said}).order_by("pk").first()
        if first is not None:
            return first
        key = "key" if kind == CompanyKey.Kind.DOMAIN else "key__iexact"
        other = (
            CompanyKey.objects.filter(kind=kind, **{key: said}).select_related("company").order_by("company").first()
        )
        if other is not None:
            return other.company
    return None


def _record(field: str, subject: int, before: Stored, after: Stored, at: datetime) -> None:
    record_field_change(field, subject, before, after, at=at, by=None, changed_by=ChangedBy.SOURCE)
