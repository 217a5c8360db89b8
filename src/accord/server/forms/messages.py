"""What a submission says to the rest of Accord: its message in the log, in the shape of the Segment specification."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from accord.server.forms.fields import COMPANY, PERSON, FormField, Kind, read, word
from accord.server.forms.models import Form, Submission

EVENT = "Form Submitted"
TOUCHPOINT = "form_submitted"
"""The event of the touchpoint that intake makes of it."""
LONGEST_VALUE = 2_000
MOST_PROPERTIES, MOST_TRAITS, MOST_ADDRESS = 12_000, 6_000, 2_000
"""Bytes in the log, where a message has 32 kB at most; the whole of it stays with the submission."""
USUAL = {
    "email": PERSON[0], "e_mail": PERSON[0], "mail": PERSON[0], "your_email": PERSON[0], "email_address": PERSON[0],
    "work_email": PERSON[0], "name": PERSON[1], "full_name": PERSON[1], "your_name": PERSON[1],
    "first_name": PERSON[2], "firstname": PERSON[2], "fname": PERSON[2], "given_name": PERSON[2],
    "last_name": PERSON[3], "lastname": PERSON[3], "lname": PERSON[3], "surname": PERSON[3],
    "family_name": PERSON[3], "phone": PERSON[4], "tel": PERSON[4], "telephone": PERSON[4], "mobile": PERSON[4],
    "phone_number": PERSON[4], "company": COMPANY[0], "company_name": COMPANY[0], "organization": COMPANY[0],
    "organisation": COMPANY[0], "website": COMPANY[1], "company_website": COMPANY[1],
}  # fmt: skip
"""What inputs of such names fill, on forms that were not made here."""


def filled(form: Form, sent: Mapping[str, str]) -> dict[str, str]:
    """Return what was sent for the fields of person, company and lead, by their full names."""
    declared = {field.name: field for field in read(form.fields)}
    taken = {field.fills for field in declared.values() if field.fills}
    found: dict[str, str] = {}
    for name, value in sent.items():
        field = declared.get(name)
        target = field.fills if field is not None else USUAL.get(word(name), "")
        if target and value.strip() and (field is not None or target not in taken):
            found.setdefault(target, value.strip())
    return _fitting(found, MOST_TRAITS)


def traits_of(form: Form, sent: Mapping[str, str]) -> dict[str, Any]:
    """Return traits: those of the person, and under ``company`` and ``lead`` theirs."""
    traits: dict[str, Any] = {}
    boxes = {field.fills for field in read(form.fields) if field.kind is Kind.CHECKBOX}
    for target, text in filled(form, sent).items():
        subject, _, name = target.partition(".")
        value: str | bool = True if target in boxes else text
        if subject == "person":
            traits[name] = value
        else:
            traits.setdefault(subject, {})[name] = value
    return traits


def message_of(submission: Submission, form: Form, *, ip: str, consents: Sequence[tuple[str, bool]]) -> dict[str, Any]:
    """Return the message of a submission: what happened, or, of one that was sent twice, what it says of somebody."""
    traits = traits_of(form, submission.fields)
    if submission.email_key:
        traits.setdefault("email", submission.email_key)  # it was not asked, since it is known
    page = _fitting({"url": submission.page}, MOST_ADDRESS) | _fitting({"referrer": submission.referrer}, MOST_ADDRESS)
    context: dict[str, Any] = {"ip": ip, "userAgent": submission.user_agent[:1024], "traits": traits}
    if "url" in page:
        context["page"] = page
    common = {
        "messageId": submission.message_id.hex,
        "anonymousId": submission.anonymous_id,
        "timestamp": submission.at.isoformat(),
        "context": context,
    }
    if submission.double_of_id:
        return {"type": "identify", **common}
    return {"type": "track", "event": EVENT, "properties": _properties(submission, form, consents), **common}


def _properties(submission: Submission, form: Form, consents: Sequence[tuple[str, bool]]) -> dict[str, Any]:
    declared = {field.name: field for field in read(form.fields)}
    rest = {name: value for name, value in submission.fields.items() if not _fills(declared.get(name), name)}
    agreed = {f"consent_{purpose}": given for purpose, given in consents}
    return {**_fitting(rest, MOST_PROPERTIES), **agreed, "form_name": str(form), "form": form.event}


def _fitting(texts: Mapping[str, str], most: int) -> dict[str, str]:
    """Return what is not empty, each cut to what a touchpoint holds, as long as all of it has ``most`` bytes."""
    found: dict[str, str] = {}
    for name, text in texts.items():
        cut = text[:LONGEST_VALUE]
        most -= len(json.dumps([name, cut], ensure_ascii=False).encode())
        if cut and most >= 0:
            found[name] = cut
    return found


def _fills(field: FormField | None, name: str) -> bool:
    return bool(field.fills) if field is not None else word(name) in USUAL
