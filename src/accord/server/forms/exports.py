"""Submissions as a CSV file, safe to open in a spreadsheet."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from accord.server.accounts.audit import record
from accord.server.accounts.models import User
from accord.server.forms.fields import in_order, read
from accord.server.forms.models import Form, Submission
from accord.server.forms.queries import STATES, Wanted, state_of, submissions
from accord.server.spreadsheet import csv_lines

BOM = "\ufeff"
"""Without it Excel takes UTF-8 for the code page of the machine."""
CHUNK = 500
HEADS = ("Form", "State", "Points for spam", "Why", "Address", "Page", "Consents")


def export_submissions(by: User, wanted: Wanted, zone: ZoneInfo, *, at: datetime) -> Iterator[str]:
    """Return the file piece by piece, with a column for each field that was sent, and write down who took it.

    Raises:
        AccessError: Their role does not keep forms.
    """
    rows = submissions(wanted, by)
    sent = {name for fields in rows.values_list("fields", flat=True).iterator(CHUNK) for name in fields}
    declared = (field.name for form in Form.objects.filter(pk__in=rows.values("form")) for field in read(form.fields))
    names = in_order(sent, declared)
    record("submissions.exported", "submissions", actor=by, at=at, form=wanted.form, state=wanted.state)
    return _pieces(wanted, by, names, zone)


def _pieces(wanted: Wanted, by: User, names: Sequence[str], zone: ZoneInfo) -> Iterator[str]:
    yield BOM + csv_lines([[f"Sent ({zone.key})", *HEADS, *names]])
    rows = submissions(wanted, by).prefetch_related("consents__text").iterator(CHUNK)
    for found in rows:
        yield csv_lines([_row(found, names, zone)])


def _row(found: Submission, names: Sequence[str], zone: ZoneInfo) -> list[object]:
    consents = (f"{each.text}: {'yes' if each.given else 'no'}" for each in found.consents.all())
    return [
        f"{found.at.astimezone(zone):%Y-%m-%d %H:%M:%S}",
        str(found.form),
        STATES[state_of(found)][0],
        found.points,
        " ".join(sentence for _, sentence in found.reasons),
        found.email_key,
        found.page,
        "; ".join(consents),
        *(found.fields.get(name, "") for name in names),
    ]
