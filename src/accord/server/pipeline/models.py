"""Leads with their cycles, stage history and scores, deals, and exchange rates."""

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accord.server.accounts.models import User
from accord.server.agreements.models import Revision
from accord.server.people.models import Company, Person


class StageName(models.TextChoices):
    """The stages of ``accord.agreement.Stage``, as the database and the pages name them."""

    SUBSCRIBER = "subscriber", "Subscriber"
    LEAD = "lead", "Lead"
    MQL = "mql", "MQL"
    SAL = "sal", "SAL"
    SQL = "sql", "SQL"
    OPPORTUNITY = "opportunity", "Opportunity"
    CUSTOMER = "customer", "Customer"
    RECYCLED = "recycled", "Recycled"
    DISQUALIFIED = "disqualified", "Disqualified"


class ReadyVia(models.TextChoices):
    """What made a lead ready to be handed over."""

    STAGE = "stage", "Reached the hand-off stage"
    FAST_LANE = "fast_lane", "Fast lane"


class Lead(models.Model):
    """One person's run through the funnel.

    ``stage`` is where it stands now; ``StageChange`` is how it got there. A lead that ended as recycled keeps
    everything; when it comes back, a new row with the next ``cycle`` opens.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="leads")
    cycle = models.PositiveSmallIntegerField(default=1, help_text="0: it is merged into another, which counts")
    external_id = models.CharField(max_length=200, null=True, unique=True)  # noqa: DJ001  # none is not an empty id
    source = models.CharField(max_length=200, blank=True, help_text="Where it came from, as stated; empty: not stated")
    first_contact_at = models.DateTimeField()
    opened_at = models.DateTimeField(help_text="When this cycle began")
    stage = models.CharField(max_length=12, choices=StageName)
    stage_since = models.DateTimeField()
    fields = models.JSONField(default=dict, help_text="Values of the agreement's lead fields, by short name")

    fit = models.IntegerField(default=0, help_text="In hundredths of a point, at scored_at")
    engagement = models.IntegerField(default=0, help_text="In hundredths of a point, at scored_at")
    grade = models.CharField(max_length=20, blank=True)
    scored_at = models.DateTimeField(null=True)
    review_at = models.DateTimeField(null=True, help_text="It is to be judged at or after this; empty: nothing is due")
    lacks = ArrayField(
        models.CharField(max_length=100),
        default=list,
        help_text="The statements by one of which it is a near miss, at scored_at; none: it is none",
    )

    ready_at = models.DateTimeField(null=True, help_text="Ready to be offered to sales, and not yet offered")
    ready_via = models.CharField(max_length=10, choices=ReadyVia, blank=True)
    held_for = ArrayField(models.CharField(max_length=100), default=list, help_text="Fields marketing must fill first")

    owner = models.ForeignKey(User, models.PROTECT, null=True, related_name="leads")
    stay_told_at = models.DateTimeField(
        null=True, help_text="When somebody was told that it stays where it is too long"
    )
    queue = models.CharField(
        max_length=100, blank=True, help_text="The team whose queue holds it while it has no owner"
    )
    handed_over_at = models.DateTimeField(null=True, help_text="When it was first offered to sales in this cycle")

    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=60, blank=True, help_text="The agreed reason, by its name")
    end_clause = models.CharField(
        max_length=100, blank=True, db_default="", help_text="The clause of the agreement by which it ended"
    )
    caretaker = models.CharField(max_length=40, blank=True, help_text="The role that looks after a recycled lead")
    returns_at = models.DateTimeField(null=True, help_text="When a recycled lead comes back by itself")
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        help_text="The lead of the same person that goes on in its place; it counts nowhere by itself",
    )

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["person", "cycle"], condition=Q(merged_into=None), name="one_lead_per_cycle"
            ),
            models.CheckConstraint(condition=Q(merged_into=None) ^ Q(cycle=0), name="lead_merged_has_no_cycle"),
            models.CheckConstraint(
                condition=Q(merged_into=None) | Q(stage="disqualified"), name="lead_merged_has_ended"
            ),
            models.UniqueConstraint(fields=["person"], condition=Q(ended_at=None), name="one_open_lead_per_person"),
            models.CheckConstraint(condition=Q(stage__in=StageName.values), name="lead_stage_known"),
            models.CheckConstraint(
                condition=Q(ended_at=None) ^ Q(stage__in=["customer", "recycled", "disqualified"]),
                name="lead_ended_by_stage",
            ),
            models.CheckConstraint(
                condition=Q(handed_over_at=None) | ~Q(ended_at=None) | ~Q(owner=None) | ~Q(queue=""),
                name="lead_never_without_owner_or_queue",
            ),
        )
        indexes = (
            models.Index(fields=["review_at"], condition=~Q(review_at=None), name="lead_to_judge"),
            models.Index(fields=["ready_at"], condition=~Q(ready_at=None), name="lead_to_offer"),
            models.Index(fields=["scored_at"], condition=~Q(lacks=[]) & Q(ended_at=None), name="lead_near_miss"),
            models.Index(fields=["stage_since"], condition=~Q(held_for=[]), name="lead_held"),
            models.Index(fields=["returns_at"], condition=~Q(returns_at=None), name="lead_to_return"),
            models.Index(
                fields=["owner"],
                condition=Q(ended_at=None),
                include=["id", "queue", "stage_since", "handed_over_at"],  # what the board asks of each open lead
                name="lead_open_by_owner",
            ),
            models.Index(fields=["stage", "stage_since"], name="lead_by_stage"),
            models.Index(fields=["first_contact_at"], name="lead_by_first_contact"),
            models.Index(fields=["merged_into"], condition=~Q(merged_into=None), name="lead_merged"),
        )

    def __str__(self) -> str:
        return f"{self.person} ({f'cycle {self.cycle}' if self.cycle else 'merged'})"


class DecidedBy(models.TextChoices):
    """Who or what decided a stage change."""

    AGREEMENT = "agreement", "The agreement"
    USER = "user", "Somebody"
    CLOCK = "clock", "A clock that ran out"
    IMPORT = "import", "An import"


class StageChange(models.Model):
    """One step of a lead's history. Rows are only ever added."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="stage_changes", db_index=False)
    from_stage = models.CharField(max_length=12, choices=StageName, blank=True)
    to_stage = models.CharField(max_length=12, choices=StageName)
    at = models.DateTimeField()
    decided_by = models.CharField(max_length=10, choices=DecidedBy)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    revision = models.ForeignKey(Revision, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=500, blank=True)
    explanation = models.JSONField(default=dict, help_text="What held, what was found, and the scores at that moment")

    class Meta:
        ordering = ("at", "pk")
        indexes = (
            models.Index(fields=["lead", "at"], name="stage_change_by_lead"),
            models.Index(fields=["to_stage", "at"], name="stage_change_by_stage"),
        )

    def __str__(self) -> str:
        return f"{self.from_stage or 'new'} → {self.to_stage}"


