"""The stamp of a page that Accord showed: when it was opened, and what it asked; signed, so that nobody makes one."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

from django.core import signing

from accord.server.forms.models import Form

_SALT = "accord.forms.stamp"


@dataclass(frozen=True, slots=True)
class Stamp:
    """When a page was opened, and the names of the inputs that it asked."""

    opened_at: datetime
    asked: frozenset[str]


def stamped(form: Form, asked: Collection[str], at: datetime) -> str:
    """Return the stamp of a form that is shown now."""
    return signing.dumps([form.key, int(at.timestamp() * 1000), sorted(asked)], salt=_SALT, compress=True)


def read(form: Form, text: str) -> Stamp | None:
    """Return what a stamp says; None if it is none, or another form's."""
    try:
        key, opened, asked = signing.loads(text, salt=_SALT)
    except (signing.BadSignature, ValueError):
        return None
    if key != form.key:
        return None
    return Stamp(datetime.fromtimestamp(opened / 1000, tz=UTC), frozenset(asked))
