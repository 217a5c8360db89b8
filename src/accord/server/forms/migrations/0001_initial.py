import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accord.server.forms.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("tracking", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Form",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(default=accord.server.forms.models.new_key, max_length=16, unique=True)),
                ("event", models.CharField(help_text="What the agreement calls it: the property form", max_length=60)),
                ("intro", models.TextField(blank=True)),
                ("fields", models.JSONField(default=list, help_text="As fields.written makes them, in their order")),
                (
                    "boxes",
                    models.JSONField(default=list, help_text="Consent boxes, as fields.written_boxes makes them"),
                ),
                ("button", models.CharField(max_length=60)),
                ("thanks", models.TextField()),
                (
                    "thanks_url",
                    models.CharField(
                        blank=True, help_text="Shown instead of the text; empty: the text", max_length=1000
                    ),
                ),
                (
                    "window_minutes",
                    models.PositiveIntegerField(help_text="Within which the same person submits once; 0: none"),
                ),
                (
                    "version",
                    models.PositiveIntegerField(
                        default=1, help_text="Counts changes, so that nobody overwrites another's"
                    ),
                ),
                ("changed_at", models.DateTimeField()),
                (
                    "changed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "source",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="form", to="tracking.source"
                    ),
                ),
            ],
            options={
                "ordering": ("source__name",),
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("event", ""), _negated=True), name="form_has_event")
                ],
            },
        ),
        migrations.CreateModel(
            name="ConsentText",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("purpose", models.CharField(max_length=60)),
                ("version", models.PositiveIntegerField()),
                ("text", models.TextField()),
                ("required", models.BooleanField()),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "form",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="consent_texts", to="forms.form"
                    ),
                ),
            ],
            options={
                "ordering": ("form", "purpose", "version"),
                "constraints": [
                    models.UniqueConstraint(fields=("form", "purpose", "version"), name="one_consent_text_per_version")
                ],
            },
        ),
        migrations.CreateModel(
            name="Openings",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("count", models.PositiveBigIntegerField()),
                (
                    "form",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="openings", to="forms.form"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("form", "day"), name="one_count_of_openings")],
            },
        ),
        migrations.CreateModel(
            name="Submission",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "message_id",
                    models.UUIDField(default=uuid.uuid4, help_text="Of its message in the log", unique=True),
                ),
                ("at", models.DateTimeField()),
                (
                    "logged_at",
                    models.DateTimeField(help_text="When its message went into the log; empty: it did not", null=True),
                ),
                (
                    "verdict",
                    models.CharField(
                        choices=[("taken", "Taken in"), ("double", "Sent twice"), ("spam", "Spam")], max_length=6
                    ),
                ),
                ("points", models.PositiveSmallIntegerField(help_text="That speak for spam")),
                ("reasons", models.JSONField(default=list, help_text="Pairs of points and a sentence")),
                (
                    "said",
                    models.CharField(
                        blank=True,
                        choices=[("", "Nothing"), ("spam", "Spam"), ("fine", "Not spam")],
                        default="",
                        max_length=4,
                    ),
                ),
                ("said_at", models.DateTimeField(null=True)),
                ("fields", models.JSONField(help_text="What was sent, by the names of the inputs")),
                (
                    "email_key",
                    models.CharField(
                        blank=True, help_text="The address as it is compared; empty: none", max_length=320
                    ),
                ),
                (
                    "same",
                    models.UUIDField(
                        help_text="A digest that two submissions share if they are of one person, or one content"
                    ),
                ),
                ("sender", models.UUIDField(help_text="A keyed digest of the address, kept for a day", null=True)),
                ("ip_prefix", models.CharField(blank=True, max_length=50)),
                ("user_agent", models.TextField(blank=True)),
                ("page", models.TextField(blank=True, help_text="The address of the page that held the form")),
                ("referrer", models.TextField(blank=True)),
                ("anonymous_id", models.CharField(max_length=200)),
                ("ours", models.BooleanField(help_text="Whether it was filled in on a page that Accord showed")),
                (
                    "double_of",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="doubles",
                        to="forms.submission",
                    ),
                ),
                (
                    "form",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="submissions",
                        to="forms.form",
                    ),
                ),
                (
                    "said_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-at", "-pk"),
                "indexes": [
                    models.Index(fields=["form", "-at"], name="submission_by_form"),
                    models.Index(fields=["-at"], name="submission_by_time"),
                    models.Index(fields=["same", "at"], name="submission_by_sameness"),
                    models.Index(
                        condition=models.Q(("sender__isnull", False)),
                        fields=["sender", "at"],
                        name="submission_by_sender",
                    ),
                    models.Index(fields=["ip_prefix", "at"], name="submission_by_prefix"),
                    models.Index(
                        condition=models.Q(("email_key", ""), _negated=True),
                        fields=["email_key"],
                        name="submission_by_email",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("verdict__in", ["taken", "double", "spam"])), name="submission_verdict"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("said__in", ["", "spam", "fine"])), name="submission_word"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("said", ""), ("said_at", None), ("said_by", None)),
                            models.Q(models.Q(("said", ""), _negated=True), ("said_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="submission_word_is_somebodys",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("given", models.BooleanField()),
                (
                    "text",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="forms.consenttext"
                    ),
                ),
                (
                    "submission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="consents", to="forms.submission"
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
                "constraints": [models.UniqueConstraint(fields=("submission", "text"), name="one_answer_per_consent")],
            },
        ),
    ]
