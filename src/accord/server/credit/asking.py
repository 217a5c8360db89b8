"""The edition of credit that pages ask."""

from datetime import datetime
from typing import TypeAlias

from accord.insight.credit.store import SHELF, Edition
from accord.server.credit.models import Restatement
from accord.server.warehouse import shelves

Opened: TypeAlias = shelves.Opened[Edition]


def opened() -> Opened | None:
    """Return the edition that counts; None where none was made yet of the warehouse of this database."""
    return shelves.opened(SHELF)


def restated_since(at: datetime) -> int:
    """Return how many times months that were over came to something else since an instant."""
    return Restatement.objects.filter(at__gte=at).count()
