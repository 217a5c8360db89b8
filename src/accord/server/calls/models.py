"""Telephone systems, the numbers that we own, and the calls that were reported."""

from django.db import models
from django.db.models import F, Q

from accord.server.accounts.models import User
from accord.server.calls.course import Status as Course
from accord.server.people.models import Company, Person
from accord.server.tracking.models import Source


class TelephoneSystem(models.Model):
    """What is known of a source of calls beside its key: whose reports they are, and the secret that signs them."""

    class Provider(models.TextChoices):
        """Whose format and signature, as ``payloads.Provider``."""

        ACCORD = "accord", "Any system that signs its reports (Standard Webhooks)"
        TWILIO = "twilio", "Twilio"
        CALLRAIL = "callrail", "CallRail"

    source = models.OneToOneField(Source, models.PROTECT, primary_key=True, related_name="+")
    provider = models.CharField(max_length=8, choices=Provider)
    secret = models.CharField(max_length=200)
    old_secret = models.CharField(max_length=200, blank=True, help_text="Replaced by secret; works for a while yet")
    old_secret_until = models.DateTimeField(null=True, blank=True)
    opens_leads = models.BooleanField(
        default=False, help_text="Who calls and is no lead yet becomes one by itself; else it is one click"
    )

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(secret=""), name="telephone_system_has_secret"),
            models.CheckConstraint(
                condition=Q(old_secret="", old_secret_until=None)
                | (~Q(old_secret="") & Q(old_secret_until__isnull=False)),
                name="old_secret_ends",
            ),
        )

    def __str__(self) -> str:
        return f"{self.provider} of source {self.pk}"


class TrackingNumber(models.Model):
    """A number of ours that stands in one place only, so that whoever calls it came by that. Never deleted."""

    number = models.CharField(max_length=20, help_text="E.164, such as +493012345678")
    name = models.CharField(max_length=100, help_text="Where it stands, such as Spring letter")
    source = models.CharField(max_length=200, blank=True)
    medium = models.CharField(max_length=200, blank=True)
    campaign = models.CharField(max_length=200, blank=True)
    shown_for = models.CharField(
        max_length=20,
        blank=True,
        help_text="E.164: the number on the website that visitors of this campaign see it for",
    )
    opens_leads = models.BooleanField(default=True, help_text="Who calls it and is no lead yet becomes one by itself")
    active_from = models.DateTimeField()
    active_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("name", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["number"], condition=Q(active_until=None), name="one_active_tracking_number"
            ),
            models.CheckConstraint(
                condition=Q(active_until=None) | Q(active_until__gte=F("active_from")), name="tracking_number_ends"
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.number})"


class OwnNumber(models.Model):
    """A number, or a range of numbers, that is ours: whoever calls from it is a colleague, and never a contact."""

    number = models.CharField(max_length=20, unique=True, help_text="E.164, or the beginning of all numbers of a range")
    is_range = models.BooleanField(default=False)
    user = models.ForeignKey(User, models.CASCADE, null=True, blank=True, related_name="+", help_text="Whose it is")
    note = models.CharField(max_length=100, blank=True)

    class Meta:
        ordering = ("number",)
        constraints = (
            models.CheckConstraint(condition=Q(user=None) | Q(is_range=False), name="a_range_is_nobodys_own"),
        )

    def __str__(self) -> str:
        return f"{self.number}…" if self.is_range else self.number


class Call(models.Model):
    """One call, as all its reports come to (``course.py``); what it led to stands with the person as one touchpoint."""

    class Direction(models.TextChoices):
        """Who called whom."""

        IN = "in", "They called"
        OUT = "out", "We called"
        OWN = "own", "Among ourselves"

    source = models.ForeignKey(Source, models.PROTECT, related_name="+")
    key = models.CharField(max_length=100, help_text="The telephone system's name of it")
    reports = models.JSONField(default=list, help_text="What was reported, each once")
    direction = models.CharField(max_length=3, choices=Direction)
    status = models.CharField(max_length=11, choices=[(each.value, each.value) for each in Course])
    started_at = models.DateTimeField()
    seconds = models.PositiveIntegerField(null=True)
    theirs = models.CharField(max_length=60, blank=True, help_text="E.164; empty: withheld")
    ours = models.CharField(max_length=60, blank=True, help_text="E.164 where it is a number")
    name = models.CharField(max_length=300, blank=True, help_text="Of the caller, as it was signalled")
    recording = models.CharField(max_length=500, blank=True)
    transcript = models.CharField(max_length=500, blank=True)
    number = models.ForeignKey(TrackingNumber, models.PROTECT, null=True, related_name="calls")
    agent = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", help_text="Who of ours, if told")
    person = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="calls")
    company = models.ForeignKey(
        Company, models.SET_NULL, null=True, related_name="+", help_text="Where several of its people have the number"
    )
    settled_at = models.DateTimeField(null=True, help_text="Somebody said that nobody need call back")
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("-started_at", "-pk")
        constraints = (
            models.UniqueConstraint(fields=["source", "key"], name="one_call_per_key"),
            models.CheckConstraint(condition=Q(direction__in=["in", "out", "own"]), name="call_direction_known"),
            models.CheckConstraint(condition=Q(status__in=[each.value for each in Course]), name="call_status_known"),
        )
        indexes = (
            models.Index(fields=["-started_at"], name="call_by_start"),
            models.Index(fields=["theirs", "-started_at"], name="call_by_number"),
        )

    def __str__(self) -> str:
        return f"call {self.key}"

    @property
    def how(self) -> Course:
        """Return how far it got."""
        return Course(self.status)

    @property
    def is_missed(self) -> bool:
        """Whether they called and nobody answered."""
        return self.direction == self.Direction.IN and self.how.is_over and not self.how.was_answered
