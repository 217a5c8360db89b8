"""Telephone numbers as they are compared, and whose they are.

Unlike an account or an address, a number may be several people's: colleagues behind one switchboard share it.
"""

from collections.abc import Iterable
from functools import lru_cache

from django.conf import settings
from django.db import connection
from phonenumbers import (
    SUPPORTED_REGIONS,
    NumberParseException,
    PhoneNumberFormat,
    ValidationResult,
    format_number,
    is_possible_number_with_reason,
    is_valid_number,
    parse,
)

from accord.server.people.models import Person, PersonKey


@lru_cache(maxsize=10_000)
def phone_key(text: str, region: str) -> str | None:
    """Return that by which a telephone number is compared: E.164, without an extension; None if it is not one.

    A number with its country's code is taken if its length can be; one without is read as one of the region, and must
    be one that is given out there.

    Args:
        text: As it was written.
        region: The country, such as ``DE``, of a number that does not say its own.

    Examples:
        >>> phone_key("(030) 23125-111", "DE"), phone_key("0049 30 23125111", "DE"), phone_key("+1 212 555 0123", "DE")
        ('+493023125111', '+493023125111', '+12125550123')
        >>> phone_key("112", "DE"), phone_key("call reception", "DE")
        (None, None)
    """
    if not any(sign.isdigit() for sign in text):
        return None
    try:
        number = parse(text, region)
    except NumberParseException:
        return None
    if text.strip().startswith("+"):
        sound = is_possible_number_with_reason(number) == ValidationResult.IS_POSSIBLE
    else:
        sound = is_valid_number(number)
    return format_number(number, PhoneNumberFormat.E164) if sound else None


def region_of(country: object) -> str:
    """Return the region of a company's country as its field has it; the setting's where that is no country's code.

    Examples:
        >>> region_of("at")
        'AT'
    """
    code = country.strip().upper() if isinstance(country, str) else ""
    return code if code in SUPPORTED_REGIONS else str(settings.ACCORD_REGION)


def _keys(phones: Iterable[tuple[int, str, object]]) -> list[tuple[int, str]]:
    found = ((person, phone_key(phone, region_of(country))) for person, phone, country in phones)
    return [(person, key) for person, key in found if key is not None]


_KEEP = """
INSERT INTO people_personkey (person_id, kind, key)
SELECT person, 'phone', key FROM unnest(%s::bigint[], %s::text[]) AS said (person, key) ON CONFLICT DO NOTHING
"""


def keep_phones(phones: Iterable[tuple[int, str, object]]) -> None:
    """Let people be found by their telephones; what is no number is left out.

    Args:
        phones: Of each the person, the number as it was written, and the country of their company as its field has it.
    """
    if keys := _keys(phones):
        with connection.cursor() as cursor:
            cursor.execute(_KEEP, [list(column) for column in zip(*keys, strict=True)])


def keep_phone(person: Person, before: str = "") -> None:
    """Let a person be found by their telephone.

    Args:
        person: Whose telephone has been stored.
        before: What was stored by mistake until now: it leads to nobody any more.
    """
    country = person.company.fields.get("country") if person.company is not None else None
    if before:
        gone = [key for _, key in _keys([(person.pk, before, country)])]
        PersonKey.objects.filter(person=person, kind=PersonKey.Kind.PHONE, key__in=gone).delete()
    keep_phones([(person.pk, person.phone, country)])


def people_by_phone(number: str, region: str = "") -> list[Person]:
    """Return who has a telephone number, the longest known first; none if it is no number.

    Args:
        number: As it was written or signalled.
        region: The country of a number that does not say its own; empty: that of the setting.
    """
    key = phone_key(number, region or settings.ACCORD_REGION)
    if key is None:
        return []
    known = Person.objects.select_related("company").filter(keys__kind=PersonKey.Kind.PHONE, keys__key=key)
    return list(known.order_by("created_at", "pk"))
