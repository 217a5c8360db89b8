"""Merges with what they changed, and proposals to merge."""

from django.db import models
from django.db.models import F, Q

from accord.server.accounts.models import User


class Kind(models.TextChoices):
    """What stands twice."""

    PERSON = "person", "People"
    COMPANY = "company", "Companies"


class Merge(models.Model):
    """Two people or companies became one. The row of one is gone; its id leads to the survivor as long as this holds.

    ``record`` is what was changed, as ``record.py`` writes it, so that it can be taken back exactly.
    """

    kind = models.CharField(max_length=7, choices=Kind)
    survivor = models.BigIntegerField(help_text="The id that stays")
    merged = models.BigIntegerField(help_text="The id that leads to it")
    survivor_name = models.CharField(max_length=320, help_text="As they were called before")
    merged_name = models.CharField(max_length=320)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", help_text="Empty: the software itself")
    explained = models.JSONField(help_text="Field by field: what was kept, from whom, and why")
    record = models.JSONField(help_text="What was changed: rows moved, changed, made, and held for the way back")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    stayed = models.JSONField(default=list, help_text="What came later and so was not taken back, in sentences")

    class Meta:
        ordering = ("-at", "-pk")
        constraints = (
            models.UniqueConstraint(fields=["kind", "merged"], condition=Q(undone_at=None), name="merged_into_one"),
            models.CheckConstraint(condition=~Q(survivor=F("merged")), name="merged_into_another"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="merge_kind"),
        )
        indexes = (models.Index(fields=["kind", "survivor"], name="merge_by_survivor"),)

    def __str__(self) -> str:
        return f"{self.merged_name} into {self.survivor_name}"


class Duplicate(models.Model):
    """Two people or companies that may be one: how probably, why, and what somebody decided.

    ``seen`` is a digest of what was compared. Who are not the same stay so until it changes.
    """

    class Status(models.TextChoices):
        """What was decided."""

        OPEN = "open", "To be decided"
        MERGED = "merged", "Merged"
        DISMISSED = "dismissed", "Not the same"

    kind = models.CharField(max_length=7, choices=Kind)
    first = models.BigIntegerField(help_text="The lower of the two ids")
    second = models.BigIntegerField()
    probability = models.FloatField(help_text="That they are one, from 0 to 1")
    explained = models.JSONField(help_text="Field by field: what speaks for and against it, in plain words")
    seen = models.CharField(max_length=64)
    found_at = models.DateTimeField()
    status = models.CharField(max_length=9, choices=Status, default=Status.OPEN)
    later_until = models.DateTimeField(null=True, help_text="Not shown before")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    merge = models.ForeignKey(
        Merge, models.SET_NULL, null=True, related_name="settled", help_text="Which merge settled it"
    )

    class Meta:
        ordering = ("-probability", "pk")
        constraints = (
            models.UniqueConstraint(fields=["kind", "first", "second"], name="proposed_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="proposal_lower_id_first"),
            models.CheckConstraint(condition=Q(probability__gte=0, probability__lte=1), name="proposal_probability"),
            models.CheckConstraint(condition=Q(status="open") ^ Q(decided_at__isnull=False), name="proposal_decided"),
        )
        indexes = (
            models.Index(fields=["-probability"], condition=Q(status="open"), name="proposal_open"),
            models.Index(fields=["kind", "second"], name="proposal_by_second"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.first} and {self.second}"
