"""Notices, how each of them leaves the house, and how everybody wants to be told."""

from datetime import time

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accord.server.accounts.models import Team, User
from accord.server.notifications.groups import Group


class Notification(models.Model):
    """Something somebody must know. The bell of the page shows it; how else they are told, its deliveries say."""

    user = models.ForeignKey(User, models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=40, help_text="What it says, after the room that knows of it: lead.offered")
    about = models.CharField(max_length=60, help_text="Kind and id of the row that caused it, such as offer:12")
    text = models.CharField(max_length=500, help_text="One sentence, the subject of the mail")
    body = models.TextField(blank=True, help_text="What there is to say besides, in paragraphs")
    link = models.CharField(max_length=200, help_text="The path of the page to open")
    created_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, help_text="By when they are to act; empty: at no particular time")
    urgent = models.BooleanField(default=False, help_text="It cools: it may break the quiet hours of whoever says so")
    seen_at = models.DateTimeField(null=True, help_text="When they opened it here, or said that they have seen it")
    planned = models.BooleanField(default=False, help_text="It was decided how it leaves the house, if at all")

    class Meta:
        ordering = ("-created_at", "-pk")
        constraints = (models.UniqueConstraint(fields=["user", "kind", "about"], name="nobody_is_told_the_same_twice"),)
        indexes = (
            models.Index(fields=["created_at"], condition=Q(planned=False), name="notification_to_plan"),
            models.Index(fields=["user", "-created_at"], name="notification_by_user"),
            models.Index(fields=["user"], condition=Q(seen_at=None), name="notification_unseen"),
        )

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        """Return the address that opens what it is about, and counts it as seen."""
        return reverse("notice", args=[self.pk])


class Device(models.Model):
    """A browser that somebody is told in, also while no page is open: a subscription of the Push API."""

    user = models.ForeignKey(User, models.CASCADE, related_name="devices")
    endpoint = models.URLField(max_length=1000, unique=True, help_text="Where its push service takes messages")
    p256dh = models.CharField(max_length=100, help_text="Its public key, for which a message is encrypted")
    auth = models.CharField(max_length=50, help_text="The secret that it shares with us")
    name = models.CharField(max_length=100, help_text="What it is, such as Firefox on Linux")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("created_at", "pk")

    def __str__(self) -> str:
        return self.name


class Chat(models.Model):
    """A place in Slack or Teams that is written to by a webhook: somebody's own, or one for a team or the house."""

    class Format(models.TextChoices):
        """In whose format it takes messages."""

        SLACK = "slack", "Slack, Mattermost or Rocket.Chat"
        TEAMS = "teams", "Microsoft Teams (Workflows)"

    user = models.OneToOneField(User, models.CASCADE, null=True, related_name="chat", help_text="Whose own it is")
    team = models.ForeignKey(
        Team, models.CASCADE, null=True, blank=True, related_name="+", help_text="Empty: the house's, or somebody's own"
    )
    name = models.CharField(max_length=100)
    format = models.CharField(max_length=5, choices=Format, default=Format.SLACK)
    url = models.CharField(max_length=1000, help_text="Whoever has it can write there: it is shown to nobody again")
    groups = ArrayField(
        models.CharField(max_length=10, choices=Group), default=list, help_text="What is said there; one's own: all"
    )
    failed_at = models.DateTimeField(null=True, help_text="When it refused a message last, and has taken none since")
    failure = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("name", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(user=None) | Q(team=None), name="chat_of_somebody_or_of_a_team"),
        )

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """One notice on one way out of the house: it leaves once, and is tried again by itself.

    A digest is all deliveries of one user with one ``slot``.
    """

    class Channel(models.TextChoices):
        """By which way."""

        MAIL = "mail", "Mail"
        DIGEST = "digest", "Digest by mail"
        PUSH = "push", "Push"
        CHAT = "chat", "Chat"

    class Outcome(models.TextChoices):
        """How it ended."""

        SENT = "sent", "Sent"
        WITHDRAWN = "withdrawn", "Withdrawn"
        GIVEN_UP = "given_up", "Given up"

    notification = models.ForeignKey(Notification, models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=6, choices=Channel)
    device = models.ForeignKey(Device, models.CASCADE, null=True)
    chat = models.ForeignKey(Chat, models.CASCADE, null=True)
    key = models.CharField(
        max_length=150, unique=True, help_text="Nothing leaves twice under one key; each try carries it to the outside"
    )
    slot = models.DateTimeField(help_text="When it was meant to leave")
    next_try_at = models.DateTimeField(null=True, help_text="When to try it; empty: it has ended")
    tries = models.PositiveSmallIntegerField(default=0)
    outcome = models.CharField(max_length=9, choices=Outcome, blank=True)
    ended_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(next_try_at__isnull=False, outcome="", ended_at=None)
                | Q(~Q(outcome=""), next_try_at=None, ended_at__isnull=False),
                name="delivery_ends_with_an_outcome",
            ),
            models.CheckConstraint(
                condition=Q(channel="push", device__isnull=False, chat=None)
                | Q(channel="chat", device=None, chat__isnull=False)
                | Q(channel__in=["mail", "digest"], device=None, chat=None),
                name="delivery_goes_where_its_channel_says",
            ),
        )
        indexes = (
            models.Index(fields=["channel", "next_try_at"], condition=~Q(next_try_at=None), name="delivery_due"),
            models.Index(fields=["slot"], condition=Q(channel="digest"), name="delivery_of_digest"),
        )

    def __str__(self) -> str:
        return self.key


class Habits(models.Model):
    """When somebody wants to be told; without a row, as the defaults say."""

    class Every(models.TextChoices):
        """How often a digest comes at most."""

        HOUR = "hour", "every hour"
        DAY = "day", "once a day"

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="habits")
    quiet = models.BooleanField(default=True, help_text="Outside of their working hours nothing but the bell")
    fast_lane = models.BooleanField(default=False, help_text="A lead on the fast lane breaks the quiet hours")
    digest = models.CharField(max_length=4, choices=Every, default=Every.DAY)
    digest_at = models.TimeField(default=time(9), help_text="Of a daily digest, on the clock of their zone")

    def __str__(self) -> str:
        return f"habits of {self.user_id}"


class Choice(models.Model):
    """How somebody wants to be told of one group of notices; without a row, as the defaults say."""

    class Mail(models.TextChoices):
        """Whether and how it is mailed."""

        NOW = "now", "At once"
        DIGEST = "digest", "In the digest"
        NEVER = "never", "Not at all"

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    group = models.CharField(max_length=10, choices=Group)
    mail = models.CharField(max_length=6, choices=Mail, default=Mail.NOW)
    push = models.BooleanField(default=True)
    chat = models.BooleanField(default=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user", "group"], name="one_choice_per_group"),)

    def __str__(self) -> str:
        return f"{self.group}: {self.mail}"


class PushKey(models.Model):
    """The key pair by which push services know this installation; made when it is first needed."""

    only = models.BooleanField(primary_key=True, default=True)
    private_pem = models.TextField()
    public = models.CharField(max_length=100, help_text="As a browser wants it: the point, in base64url")

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(only=True), name="one_push_key"),)

    def __str__(self) -> str:
        return self.public
