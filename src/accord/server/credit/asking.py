"""The edition of credit that pages ask, and what they may say of restatements."""

from typing import TypeAlias

from django.db.models import QuerySet

from accord.insight.credit.store import SHELF, Edition
from accord.server.credit.asked import COST_READERS
from accord.server.credit.models import Restatement
from accord.server.warehouse import shelves

Opened: TypeAlias = shelves.Opened[Edition]


def opened() -> Opened | None:
    """Return the last edition of this database, as of whenever it is; None where none was made yet."""
    return shelves.opened(SHELF)


def restatements(role: str) -> QuerySet[Restatement]:
    """Return the restatements that a role may read: those of costs are for who may read costs."""
    rows = Restatement.objects.all()
    return rows if role in COST_READERS else rows.exclude(what=Restatement.What.COSTS)
