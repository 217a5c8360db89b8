"""Offers, clocks and attempts."""

from datetime import timedelta

from django.db import models
from django.db.models import Q

from accord.server.accounts.models import User
from accord.server.agreements.models import Revision
from accord.server.pipeline.models import Lead, ReadyVia


class Offer(models.Model):
    """A lead offered to one owner, or to a team's queue when nobody is live.

    An open offer awaits a decision. When a lead goes to somebody else, this offer ends as withdrawn and a new one
    begins, so that each owner's time is their own.
    """

    class Status(models.TextChoices):
        """How an offer stands."""

        OPEN = "open", "Awaits a decision"
        ACCEPTED = "accepted", "Accepted"
        REJECTED = "rejected", "Rejected"
        WITHDRAWN = "withdrawn", "Withdrawn"

    class CameFirst(models.TextChoices):
        """Why the owner came before others who could have taken the lead: ``accord.routing.Preference``, and more."""

        COMPANY_OWNER = "company_owner", "They have the company"
        LAST_OWNER = "last_owner", "They had the person in the last cycle"
        COVERS = "covers", "They cover what the lead is"
        KEPT = "kept", "The lead was theirs already"
        GIVEN = "given", "Their manager gave it to them"

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="offers")
    owner = models.ForeignKey(User, models.PROTECT, null=True, related_name="offers")
    queue = models.CharField(max_length=100, help_text="The team it was routed to")
    via = models.CharField(max_length=10, choices=ReadyVia)
    grade = models.CharField(max_length=20, blank=True, help_text="At the moment of the offer")
    promise = models.CharField(max_length=60, blank=True, help_text="The clause of the SLA that applies, by its name")
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    offered_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", help_text="Empty: the agreement")
    reject_reason = models.CharField(max_length=60, blank=True)
    note = models.TextField(blank=True)
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="+")
    clause = models.CharField(max_length=60, blank=True, help_text="The rule of the routing, such as routing[0]")
    preference = models.CharField(
        max_length=14, blank=True, choices=CameFirst, help_text="Why the owner came before others; empty: by turns"
    )
    given_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", db_index=False, help_text="Who gave the lead to the owner"
    )
    named_queue = models.CharField(
        max_length=60, blank=True, help_text="The queue in which it waits by the agreement until somebody takes it"
    )
    routing = models.JSONField(
        default=list, help_text="Everybody considered, why they were chosen or not, and what is owed to them since"
    )
    reason = models.CharField(max_length=500, blank=True, help_text="Why this lead, in one sentence")

    class Meta:
        ordering = ("-offered_at", "-pk")
        constraints = (
            models.UniqueConstraint(fields=["lead"], condition=Q(status="open"), name="one_open_offer_per_lead"),
            models.CheckConstraint(condition=~Q(owner=None) | ~Q(queue=""), name="offer_never_without_owner_or_queue"),
        )
        indexes = (
            models.Index(fields=["status", "owner"], name="offer_by_owner"),
            models.Index(
                fields=["given_by", "offered_at"], condition=Q(given_by__isnull=False), name="offer_given_by_hand"
            ),
        )

    def __str__(self) -> str:
        return f"{self.lead} to {self.owner or self.queue}"


