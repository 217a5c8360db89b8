"""Backtests with their results, and runs that judge everybody again to see whether it comes to the same."""

from django.db import models
from django.db.models import Q

from accord.server.accounts.models import User
from accord.server.agreements.models import Revision
from accord.server.people.models import Person
from accord.server.pipeline.models import Lead


class Backtest(models.Model):
    """A draft, replayed over the past: what was asked, on which data, and what came out."""

    class Status(models.TextChoices):
        """Where a backtest stands."""

        WAITING = "waiting", "Waiting"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"

    draft_text = models.TextField(help_text="The YAML document")
    draft_name = models.CharField(max_length=200, help_text="What the draft's file is called")
    draft_fingerprint = models.CharField(max_length=64, help_text="Of everything that can change an outcome")
    revision = models.ForeignKey(
        Revision, models.PROTECT, null=True, related_name="+", help_text="The draft, if it is a proposed revision"
    )
    other = models.ForeignKey(
        Revision, models.PROTECT, null=True, related_name="+", help_text="What it is compared with; empty: nothing"
    )
    first = models.DateField()
    last = models.DateField(help_text="Itself included")
    capacity = models.PositiveIntegerField(null=True, help_text="Leads that sales can take in a week")

    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    status = models.CharField(max_length=8, choices=Status, default=Status.WAITING)
    begun = models.PositiveSmallIntegerField(default=0, help_text="How often a worker began it")
    doing = models.CharField(max_length=100, blank=True, help_text="What it is doing now")
    share = models.FloatField(default=0, help_text="Which share of that is done, 0 to 1")
    data_mark = models.CharField(max_length=64, blank=True, help_text="Says whether the data are still the same")
    snapshot_at = models.DateTimeField(null=True, help_text="The instant as of which it read the data")
    finished_at = models.DateTimeField(null=True)
    result = models.JSONField(null=True)
    error = models.TextField(blank=True, help_text="Why it failed, for people")

    class Meta:
        ordering = ("-asked_at", "-pk")
        constraints = (
            models.CheckConstraint(condition=Q(last__gte=models.F("first")), name="backtest_ends_after_it_begins"),
            models.CheckConstraint(
                condition=~Q(status="done") | Q(result__isnull=False, snapshot_at__isnull=False),
                name="backtest_done_has_result",
            ),
        )
        indexes = (
            models.Index(fields=["asked_at"], condition=Q(status__in=["waiting", "running"]), name="backtest_to_run"),
        )

    def __str__(self) -> str:
        return f"Backtest of {self.draft_name}, {self.first} to {self.last}"


class BacktestPerson(models.Model):
    """Somebody whom one of the two agreements would have handed over within the period."""

    backtest = models.ForeignKey(Backtest, models.CASCADE, related_name="people", db_index=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="+", db_index=False)
    fate = models.CharField(max_length=10, blank=True, help_text="Empty: nothing to compare with")
    draft_at = models.DateTimeField(null=True)
    other_at = models.DateTimeField(null=True)
    fast_lane = models.BooleanField()
    accepted_at = models.DateTimeField(null=True)
    rejected = models.BooleanField()
    won_at = models.DateTimeField(null=True)
    revenue_cents = models.BigIntegerField()

    class Meta:
        ordering = ("person",)
        constraints = (models.UniqueConstraint(fields=["backtest", "person"], name="once_in_a_backtest"),)

    def __str__(self) -> str:
        return f"{self.person} in backtest {self.backtest_id}"


class Verification(models.Model):
    """One run that judged every open lead again, in one go, and compared it with what stands in its row."""

    at = models.DateTimeField(help_text="The instant as of which it read the data")
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    compared = models.PositiveIntegerField()
    due = models.PositiveIntegerField(help_text="Left out: something has happened to them that is yet to be judged")
    differing = models.PositiveIntegerField(help_text="Must be zero")
    seconds = models.FloatField()

    class Meta:
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.differing} of {self.compared} differ"


class Disagreement(models.Model):
    """A lead of which its row says one thing, and judging it again another."""

    verification = models.ForeignKey(Verification, models.CASCADE, related_name="disagreements")
    lead = models.ForeignKey(Lead, models.CASCADE, related_name="+", db_index=False)
    about = models.CharField(max_length=12, help_text="fit, engagement, grade, stage, held_for or ready")
    live = models.CharField(max_length=300)
    batch = models.CharField(max_length=300)

    class Meta:
        ordering = ("lead", "about")

    def __str__(self) -> str:
        return f"{self.about} of lead {self.lead_id}: {self.live} or {self.batch}"
