"""Imports of files, and the rows they refused."""

from django.db import models
from django.db.models import Q

from accord.server.accounts.models import User


class ImportRun(models.Model):
    """One import of one file: all of its good rows, or nothing."""

    class Kind(models.TextChoices):
        """What the file holds."""

        LEADS = "leads", "Leads"
        TOUCHPOINTS = "touchpoints", "Touchpoints"
        DEALS = "deals", "Deals"
        COSTS = "costs", "Costs"
        RATES = "rates", "Exchange rates"

    kind = models.CharField(max_length=12, choices=Kind)
    file_name = models.CharField(max_length=300)
    file_sha256 = models.CharField(max_length=64)
    mapping = models.JSONField()
    columns = models.JSONField(default=list, help_text="The header of the file")
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    rows = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    flagged = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("-started_at", "-pk")

    def __str__(self) -> str:
        return f"{self.kind} from {self.file_name}"


class RefusedRow(models.Model):
    """A row that was not imported, why, and what it held, so that nothing is lost."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="refused_rows")
    line = models.PositiveIntegerField(help_text="In the file, the header is line 1")
    code = models.CharField(max_length=60)
    message = models.TextField()
    row = models.JSONField()

    class Meta:
        ordering = ("line", "pk")
        constraints = (models.CheckConstraint(condition=~Q(code=""), name="refused_row_has_code"),)

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}"