class Clock(models.Model):
    """A promise about a lead with its deadline in working time.

    What sales owes hangs on an offer, so that each owner's time is their own. What marketing owes has none. While a
    clock is on hold, its time stands still.

    ``next_check_at`` is the next instant at which something is to happen: a reminder, the breach, a reassignment. It is
    empty when nothing more can happen, and while the clock is on hold.
    """

    class Promise(models.TextChoices):
        """What is promised; the first three by sales, the others by marketing."""

        DECIDE = "decide", "Accept or reject"
        FIRST_ATTEMPT = "first_attempt", "First attempt"
        ATTEMPTS = "attempts", "All attempts"
        HAND_OVER = "hand_over", "Offer to sales"
        FILL_IN = "fill_in", "Fill in what is missing"
        ANSWER = "answer", "Answer the question of sales"
        ANSWER_RECYCLED = "answer_recycled", "Get in touch again"

    class Outcome(models.TextChoices):
        """How a clock ended."""

        KEPT = "kept", "Kept"
        LATE = "late", "Kept late"
        MISSED = "missed", "Missed"
        VOID = "void", "Void"

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="clocks", db_index=False)
    offer = models.ForeignKey(Offer, models.CASCADE, null=True, related_name="clocks", help_text="None: marketing owes")
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="+", help_text="Which promises it")
    promise = models.CharField(max_length=15, choices=Promise)
    clause = models.CharField(max_length=60, help_text="The clause of the agreement that it carries out")
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    next_check_at = models.DateTimeField(null=True)
    warned_at = models.DateTimeField(null=True, help_text="When it first reminded or told somebody")
    breached_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True, help_text="On hold since")
    on_hold = models.DurationField(default=timedelta, help_text="How long it was on hold until now, by the wall clock")
    outcome = models.CharField(max_length=6, choices=Outcome, blank=True)
    response = models.DurationField(null=True, help_text="Working time from the start to the stop, without the holds")
    needed = models.PositiveSmallIntegerField(default=1, help_text="How many attempts are owed")

    class Meta:
        ordering = ("due_at", "pk")
        constraints = (
            models.UniqueConstraint(fields=["offer", "promise"], name="one_clock_per_promise"),
            models.UniqueConstraint(
                fields=["lead", "promise"], condition=Q(offer=None, stopped_at=None), name="one_running_clock_per_lead"
            ),
            models.CheckConstraint(
                condition=Q(offer=None) ^ Q(promise__in=["decide", "first_attempt", "attempts"]),
                name="clock_of_sales_has_offer",
            ),
            models.CheckConstraint(condition=Q(stopped_at=None) ^ ~Q(outcome=""), name="clock_stops_with_outcome"),
            models.CheckConstraint(
                condition=Q(paused_at=None) | Q(stopped_at=None, next_check_at=None), name="clock_on_hold_stands_still"
            ),
        )
        indexes = (
            models.Index(fields=["next_check_at"], condition=Q(stopped_at=None), name="clock_to_check"),
            models.Index(
                fields=["lead", "due_at"],
                condition=Q(stopped_at=None, paused_at=None) & ~Q(offer=None),
                include=["next_check_at", "warned_at"],  # what the board asks of each open lead
                name="clock_running_of_sales",
            ),
            models.Index(fields=["stopped_at", "promise"], name="clock_by_stop"),
            models.Index(fields=["lead", "promise"], name="clock_by_lead"),
        )

    def __str__(self) -> str:
        return f"{self.promise} by {self.due_at:%Y-%m-%d %H:%M}"

    @property
    def absolute(self) -> timedelta | None:
        """The time by the wall clock from the start to the stop, without the holds; None while it runs."""
        return None if self.stopped_at is None else self.stopped_at - self.started_at - self.on_hold


class ClockEvent(models.Model):
    """One thing that a clock did. Rows are only ever added."""

    class Kind(models.TextChoices):
        """What the clock did."""

        STARTED = "started", "Started"
        REMINDED = "reminded", "Reminded the owner"
        TOLD = "told", "Told the manager"
        BREACHED = "breached", "Ran out"
        REASSIGNED = "reassigned", "Took the lead away"
        LET_PASS = "let_pass", "Counted as let pass"
        PAUSED = "paused", "Put on hold"
        RESUMED = "resumed", "Runs on"
        MOVED = "moved", "Moved its deadline"
        STOPPED = "stopped", "Stopped"
        FAILED = "failed", "Could not be carried out"

    clock = models.ForeignKey(Clock, models.CASCADE, related_name="events")
    kind = models.CharField(max_length=10, choices=Kind)
    step = models.CharField(
        max_length=60, blank=True, help_text="The step of the agreement, such as remind owner at 80"
    )
    note = models.CharField(max_length=300, blank=True, help_text="Why")
    at = models.DateTimeField()

    class Meta:
        ordering = ("at", "pk")
        constraints = (models.UniqueConstraint(fields=["clock", "kind", "step"], name="a_clock_does_a_step_once"),)

    def __str__(self) -> str:
        return f"{self.kind} at {self.at:%Y-%m-%d %H:%M}"


