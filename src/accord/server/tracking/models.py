"""Sources, the log of their messages, and what intake has still to do."""

import secrets
import string

from django.db import models
from django.db.models import Q

from accord.server.accounts.models import User

KEY_LENGTH = 32
_KEY_LETTERS = string.ascii_letters + string.digits


def new_key() -> str:
    """Return a write key that nobody can guess: 190 bits in letters and digits, which no client must escape."""
    return "".join(secrets.choice(_KEY_LETTERS) for _ in range(KEY_LENGTH))


class Source(models.Model):
    """Somebody who may send messages: a website, a server, a form, a telephone system, a mailbox. Never deleted."""

    class Kind(models.TextChoices):
        """Where its messages are made, which decides whose address a request comes from."""

        BROWSER = "browser", "Website"
        SERVER = "server", "Server"
        FORM = "form", "Form"
        CALL = "call", "Calls"
        MAIL = "mail", "Mail"

    name = models.CharField(max_length=100, unique=True)
    kind = models.CharField(max_length=8, choices=Kind)
    write_key = models.CharField(max_length=64, unique=True, default=new_key)
    old_key = models.CharField(max_length=64, blank=True, help_text="Replaced by write_key; works for a while yet")
    old_key_until = models.DateTimeField(null=True, blank=True)
    allowed_origins = models.JSONField(
        default=list, blank=True, help_text="Of websites that may send; empty: any. Such as https://www.example.com"
    )
    rate_limit = models.PositiveIntegerField(null=True, blank=True, help_text="Messages a second; empty: no limit")
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    disabled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("name",)
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=["browser", "server", "form", "call", "mail"]), name="kind_known"
            ),
            models.CheckConstraint(
                condition=Q(old_key="", old_key_until=None) | (~Q(old_key="") & Q(old_key_until__isnull=False)),
                name="old_key_ends",
            ),
        )

    def __str__(self) -> str:
        return self.name


class Message(models.Model):
    """One message, as it was sent. The log: rows are only ever added, and dropped by whole weeks.

    The table stands in ``migrations/0002_log.py``: partitioned by week of arrival, its key is (received_at, id).
    """

    received_at = models.DateTimeField()
    source = models.ForeignKey(Source, models.PROTECT, db_constraint=False, related_name="+")
    at = models.DateTimeField(help_text="When it happened, corrected for the sender's clock; never after received_at")
    type = models.CharField(max_length=10)
    event = models.TextField(help_text="What was tracked, or the name of the page")
    message_id = models.TextField()
    anonymous_id = models.TextField()
    user_id = models.TextField()
    user_agent = models.TextField(help_text="Of whom the message is about; empty if it does not say")
    ip_prefix = models.CharField(max_length=50, help_text="Such as 203.0.113.0/24; empty if it is not known")
    body = models.TextField(help_text="The JSON as sent, without the write key and with the address cut to its prefix")

    class Meta:
        ordering = ("-received_at", "-pk")

    def __str__(self) -> str:
        return f"{self.type} {self.message_id}"


class Receipt(models.Model):
    """That a message has been taken: a digest of source and message id, for as long as anybody may send it again."""

    digest = models.UUIDField(primary_key=True)
    received_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.digest)


class Pending(models.Model):
    """A message that intake has still to take in; the transaction that has done so deletes the row.

    It alone holds the whole address of the sender.
    """

    id = models.BigIntegerField(primary_key=True, help_text="Of the message")
    received_at = models.DateTimeField()
    ip = models.GenericIPAddressField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    next_try_at = models.DateTimeField(null=True, help_text="Empty: at once")
    set_aside_at = models.DateTimeField(null=True, help_text="It failed, and waits for somebody to look at it")

    class Meta:
        indexes = (
            models.Index(fields=["id"], name="pending_to_do", condition=Q(set_aside_at=None)),
            models.Index(fields=["set_aside_at"], name="pending_aside", condition=Q(set_aside_at__isnull=False)),
        )

    def __str__(self) -> str:
        return f"message {self.id}"


class Tally(models.Model):
    """How many messages of a source were taken in an hour, or refused and why: a count, not a row for each.

    Counted a moment after the fact: a process that dies without a word loses the counts of its last second.
    """

    TAKEN = ""

    source = models.ForeignKey(Source, models.CASCADE, null=True, related_name="+", help_text="Empty: unknown key")
    hour = models.DateTimeField()
    reason = models.CharField(max_length=40, blank=True, help_text="Why they were refused; empty: they were taken")
    count = models.PositiveBigIntegerField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["source", "hour", "reason"], name="one_tally", nulls_distinct=False),
        )

    def __str__(self) -> str:
        return f"{self.count} {self.reason or 'taken'}"
