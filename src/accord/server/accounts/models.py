"""Users, teams, leave and the audit log."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property


class Role(models.TextChoices):
    """What somebody does here; it decides what they may see and do."""

    MARKETING = "marketing", "Marketing"
    SALES = "sales", "Sales"
    AGENCY = "agency", "Agency"
    OPERATIONS = "operations", "Revenue operations"
    EXECUTIVE = "executive", "Executive"


class UserManager(BaseUserManager["User"]):
    """Makes users, who sign in by e-mail address."""

    def create_user(self, email: str, name: str, role: str, password: str | None = None, **more: object) -> "User":
        """Store a user; without a password they cannot sign in until one is set."""
        user = self.model(email=self.normalize_email(email).lower(), name=name, role=role, **more)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """Somebody who works with Accord."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=20, choices=Role)
    zone = models.CharField(max_length=64, default="UTC", help_text="IANA name of the zone they work in")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name", "role"]

    class Meta:
        ordering = ("name", "pk")
        constraints = (models.CheckConstraint(condition=Q(role__in=Role.values), name="user_role_known"),)

    def __str__(self) -> str:
        return self.name

    @cached_property
    def manages_a_team(self) -> bool:
        """Whether they manage a team; asked once of each object, and so once for each request."""
        return self.managed_teams.exists()


class Team(models.Model):
    """People of sales who share leads; the agreement's routing names it."""

    name = models.CharField(max_length=100, unique=True)
    manager = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="managed_teams")

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """Somebody's place in a team: which leads they get, how many relative to the others, and how many at most.

    ``credit`` is the state of the weighted round robin; only routing writes it.
    """

    team = models.ForeignKey(Team, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    weight = models.PositiveSmallIntegerField(default=1)
    capacity = models.PositiveIntegerField(
        null=True, blank=True, help_text="Most open leads at a time; empty: no limit"
    )
    covers = models.JSONField(
        default=dict, help_text="Values for which they come first, by field, such as company.country: [DE, AT]"
    )
    calendar = models.CharField(
        max_length=60, blank=True, help_text="The agreement's calendar by which they work; empty: that of the hand-off"
    )
    credit = models.IntegerField(default=0)
    offline_since = models.DateTimeField(
        null=True, blank=True, help_text="Taken off the rota since they let leads pass; empty: on it"
    )
    back_at = models.DateTimeField(null=True, blank=True, help_text="When their manager put them back last")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["team", "user"], name="one_membership_per_team"),)

    def __str__(self) -> str:
        return f"{self.user} in {self.team}"


class Leave(models.Model):
    """A time in which somebody does not work: ``[start, end)``."""

    user = models.ForeignKey(User, models.CASCADE, related_name="leaves")
    start = models.DateTimeField()
    end = models.DateTimeField()

    class Meta:
        ordering = ("start",)
        constraints = (models.CheckConstraint(condition=Q(end__gt=models.F("start")), name="leave_ends_after_start"),)

    def __str__(self) -> str:
        return f"{self.user}: {self.start:%Y-%m-%d} to {self.end:%Y-%m-%d}"


class AuditEntry(models.Model):
    """Who did what to which record, and when. Rows are only ever added; the database refuses anything else."""

    at = models.DateTimeField()
    actor = models.ForeignKey(User, models.PROTECT, null=True, blank=True, help_text="Empty: the software itself")
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=60, help_text="Kind and id of the record, such as lead:12")
    details = models.JSONField(default=dict)

    class Meta:
        ordering = ("-at", "-pk")
        indexes = (models.Index(fields=["subject", "at"]),)

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"
