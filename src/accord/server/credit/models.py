"""What was said of a month before, and what is said of it now."""

from django.db import models


class Restatement(models.Model):
    """A month that was over was counted anew and came to something else. Rows are only ever added.

    A deal that was entered late, a changed amount, a refund, a touch or a cost that came late, or other terms.
    """

    class What(models.TextChoices):
        """What came to something else."""

        BOOKINGS = "bookings", "Bookings"
        MARGIN = "margin", "Margin"
        CREDIT = "credit", "Credit"
        COSTS = "costs", "Costs"

    at = models.DateTimeField(help_text="When it was counted anew")
    database = models.CharField(max_length=100, help_text="Which was counted, as the warehouse tells them apart")
    edition = models.BigIntegerField(help_text="The number of the edition that said otherwise; it is restated once")
    month = models.DateField(help_text="Its first day")
    what = models.CharField(max_length=8, choices=What)
    currency = models.CharField(max_length=3, help_text="ISO 4217")
    before = models.BigIntegerField(help_text="In cents; of credit: nothing")
    after = models.BigIntegerField(help_text="In cents; of credit: how much went from one channel to another")
    why = models.CharField(max_length=300, help_text="As the rest of a sentence: it changed, since …")
    details = models.JSONField(
        default=list, help_text="Deals, channels or campaigns that changed: what, before, after; in cents"
    )
    left_out = models.PositiveIntegerField(default=0, help_text="How many more such details there were")

    class Meta:
        ordering = ("-at", "-month", "what")
        constraints = (
            models.UniqueConstraint(fields=["database", "edition", "month", "what"], name="restated_once"),
            models.CheckConstraint(
                condition=models.Q(what__in=["bookings", "margin", "credit", "costs"]), name="restated_what"
            ),
        )

    def __str__(self) -> str:
        return f"{self.what} of {self.month:%Y-%m}"
