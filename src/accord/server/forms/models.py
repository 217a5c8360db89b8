"""Forms, the texts of consent that they show, and what was submitted."""

import secrets
import string
import uuid

from django.db import models
from django.db.models import Q

from accord.server.accounts.models import User
from accord.server.tracking.models import Source

_LETTERS = string.ascii_lowercase + string.digits


def new_key() -> str:
    """Return what stands in the public address of a form: 82 bits, so that forms are not found by trying."""
    return "".join(secrets.choice(_LETTERS) for _ in range(16))


class Form(models.Model):
    """A form, on a page of ours or of any website. Its name, its websites and whether it is on stand with its source.

    Never deleted: it is switched off.
    """

    source = models.OneToOneField(Source, models.PROTECT, related_name="form")
    key = models.CharField(max_length=16, unique=True, default=new_key)
    event = models.CharField(max_length=60, help_text="What the agreement calls it: the property form")
    intro = models.TextField(blank=True)
    fields = models.JSONField(default=list, help_text="As fields.written makes them, in their order")
    boxes = models.JSONField(default=list, help_text="Consent boxes, as fields.written_boxes makes them")
    button = models.CharField(max_length=60)
    thanks = models.TextField()
    thanks_url = models.CharField(max_length=1000, blank=True, help_text="Shown instead of the text; empty: the text")
    window_minutes = models.PositiveIntegerField(help_text="Within which the same person submits once; 0: none")
    version = models.PositiveIntegerField(default=1, help_text="Counts changes, so that nobody overwrites another's")
    changed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ("source__name",)
        constraints = (models.CheckConstraint(condition=~Q(event=""), name="form_has_event"),)

    def __str__(self) -> str:
        return self.source.name


class ConsentText(models.Model):
    """One version of what a form asks people to agree to. Rows are only ever added; the database refuses else."""

    form = models.ForeignKey(Form, models.PROTECT, related_name="consent_texts")
    purpose = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    text = models.TextField()
    required = models.BooleanField()
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("form", "purpose", "version")
        constraints = (
            models.UniqueConstraint(fields=["form", "purpose", "version"], name="one_consent_text_per_version"),
        )

    def __str__(self) -> str:
        return f"{self.purpose}, version {self.version}"


class Submission(models.Model):
    """What somebody sent with a form, whatever became of it.

    ``verdict`` is what the checks say, ``said`` what a person says, which counts first.
    """

    class Verdict(models.TextChoices):
        """What became of it."""

        TAKEN = "taken", "Taken in"
        DOUBLE = "double", "Sent twice"
        SPAM = "spam", "Spam"

    class Word(models.TextChoices):
        """What a person says of it."""

        NOTHING = "", "Nothing"
        SPAM = "spam", "Spam"
        FINE = "fine", "Not spam"

    form = models.ForeignKey(Form, models.PROTECT, related_name="submissions", db_index=False)
    message_id = models.UUIDField(unique=True, default=uuid.uuid4, help_text="Of its message in the log")
    at = models.DateTimeField()
    logged_at = models.DateTimeField(null=True, help_text="When its message went into the log; empty: it did not")
    verdict = models.CharField(max_length=6, choices=Verdict)
    double_of = models.ForeignKey("self", models.PROTECT, null=True, related_name="doubles")
    points = models.PositiveSmallIntegerField(help_text="That speak for spam")
    reasons = models.JSONField(default=list, help_text="Pairs of points and a sentence")
    said = models.CharField(max_length=4, choices=Word, blank=True, default="")
    said_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    said_at = models.DateTimeField(null=True)
    fields = models.JSONField(help_text="What was sent, by the names of the inputs")
    email_key = models.CharField(max_length=320, blank=True, help_text="The address as it is compared; empty: none")
    same = models.UUIDField(help_text="A digest that two submissions share if they are of one person, or one content")
    sender = models.UUIDField(null=True, help_text="A keyed digest of the address, kept for a day")
    ip_prefix = models.CharField(max_length=50, blank=True)
    user_agent = models.TextField(blank=True)
    page = models.TextField(blank=True, help_text="The address of the page that held the form")
    referrer = models.TextField(blank=True)
    anonymous_id = models.CharField(max_length=200)
    ours = models.BooleanField(help_text="Whether it was filled in on a page that Accord showed")

    class Meta:
        ordering = ("-at", "-pk")
        indexes = (
            models.Index(fields=["form", "-at"], name="submission_by_form"),
            models.Index(fields=["-at"], name="submission_by_time"),
            models.Index(fields=["same", "at"], name="submission_by_sameness"),
            models.Index(fields=["sender", "at"], name="submission_by_sender", condition=Q(sender__isnull=False)),
            models.Index(fields=["ip_prefix", "at"], name="submission_by_prefix"),
            models.Index(fields=["email_key"], name="submission_by_email", condition=~Q(email_key="")),
        )
        constraints = (
            models.CheckConstraint(condition=Q(verdict__in=["taken", "double", "spam"]), name="submission_verdict"),
            models.CheckConstraint(condition=Q(said__in=["", "spam", "fine"]), name="submission_word"),
            models.CheckConstraint(
                condition=Q(said="", said_by=None, said_at=None) | ~Q(said="") & Q(said_at__isnull=False),
                name="submission_word_is_somebodys",
            ),
        )

    def __str__(self) -> str:
        return f"submission {self.pk}"

    @property
    def is_spam(self) -> bool:
        """Whether it counts as spam now."""
        return self.said == self.Word.SPAM or (not self.said and self.verdict == self.Verdict.SPAM)


class Consent(models.Model):
    """Which text of consent was shown with a submission, and whether it was ticked. Rows are only ever added."""

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="consents")
    text = models.ForeignKey(ConsentText, models.PROTECT, related_name="+")
    given = models.BooleanField()

    class Meta:
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=["submission", "text"], name="one_answer_per_consent"),)

    def __str__(self) -> str:
        return f"{'gave' if self.given else 'did not give'} {self.text}"


class Openings(models.Model):
    """How often the page of a form was opened on one day (UTC), by what calls itself a browser."""

    form = models.ForeignKey(Form, models.CASCADE, related_name="openings")
    day = models.DateField()
    count = models.PositiveBigIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["form", "day"], name="one_count_of_openings"),)

    def __str__(self) -> str:
        return f"{self.count} on {self.day}"
