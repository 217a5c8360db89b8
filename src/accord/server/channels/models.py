"""What campaigns cost, by day, and what was said of it before."""

from decimal import Decimal

from django.db import models
from django.db.models import Q

from accord.server.accounts.models import User


class Cost(models.Model):
    """What was spent on one day for one source, medium and campaign, which are written as the links of visits say them.

    The latest statement counts; ``CostChange`` has those before it.
    """

    day = models.DateField()
    source = models.CharField(max_length=200, blank=True)
    medium = models.CharField(max_length=200, blank=True)
    campaign = models.CharField(max_length=200, blank=True)
    currency = models.CharField(max_length=3, help_text="ISO 4217")
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    clicks = models.BigIntegerField(null=True, help_text="As the advertiser counts them; empty: not stated")
    impressions = models.BigIntegerField(null=True, help_text="Likewise")
    stated_at = models.DateTimeField(help_text="When this was first stated")

    class Meta:
        ordering = ("-day", "source", "medium", "campaign", "currency")
        constraints = (
            models.UniqueConstraint(
                fields=["day", "source", "medium", "campaign", "currency"], name="one_cost_of_a_campaign_and_day"
            ),
            models.CheckConstraint(condition=Q(amount__gte=Decimal(0)), name="cost_not_negative"),
            models.CheckConstraint(condition=Q(currency__regex="^[A-Z]{3}$"), name="cost_currency"),
            models.CheckConstraint(condition=~Q(source="", medium="", campaign=""), name="cost_of_something"),
            models.CheckConstraint(condition=Q(clicks=None) | Q(clicks__gte=0), name="cost_clicks"),
            models.CheckConstraint(condition=Q(impressions=None) | Q(impressions__gte=0), name="cost_impressions"),
        )

    def __str__(self) -> str:
        return f"{self.amount} {self.currency} for {self.campaign or self.source} on {self.day}"


class CostChange(models.Model):
    """A cost was restated: what it was, what it is, when, and by whom. Rows are only ever added."""

    cost = models.ForeignKey(Cost, models.PROTECT, related_name="changes")
    amount_before = models.DecimalField(max_digits=14, decimal_places=2)
    amount_after = models.DecimalField(max_digits=14, decimal_places=2)
    clicks_before = models.BigIntegerField(null=True)
    clicks_after = models.BigIntegerField(null=True)
    impressions_before = models.BigIntegerField(null=True)
    impressions_after = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.cost_id}: {self.amount_before} → {self.amount_after}"
