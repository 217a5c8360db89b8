"""Disputes with their evidence, what was said and ruled, and what rulings set aside.

Evidence, statements, rulings and adjustments are only ever added; the database refuses anything else.
"""

from django.db import models
from django.db.models import Q

from accord.server.accounts.models import Role, User
from accord.server.agreements.models import Draft, Revision
from accord.server.handoffs.models import Offer
from accord.server.pipeline.models import Lead


class Dispute(models.Model):
    """A decision about a lead that one side contests."""

    class Kind(models.TextChoices):
        """What is contested."""

        NO_MQL = "no_mql", "This was no MQL"
        WRONG_REJECTION = "wrong_rejection", "The rejection is wrong"
        NOBODY_CALLED = "nobody_called", "Nobody called"

    class State(models.TextChoices):
        """How it stands."""

        OPEN = "open", "Open"
        MEETING = "meeting", "At the next meeting"
        RULED = "ruled", "Ruled"

    lead = models.ForeignKey(Lead, models.PROTECT, related_name="disputes")
    offer = models.ForeignKey(Offer, models.PROTECT, related_name="+", help_text="The hand-off that it is about")
    kind = models.CharField(max_length=15, choices=Kind)
    state = models.CharField(max_length=7, choices=State, default=State.OPEN)
    contested_at = models.DateTimeField(help_text="When what is contested was decided, or was due")
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    draft = models.OneToOneField(
        Draft, models.PROTECT, null=True, related_name="+", help_text="Of the agreement, begun because of it"
    )

    class Meta:
        ordering = ("-opened_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=["lead", "kind"], condition=~Q(state="ruled"), name="one_open_dispute_per_lead_and_kind"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["no_mql", "wrong_rejection", "nobody_called"]), name="dispute_kind_known"
            ),
            models.CheckConstraint(condition=Q(state__in=["open", "meeting", "ruled"]), name="dispute_state_known"),
        )

    def __str__(self) -> str:
        return f"Dispute {self.pk}: {self.get_kind_display().lower()}"

    @property
    def side(self) -> Role:
        """The side that contests."""
        return Role.SALES if self.kind == self.Kind.NO_MQL else Role.MARKETING


class Evidence(models.Model):
    """What the system knew of a decision when it was contested, in plain words; see ``evidence.Pack``."""

    dispute = models.OneToOneField(Dispute, models.PROTECT, related_name="evidence")
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="+", help_text="By which the criteria are read")
    pack = models.JSONField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Evidence of dispute {self.dispute_id}"


class Statement(models.Model):
    """What somebody says in a dispute."""

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="statements")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, choices=Role, help_text="For which side, at that time")
    text = models.TextField()
    at = models.DateTimeField()
    action_id = models.UUIDField(unique=True, help_text="Made by the form: sent twice, said once")

    class Meta:
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.by}: {self.text[:40]}"


class Ruling(models.Model):
    """What became of a dispute: put off to the next meeting, or settled."""

    class Outcome(models.TextChoices):
        """What is ruled."""

        MEETING = "meeting", "To the next meeting"
        SALES = "sales", "Sales is right"
        MARKETING = "marketing", "Marketing is right"
        DEFINITION = "definition", "The definition is at fault"
        WITHDRAWN = "withdrawn", "Withdrawn"

    dispute = models.ForeignKey(Dispute, models.PROTECT, related_name="rulings")
    outcome = models.CharField(max_length=10, choices=Outcome)
    reason = models.TextField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["dispute"], condition=~Q(outcome="meeting"), name="a_dispute_is_settled_once"
            ),
            models.UniqueConstraint(
                fields=["dispute"], condition=Q(outcome="meeting"), name="a_dispute_is_put_off_once"
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["meeting", "sales", "marketing", "definition", "withdrawn"]),
                name="ruling_outcome_known",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_outcome_display()}: {self.reason[:40]}"


class Adjustment(models.Model):
    """What a ruling changes about who kept their word; it stands beside the figures, which stay as counted."""

    class What(models.TextChoices):
        """Which figure it stands beside."""

        NO_MQL = "no_mql", "Not a delivered MQL"
        NO_REJECTION = "no_rejection", "Not a rejection"
        BROKEN = "broken", "A broken promise of sales"

    dispute = models.OneToOneField(Dispute, models.PROTECT, related_name="adjustment")
    lead = models.ForeignKey(Lead, models.PROTECT, related_name="+")
    offer = models.ForeignKey(Offer, models.PROTECT, related_name="+")
    what = models.CharField(max_length=12, choices=What)
    counted_at = models.DateTimeField(help_text="The instant by which the figure counts what is adjusted")
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "pk")
        indexes = (models.Index(fields=["counted_at"], name="adjustment_by_count"),)
        constraints = (models.UniqueConstraint(fields=["lead", "offer", "what"], name="adjusted_once"),)

    def __str__(self) -> str:
        return f"{self.get_what_display()}: lead {self.lead_id}"


class Sample(models.Model):
    """Leads drawn by lot from those that sales decided on in a month, to be judged again."""

    month = models.DateField(help_text="Its first day")
    size = models.PositiveSmallIntegerField(help_text="How many were asked for")
    seed = models.PositiveIntegerField(help_text="With it the same leads are drawn again")
    drawn_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", help_text="Empty: the command line")
    drawn_at = models.DateTimeField()

    class Meta:
        ordering = ("-month", "-drawn_at", "-pk")
        constraints = (models.UniqueConstraint(fields=["month", "size", "seed"], name="a_sample_is_drawn_once"),)

    def __str__(self) -> str:
        return f"{self.size} of {self.month:%Y-%m}, seed {self.seed}"


class SampledLead(models.Model):
    """One lead of a sample, with its evidence as it was when it was drawn."""

    sample = models.ForeignKey(Sample, models.PROTECT, related_name="leads")
    offer = models.ForeignKey(Offer, models.PROTECT, related_name="+")
    decision = models.CharField(max_length=10, choices=Offer.Status, help_text="When it was drawn")
    pack = models.JSONField()

    class Meta:
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=["sample", "offer"], name="an_offer_is_drawn_once"),)

    def __str__(self) -> str:
        return f"{self.decision}: offer {self.offer_id}"


class Judgement(models.Model):
    """What one side says of a drawn lead; it stands once the other side has spoken too."""

    drawn = models.ForeignKey(SampledLead, models.PROTECT, related_name="judgements")
    role = models.CharField(max_length=20, choices=Role)
    good = models.BooleanField(help_text="Whether it was a good MQL")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["drawn", "role"], name="one_judgement_per_side"),
            models.CheckConstraint(condition=Q(role__in=["marketing", "sales"]), name="judgement_by_a_side"),
        )

    def __str__(self) -> str:
        return f"{self.role}: {'good' if self.good else 'not good'}"
