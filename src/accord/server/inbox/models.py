"""Mailboxes, our own domains, and mails that could not be read."""

from django.db import models
from django.db.models import Q

from accord.server.tracking.models import Source


class Mailbox(models.Model):
    """What is known of a source of mails beside its address: whether it is fetched by IMAP, and how far that got."""

    source = models.OneToOneField(Source, models.PROTECT, primary_key=True, related_name="+")
    opens_leads = models.BooleanField(
        default=False, help_text="Who writes to us and is no lead yet becomes one by itself"
    )
    host = models.CharField(max_length=253, blank=True, help_text="Of the IMAP server; empty: mails come by SMTP alone")
    port = models.PositiveIntegerField(default=993)
    tls = models.BooleanField(default=True)
    user = models.CharField(max_length=200, blank=True)
    password = models.CharField(max_length=200, blank=True)
    folder = models.CharField(max_length=200, default="INBOX")
    uid_validity = models.BigIntegerField(null=True, help_text="For which last_uid holds; another one: a new mailbox")
    last_uid = models.BigIntegerField(default=0)
    polled_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=500, blank=True, help_text="Why the last attempt failed")

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(port__gte=1, port__lte=65535), name="mailbox_port"),)

    def __str__(self) -> str:
        return f"mailbox of source {self.pk}"


class OwnDomain(models.Model):
    """A domain whose addresses are ours; those of users are without being named."""

    domain = models.CharField(max_length=253, unique=True)

    class Meta:
        ordering = ("domain",)

    def __str__(self) -> str:
        return self.domain


class UnreadMail(models.Model):
    """A mail that could not be read, whole as it came, until somebody has looked at it or it is old."""

    source = models.ForeignKey(Source, models.PROTECT, related_name="+")
    received_at = models.DateTimeField()
    reason = models.CharField(max_length=500)
    raw = models.BinaryField(help_text="Empty: too large to be kept; it still lies in the mailbox")
    digest = models.CharField(max_length=64, help_text="Of the mail, or its place in the mailbox")

    class Meta:
        ordering = ("-received_at", "-pk")
        constraints = (models.UniqueConstraint(fields=["source", "digest"], name="an_unread_mail_once"),)

    def __str__(self) -> str:
        return f"unread mail {self.pk}"
