"""Storing a field of the agreement that has a column of its own: a person's address, a company's domain, and the like.

An address and a domain tell who is who, so they are checked, stored with the key by which they are compared, and never
given to two.
"""

from email_validator import EmailNotValidError, validate_email

from accord.errors import AccordError
from accord.server.people.identity import company_of, person_of
from accord.server.people.models import Company, Person
from accord.server.people.telephones import keep_phone
from accord.server.pipeline.models import Lead

COLUMNS = {"person": ("name", "email", "phone"), "company": ("name", "domain"), "lead": ("source",)}
"""Fields that have a column of their own, by what they belong to."""


MOST = 2000
"""Characters, where the column itself sets no limit."""


class FieldError(AccordError):
    """A value cannot be stored in a field."""


def store_column(row: Lead | Person | Company, column: str, text: str) -> None:
    """Store a text in a column of its own; an empty one clears it.

    Raises:
        FieldError: ``field.bad_value`` if it is too long, no address or no domain; ``field.taken`` if somebody else has
            it.
    """
    longest: int = getattr(row._meta.get_field(column), "max_length", None) or MOST
    if len(text) > longest:
        raise FieldError("field.bad_value", f"that is too long: {len(text)} characters", hint=f"at most {longest}")
    stored = {column: text}
    if isinstance(row, Person) and column == "email":
        key = _checked(text).lower() if text else None
        known = person_of("", key) if key else None
        if known is not None and known.pk != row.pk:
            hint = f"they may be the same person; ask {_whom_to_ask(known)}"
            raise FieldError("field.taken", f"somebody else has the address {text}", hint=hint)
        stored["email_key"] = key  # type: ignore[assignment]  # unknown is not empty
    if isinstance(row, Company) and column == "domain":
        domain = _checked(f"a@{text}").partition("@")[2].lower() if text else None
        known_company = company_of(domain) if domain else None
        if known_company is not None and known_company.pk != row.pk:
            raise FieldError("field.taken", f"another company has the domain {text}", hint="they may be the same one")
        stored["domain"] = domain  # type: ignore[assignment]  # unknown is not empty
    before = getattr(row, column)
    for name, value in stored.items():
        setattr(row, name, value)
    row.save(update_fields=list(stored))
    if isinstance(row, Person) and column == "phone":
        keep_phone(row, before)


def _whom_to_ask(person: Person) -> str:
    """Return who knows more about somebody: the owner of their open lead, else marketing."""
    lead = Lead.objects.filter(person=person, ended_at=None).exclude(owner=None).select_related("owner").first()
    return lead.owner.name if lead is not None and lead.owner is not None else "marketing"


def _checked(address: str) -> str:
    try:
        return validate_email(address, check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise FieldError("field.bad_value", f"'{address.removeprefix('a@')}' does not fit: {error}") from None
