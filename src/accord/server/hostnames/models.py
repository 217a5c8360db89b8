"""Addresses that are still to be asked about, and what was answered lately."""

from django.db import models

from accord.server.people.models import Visit


class Unasked(models.Model):
    """The address of a visit, kept until its name is known or was asked for in vain."""

    visit = models.OneToOneField(Visit, models.CASCADE, related_name="unasked")
    address = models.GenericIPAddressField()
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()

    class Meta:
        ordering = ("next_try_at", "pk")
        indexes = (models.Index(fields=["next_try_at"], name="unasked_due"),)

    def __str__(self) -> str:
        return f"visit {self.visit_id}"


class Answered(models.Model):
    """What a name server said lately of an address, which can be told again from its digest alone."""

    digest = models.CharField(max_length=64, unique=True, help_text="HMAC-SHA256 of the address under the server's key")
    domain = models.CharField(max_length=253, blank=True, help_text="Empty: it has no name of anybody's own")
    at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.domain or "nobody's own"
