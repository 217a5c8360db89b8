"""Leads that were found lying, and the looks that found them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accord.server.accounts.models import User
from accord.server.pipeline.models import Lead


class Alarm(models.Model):
    """A lead that nobody is working, from the look that found it to the one that found it no more."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="alarms")
    why = ArrayField(models.CharField(max_length=20), help_text="The reasons, by their names in the black hole's query")
    since = models.DateTimeField(help_text="When anything happened to it last")
    owner = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    team = models.CharField(max_length=100, blank=True, help_text="To which it was offered last")
    found_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("since", "pk")
        constraints = (
            models.UniqueConstraint(fields=["lead"], condition=Q(ended_at=None), name="one_open_alarm_per_lead"),
        )
        indexes = (models.Index(fields=["ended_at"], name="alarm_by_end"),)

    def __str__(self) -> str:
        return f"{self.lead}: {', '.join(self.why)}"


class Look(models.Model):
    """One look: when, and how many leads lay there."""

    at = models.DateTimeField(unique=True)
    found = models.PositiveIntegerField()

    class Meta:
        ordering = ("-at",)

    def __str__(self) -> str:
        return f"{self.found} at {self.at:%Y-%m-%d %H:%M}"