class Deal(models.Model):
    """An opportunity: what it may bring, and how it ended."""

    class Outcome(models.TextChoices):
        """How a deal stands."""

        OPEN = "open", "Open"
        WON = "won", "Won"
        LOST = "lost", "Lost"

    lead = models.ForeignKey(Lead, models.PROTECT, related_name="deals")
    company = models.ForeignKey(
        Company,
        models.SET_NULL,
        null=True,
        related_name="deals",
        help_text="Where its person worked when it was won, else when it was opened; empty: not known",
    )
    external_id = models.CharField(max_length=200, null=True, unique=True)  # noqa: DJ001  # none is not an empty id
    name = models.CharField(max_length=300, blank=True)
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    list_amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    margin = models.DecimalField(
        max_digits=14,
        decimal_places=2,
        null=True,
        help_text="What is left of the amount after what it costs the company; may be below 0. Empty: not stated",
    )
    currency = models.CharField(max_length=3)
    outcome = models.CharField(max_length=4, choices=Outcome, default=Outcome.OPEN)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    flags = ArrayField(models.CharField(max_length=60), default=list, help_text="What is odd about it, by name")
    stated_at = models.DateTimeField(
        null=True, help_text="When this was first stated; empty: before anybody wrote that down"
    )

    class Meta:
        ordering = ("-opened_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(amount=None) | Q(amount__gte=Decimal(0)), name="deal_amount_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(outcome="open") ^ Q(closed_at__isnull=False), name="deal_closed_has_day"
            ),
        )
        indexes = (models.Index(fields=["outcome", "closed_at"], name="deal_by_outcome"),)

    def __str__(self) -> str:
        return self.name or f"Deal {self.pk}"


class DealChange(models.Model):
    """A deal is otherwise than it was: what of it, when, by whom and why. Rows are only ever added.

    What a deal was at an instant is what it is now with the changes after that instant taken back; ``stated_at`` says
    when it came to be known.
    """

    deal = models.ForeignKey(Deal, models.PROTECT, related_name="changes")
    amount_before = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    amount_after = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    list_amount_before = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    list_amount_after = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    margin_before = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    margin_after = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    currency_before = models.CharField(max_length=3)
    currency_after = models.CharField(max_length=3)
    outcome_before = models.CharField(max_length=4, choices=Deal.Outcome)
    outcome_after = models.CharField(max_length=4, choices=Deal.Outcome)
    closed_at_before = models.DateTimeField(null=True)
    closed_at_after = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("at", "pk")
        indexes = (models.Index(fields=["at"], name="deal_change_by_day"),)

    def __str__(self) -> str:
        return f"{self.deal_id}: {self.reason}"


class ExchangeRate(models.Model):
    """How many units of a currency were worth one unit of the base on one day, as the European Central Bank states it.

    The latest statement counts; ``ExchangeRateChange`` has those before it.
    """

    day = models.DateField()
    base = models.CharField(max_length=3, help_text="ISO 4217; EUR for the rates of the European Central Bank")
    currency = models.CharField(max_length=3, help_text="ISO 4217")
    rate = models.DecimalField(max_digits=20, decimal_places=10)
    stated_at = models.DateTimeField(help_text="When this was first stated")

    class Meta:
        ordering = ("-day", "base", "currency")
        constraints = (
            models.UniqueConstraint(fields=["currency", "day", "base"], name="one_rate_of_a_currency_and_day"),
            models.CheckConstraint(condition=Q(rate__gt=Decimal(0)), name="rate_positive"),
            models.CheckConstraint(condition=~Q(currency=models.F("base")), name="rate_of_another_currency"),
            models.CheckConstraint(
                condition=Q(base__regex="^[A-Z]{3}$") & Q(currency__regex="^[A-Z]{3}$"), name="rate_currencies"
            ),
        )

    def __str__(self) -> str:
        return f"1 {self.base} = {self.rate.normalize():f} {self.currency} on {self.day}"


class ExchangeRateChange(models.Model):
    """A rate was restated: what it was, what it is, when, and by whom. Rows are only ever added."""

    exchange_rate = models.ForeignKey(ExchangeRate, models.PROTECT, related_name="changes")
    rate_before = models.DecimalField(max_digits=20, decimal_places=10)
    rate_after = models.DecimalField(max_digits=20, decimal_places=10)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.exchange_rate_id}: {self.rate_before} → {self.rate_after}"