class Question(models.Model):
    """What sales asks marketing about an offered lead before it decides; meanwhile the clocks of sales are on hold.

    It is *open* until marketing answers it, or until it does not matter any more, because sales has decided or the lead
    has gone elsewhere.
    """

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="questions", db_index=False)
    offer = models.ForeignKey(Offer, models.CASCADE, related_name="questions")
    text = models.TextField()
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", help_text="Empty: nobody did")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("asked_at", "pk")
        constraints = (
            models.UniqueConstraint(fields=["lead"], condition=Q(closed_at=None), name="one_open_question_per_lead"),
            models.CheckConstraint(
                condition=Q(answered_by=None, answer="") | Q(closed_at__isnull=False) & ~Q(answer=""),
                name="question_answered_in_words",
            ),
        )
        indexes = (models.Index(fields=["lead", "asked_at"], name="question_by_lead"),)

    def __str__(self) -> str:
        return self.text[:80]


class Attempt(models.Model):
    """A real try to reach the lead. Rows are only ever added."""

    class Channel(models.TextChoices):
        """How it was tried."""

        CALL = "call", "Call"
        MAIL = "mail", "Mail"
        MEETING = "meeting", "Meeting"

    class Outcome(models.TextChoices):
        """What came of it."""

        REACHED = "reached", "Reached"
        NO_ANSWER = "no_answer", "No answer"
        VOICEMAIL = "voicemail", "Left a message"
        WRONG_CONTACT = "wrong_contact", "Wrong number or address"
        SENT = "sent", "Sent"

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="attempts", db_index=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    channel = models.CharField(max_length=8, choices=Channel)
    outcome = models.CharField(max_length=14, choices=Outcome)
    note = models.TextField(blank=True)
    at = models.DateTimeField()
    action_id = models.UUIDField(unique=True, help_text="Made by the form: sent twice, logged once")

    class Meta:
        ordering = ("at", "pk")
        indexes = (models.Index(fields=["lead", "at"], name="attempt_by_lead"),)

    def __str__(self) -> str:
        return f"{self.channel}: {self.outcome}"


class Snooze(models.Model):
    """A lead that steps down in the queue until somebody is to call back, and why; no clock stands still for it.

    It is *open* until somebody has tried to reach the lead, has taken it back, or the lead has left; while it is open
    and its time has not come, the lead is *asleep*.
    """

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="snoozes", db_index=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    until = models.DateTimeField(help_text="When somebody is to call back")
    why = models.CharField(max_length=300)
    attempt = models.ForeignKey(
        Attempt,
        models.PROTECT,
        null=True,
        related_name="+",
        help_text="In which they asked for it; empty: they did not",
    )
    told_at = models.DateTimeField(null=True, help_text="When the owner was told that its time has come")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("set_at", "pk")
        constraints = (
            models.UniqueConstraint(fields=["lead"], condition=Q(ended_at=None), name="one_open_snooze_per_lead"),
            models.CheckConstraint(condition=Q(until__gt=models.F("set_at")), name="snooze_lies_ahead"),
            models.CheckConstraint(condition=~Q(why=""), name="snooze_says_why"),
        )
        indexes = (
            models.Index(fields=["until"], condition=Q(ended_at=None, told_at=None), name="snooze_to_tell"),
            models.Index(fields=["lead", "set_at"], name="snooze_by_lead"),
        )

    def __str__(self) -> str:
        return f"{self.lead} until {self.until:%Y-%m-%d %H:%M}"
