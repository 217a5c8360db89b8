"""The outreach list."""

from django.db import models
from django.db.models import Q

from accord.server.accounts.models import User
from accord.server.people.models import Company


class Outreach(models.Model):
    """A company that is to be approached, and the criterion of the agreement that it met when it was put on the list.

    Who is taken off stays with the day, so that they can be put back.
    """

    company = models.ForeignKey(Company, models.CASCADE, related_name="outreach")
    criterion = models.CharField(max_length=100, blank=True, help_text="By its name; empty: it met none")
    says = models.CharField(max_length=500, blank=True, help_text="The criterion as the agreement put it then")
    note = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    removed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=["company"], condition=Q(removed_at=None), name="company_once_on_the_outreach_list"
            ),
            models.CheckConstraint(
                condition=Q(removed_at=None) ^ Q(removed_by__isnull=False), name="outreach_removed_by_somebody"
            ),
        )

    def __str__(self) -> str:
        return f"{self.company} to be approached"
