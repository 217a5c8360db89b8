import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0001_initial"),
        ("tracking", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="TelephoneSystem",
            fields=[
                (
                    "source",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="tracking.source",
                    ),
                ),
                (
                    "provider",
                    models.CharField(
                        choices=[
                            ("accord", "Any system that signs its reports (Standard Webhooks)"),
                            ("twilio", "Twilio"),
                            ("callrail", "CallRail"),
                        ],
                        max_length=8,
                    ),
                ),
                ("secret", models.CharField(max_length=200)),
                (
                    "old_secret",
                    models.CharField(blank=True, help_text="Replaced by secret; works for a while yet", max_length=200),
                ),
                ("old_secret_until", models.DateTimeField(blank=True, null=True)),
                (
                    "opens_leads",
                    models.BooleanField(
                        default=False,
                        help_text="Who calls and is no lead yet becomes one by itself; else it is one click",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("secret", ""), _negated=True), name="telephone_system_has_secret"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("old_secret", ""), ("old_secret_until", None)),
                            models.Q(models.Q(("old_secret", ""), _negated=True), ("old_secret_until__isnull", False)),
                            _connector="OR",
                        ),
                        name="old_secret_ends",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TrackingNumber",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(help_text="E.164, such as +493012345678", max_length=20)),
                ("name", models.CharField(help_text="Where it stands, such as Spring letter", max_length=100)),
                ("source", models.CharField(blank=True, max_length=200)),
                ("medium", models.CharField(blank=True, max_length=200)),
                ("campaign", models.CharField(blank=True, max_length=200)),
                (
                    "shown_for",
                    models.CharField(
                        blank=True,
                        help_text="E.164: the number on the website that visitors of this campaign see it for",
                        max_length=20,
                    ),
                ),
                (
                    "opens_leads",
                    models.BooleanField(
                        default=True, help_text="Who calls it and is no lead yet becomes one by itself"
                    ),
                ),
                ("active_from", models.DateTimeField()),
                ("active_until", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ("name", "pk"),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("active_until", None)),
                        fields=("number",),
                        name="one_active_tracking_number",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("active_until", None), ("active_until__gte", models.F("active_from")), _connector="OR"
                        ),
                        name="tracking_number_ends",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OwnNumber",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "number",
                    models.CharField(
                        help_text="E.164, or the beginning of all numbers of a range", max_length=20, unique=True
                    ),
                ),
                ("is_range", models.BooleanField(default=False)),
                ("note", models.CharField(blank=True, max_length=100)),
                (
                    "user",
                    models.ForeignKey(
                        blank=True,
                        help_text="Whose it is",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("number",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("user", None), ("is_range", False), _connector="OR"),
                        name="a_range_is_nobodys_own",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Call",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(help_text="The telephone system's name of it", max_length=100)),
                ("reports", models.JSONField(default=list, help_text="What was reported, each once")),
                (
                    "direction",
                    models.CharField(
                        choices=[("in", "They called"), ("out", "We called"), ("own", "Among ourselves")], max_length=3
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("ringing", "ringing"),
                            ("in_progress", "in_progress"),
                            ("ended", "ended"),
                            ("failed", "failed"),
                            ("busy", "busy"),
                            ("no_answer", "no_answer"),
                            ("voicemail", "voicemail"),
                            ("answered", "answered"),
                        ],
                        max_length=11,
                    ),
                ),
                ("started_at", models.DateTimeField()),
                ("seconds", models.PositiveIntegerField(null=True)),
                ("theirs", models.CharField(blank=True, help_text="E.164; empty: withheld", max_length=60)),
                ("ours", models.CharField(blank=True, help_text="E.164 where it is a number", max_length=60)),
                ("name", models.CharField(blank=True, help_text="Of the caller, as it was signalled", max_length=300)),
                ("recording", models.CharField(blank=True, max_length=500)),
                ("transcript", models.CharField(blank=True, max_length=500)),
                ("settled_at", models.DateTimeField(help_text="Somebody said that nobody need call back", null=True)),
                (
                    "agent",
                    models.ForeignKey(
                        help_text="Who of ours, if told",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        help_text="Where several of its people have the number",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="people.company",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="calls",
                        to="people.person",
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tracking.source"
                    ),
                ),
                (
                    "number",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="calls",
                        to="calls.trackingnumber",
                    ),
                ),
            ],
            options={
                "ordering": ("-started_at", "-pk"),
                "indexes": [
                    models.Index(fields=["-started_at"], name="call_by_start"),
                    models.Index(fields=["theirs", "-started_at"], name="call_by_number"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("source", "key"), name="one_call_per_key"),
                    models.CheckConstraint(
                        condition=models.Q(("direction__in", ["in", "out", "own"])), name="call_direction_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "status__in",
                                [
                                    "ringing",
                                    "in_progress",
                                    "ended",
                                    "failed",
                                    "busy",
                                    "no_answer",
                                    "voicemail",
                                    "answered",
                                ],
                            )
                        ),
                        name="call_status_known",
                    ),
                ],
            },
        ),
    ]
