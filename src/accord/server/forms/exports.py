"""Submissions as a file, with a column for each field that was sent."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from accord.server.accounts.audit import record
from accord.server.accounts.models import User
from accord.server.files import Cell, Column, Kind, Table
from accord.server.forms.fields import in_order, read
from accord.server.forms.models import Form, Submission
from accord.server.forms.queries import STATES, Wanted, state_of, submissions

CHUNK = 500
COLUMNS = (
    Column("Sent", Kind.INSTANT),
    Column("Form"),
    Column("State"),
    Column("Points for spam", Kind.WHOLE),
    *map(Column, ("Why", "Address", "Page", "Consents")),
)


def submissions_table(by: User, wanted: Wanted, zone: ZoneInfo, *, at: datetime) -> Table:
    """Return the submissions that match, to be taken away, and write down who takes them.

    Raises:
        AccessError: Their role does not keep forms.
    """
    rows = submissions(wanted, by)
    sent = {name for fields in rows.values_list("fields", flat=True).iterator(CHUNK) for name in fields}
    declared = (field.name for form in Form.objects.filter(pk__in=rows.values("form")) for field in read(form.fields))
    names = in_order(sent, declared)
    record("submissions.exported", "submissions", actor=by, at=at, form=wanted.form, state=wanted.state)
    found = submissions(wanted, by).prefetch_related("consents__text").iterator(CHUNK)
    return Table("submissions", [*COLUMNS, *map(Column, names)], (_row(each, names) for each in found), zone)


def _row(found: Submission, names: Sequence[str]) -> list[Cell]:
    consents = (f"{each.text}: {'yes' if each.given else 'no'}" for each in found.consents.all())
    return [
        found.at,
        str(found.form),
        STATES[state_of(found)][0],
        found.points,
        " ".join(sentence for _, sentence in found.reasons),
        found.email_key,
        found.page,
        "; ".join(consents),
        *(_text(found.fields.get(name)) for name in names),
    ]


def _text(value: object) -> str | None:
    return None if value is None else str(value)
