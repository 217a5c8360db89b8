"""Drafts, revisions of the agreement, the signatures under them and the comments on them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accord.server.accounts.models import User


class Revision(models.Model):
    """One version of the agreement. Once it is proposed its text never changes; the database refuses it."""

    class Status(models.TextChoices):
        """Where a revision stands."""

        PROPOSED = "proposed", "Proposed"
        SIGNED = "signed", "Signed"
        IN_FORCE = "in_force", "In force"
        RETIRED = "retired", "Retired"
        DECLINED = "declined", "Declined"
        WITHDRAWN = "withdrawn", "Withdrawn"
        SUPERSEDED = "superseded", "Superseded"

    OPEN = (Status.PROPOSED, Status.SIGNED)
    """It has yet to come into force."""
    DROPPED = (Status.DECLINED, Status.WITHDRAWN, Status.SUPERSEDED)
    """It never will."""

    number = models.PositiveIntegerField(unique=True)
    status = models.CharField(max_length=12, choices=Status, default=Status.PROPOSED)
    text = models.TextField(help_text="The YAML document as its author wrote it")
    file_name = models.CharField(max_length=200)
    outcome_fingerprint = models.CharField(max_length=64)
    wording_fingerprint = models.CharField(max_length=64)
    signers = ArrayField(
        models.CharField(max_length=40),
        default=list,
        help_text="The roles that must sign: by its text, or by what it replaces",
    )
    reason = models.TextField(help_text="Why it is proposed")
    proposed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField()
    based_on = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="+", help_text="What was in force when it was proposed"
    )
    planned_from = models.DateTimeField(null=True, help_text="Empty: in force with the last signature")
    in_force_from = models.DateTimeField(null=True, help_text="Since when it really was")
    retired_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)
    dropped_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", help_text="Empty: the software")
    dropped_why = models.TextField(blank=True)

    class Meta:
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(fields=["status"], condition=Q(status="in_force"), name="one_revision_in_force"),
            models.CheckConstraint(
                condition=Q(status__in=("declined", "withdrawn", "superseded")) ^ Q(dropped_at=None),
                name="revision_dropped_at_some_time",
            ),
            models.CheckConstraint(
                condition=~Q(status="declined") | ~Q(dropped_why=""), name="revision_declined_for_a_reason"
            ),
            models.CheckConstraint(
                condition=~Q(status="signed") | ~Q(planned_from=None), name="revision_signed_awaits_a_day"
            ),
        )
        indexes = (models.Index(fields=["number"], condition=Q(status="proposed"), name="revision_to_sign"),)

    def __str__(self) -> str:
        return f"Revision {self.number}"


class Signature(models.Model):
    """Somebody's signature under a revision, for their role."""

    revision = models.ForeignKey(Revision, models.PROTECT, related_name="signatures")
    role = models.CharField(max_length=40)
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("at",)
        constraints = (models.UniqueConstraint(fields=["revision", "role"], name="one_signature_per_role"),)

    def __str__(self) -> str:
        return f"{self.role}: {self.user}"


class CaseFile(models.Model):
    """A file of tests as it stood beside a revision when that was proposed. Rows are only ever added."""

    revision = models.ForeignKey(Revision, models.PROTECT, related_name="tests")
    name = models.CharField(max_length=200)
    text = models.TextField()

    class Meta:
        ordering = ("name",)
        constraints = (models.UniqueConstraint(fields=["revision", "name"], name="one_case_file_per_name"),)

    def __str__(self) -> str:
        return f"{self.name} of revision {self.revision_id}"


class Comment(models.Model):
    """What somebody said about a clause of a proposed revision; the first of a thread carries whether it is settled.

    Rows are only ever added; the database refuses to change what was said.
    """

    revision = models.ForeignKey(Revision, models.PROTECT, related_name="comments")
    path = models.CharField(max_length=200, blank=True, help_text="Of the clause; empty: the whole")
    thread = models.ForeignKey("self", models.PROTECT, null=True, related_name="answers", help_text="What it answers")
    text = models.TextField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    action_id = models.UUIDField(unique=True, help_text="Made by the form: sent twice, said once")

    class Meta:
        ordering = ("at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(settled_at=None, settled_by=None) | Q(settled_at__isnull=False, settled_by__isnull=False),
                name="comment_settled_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(thread=None) | Q(settled_at=None), name="comment_settled_with_its_thread"
            ),
        )

    def __str__(self) -> str:
        return f"{self.by} on {self.path or 'the whole'}"


class Draft(models.Model):
    """A document on its way to a proposal. It has one author at a time, who alone can change it.

    ``version`` counts every change of the row. Whoever saves says which version they started from, so that nobody
    overwrites what they have not seen.
    """

    author = models.ForeignKey(User, models.PROTECT, related_name="drafts")
    based_on = models.ForeignKey(
        Revision, models.PROTECT, null=True, related_name="+", help_text="The revision whose text it started from"
    )
    file_name = models.CharField(max_length=200)
    version = models.PositiveIntegerField(default=1)
    state = models.PositiveIntegerField(default=1, help_text="The number of the state that is its text")
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    revision = models.OneToOneField(
        Revision, models.PROTECT, null=True, related_name="draft", help_text="What it was proposed as"
    )
    dropped_at = models.DateTimeField(null=True)
    action_id = models.UUIDField(unique=True, help_text="Made by the form: sent twice, begun once")

    class Meta:
        ordering = ("-saved_at", "-pk")
        constraints = (
            models.CheckConstraint(condition=Q(revision=None) | Q(dropped_at=None), name="draft_proposed_or_dropped"),
        )

    def __str__(self) -> str:
        return f"Draft {self.pk}"


class DraftState(models.Model):
    """A text that a draft had; ``after`` is the number of the one that it was made from, for undoing."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="states")
    number = models.PositiveIntegerField()
    after = models.PositiveIntegerField(null=True)
    text = models.TextField(blank=True)
    typed = models.BooleanField(default=False, help_text="While somebody types, the same state is written on")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("number",)
        constraints = (models.UniqueConstraint(fields=["draft", "number"], name="one_state_per_number"),)

    def __str__(self) -> str:
        return f"State {self.number} of draft {self.draft_id}"
