"""Which rows changed and are not in the warehouse yet, and which warehouse it is that is told of them."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


class TransactionId(models.BigIntegerField):  # type: ignore[type-arg]  # it takes none where it runs
    """The number of a transaction, as PostgreSQL counts them without ever starting again."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:  # Django passes it
        """Return its type in PostgreSQL."""
        return "xid8"

    def from_db_value(self, value: Any, *_: object) -> int:  # noqa: ANN401  # as Django has it
        """Return it as a number."""
        return int(value)


class Change(models.Model):
    """Rows that one statement changed; written by the triggers of ``capture.py``, deleted by the sync.

    When a row of this table is read tells nothing of the order in which transactions became visible; ``xid`` does.
    """

    xid = TransactionId(db_index=True, help_text="The transaction that changed them")
    kind = models.CharField(max_length=20, help_text="A table of the star, or what other rows of the star hang on")
    ids = ArrayField(models.BigIntegerField(), null=True, help_text="Which rows; none: all, the table was emptied")

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.kind} in {self.xid}"


class Keeping(models.Model):
    """The warehouse that is told of the changes of this database: there is one row at most.

    Changes are forgotten once they are in it, so no other warehouse can go on from here; it must be made anew.
    """

    token = models.UUIDField(help_text="By which it knows that it is the one")
    place = models.CharField(max_length=1000, help_text="Where it is: the machine and the folder")
    number = models.BigIntegerField(default=0, help_text="Its version up to which changes are forgotten")
    synced_at = models.DateTimeField(help_text="When it was last brought up to date")

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(pk=1), name="one_warehouse"),)

    def __str__(self) -> str:
        return self.place
