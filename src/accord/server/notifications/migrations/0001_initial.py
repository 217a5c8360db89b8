import datetime

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        ("accounts", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Habits",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="habits",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "quiet",
                    models.BooleanField(default=True, help_text="Outside of their working hours nothing but the bell"),
                ),
                (
                    "fast_lane",
                    models.BooleanField(default=False, help_text="A lead on the fast lane breaks the quiet hours"),
                ),
                (
                    "digest",
                    models.CharField(
                        choices=[("hour", "every hour"), ("day", "once a day")], default="day", max_length=4
                    ),
                ),
                (
                    "digest_at",
                    models.TimeField(
                        default=datetime.time(9, 0), help_text="Of a daily digest, on the clock of their zone"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Chat",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100)),
                (
                    "format",
                    models.CharField(
                        choices=[
                            ("slack", "Slack, Mattermost or Rocket.Chat"),
                            ("teams", "Microsoft Teams (Workflows)"),
                        ],
                        default="slack",
                        max_length=5,
                    ),
                ),
                (
                    "url",
                    models.CharField(
                        help_text="Whoever has it can write there: it is shown to nobody again", max_length=1000
                    ),
                ),
                (
                    "groups",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("leads", "A lead for me"),
                                ("reminders", "Reminders"),
                                ("late", "Somebody is late"),
                                ("questions", "Questions and disputes"),
                                ("agreement", "The agreement"),
                            ],
                            max_length=10,
                        ),
                        default=list,
                        help_text="What is said there; one's own: all",
                        size=None,
                    ),
                ),
                (
                    "failed_at",
                    models.DateTimeField(
                        help_text="When it refused a message last, and has taken none since", null=True
                    ),
                ),
                ("failure", models.CharField(blank=True, max_length=300)),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: the house's, or somebody's own",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.team",
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        help_text="Whose own it is",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="chat",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("name", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("user", None), ("team", None), _connector="OR"),
                        name="chat_of_somebody_or_of_a_team",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Choice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "group",
                    models.CharField(
                        choices=[
                            ("leads", "A lead for me"),
                            ("reminders", "Reminders"),
                            ("late", "Somebody is late"),
                            ("questions", "Questions and disputes"),
                            ("agreement", "The agreement"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "mail",
                    models.CharField(
                        choices=[("now", "At once"), ("digest", "In the digest"), ("never", "Not at all")],
                        default="now",
                        max_length=6,
                    ),
                ),
                ("push", models.BooleanField(default=True)),
                ("chat", models.BooleanField(default=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("user", "group"), name="one_choice_per_group")],
            },
        ),
        migrations.CreateModel(
            name="Device",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "endpoint",
                    models.URLField(help_text="Where its push service takes messages", max_length=1000, unique=True),
                ),
                (
                    "p256dh",
                    models.CharField(help_text="Its public key, for which a message is encrypted", max_length=100),
                ),
                ("auth", models.CharField(help_text="The secret that it shares with us", max_length=50)),
                ("name", models.CharField(help_text="What it is, such as Firefox on Linux", max_length=100)),
                ("created_at", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="devices", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ("created_at", "pk"),
            },
        ),
        migrations.CreateModel(
            name="Notification",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        help_text="What it says, after the room that knows of it: lead.offered", max_length=40
                    ),
                ),
                (
                    "about",
                    models.CharField(
                        help_text="Kind and id of the row that caused it, such as offer:12", max_length=60
                    ),
                ),
                ("text", models.CharField(help_text="One sentence, the subject of the mail", max_length=500)),
                ("body", models.TextField(blank=True, help_text="What there is to say besides, in paragraphs")),
                ("link", models.CharField(help_text="The path of the page to open", max_length=200)),
                ("created_at", models.DateTimeField()),
                (
                    "due_at",
                    models.DateTimeField(help_text="By when they are to act; empty: at no particular time", null=True),
                ),
                (
                    "urgent",
                    models.BooleanField(
                        default=False, help_text="It cools: it may break the quiet hours of whoever says so"
                    ),
                ),
                (
                    "seen_at",
                    models.DateTimeField(
                        help_text="When they opened it here, or said that they have seen it", null=True
                    ),
                ),
                (
                    "planned",
                    models.BooleanField(default=False, help_text="It was decided how it leaves the house, if at all"),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notifications",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-created_at", "-pk"),
                "indexes": [
                    models.Index(
                        condition=models.Q(("planned", False)), fields=["created_at"], name="notification_to_plan"
                    ),
                    models.Index(fields=["user", "-created_at"], name="notification_by_user"),
                    models.Index(condition=models.Q(("seen_at", None)), fields=["user"], name="notification_unseen"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("user", "kind", "about"), name="nobody_is_told_the_same_twice")
                ],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "channel",
                    models.CharField(
                        choices=[("mail", "Mail"), ("digest", "Digest by mail"), ("push", "Push"), ("chat", "Chat")],
                        max_length=6,
                    ),
                ),
                (
                    "key",
                    models.CharField(
                        help_text="Nothing leaves twice under one key; each try carries it to the outside",
                        max_length=150,
                        unique=True,
                    ),
                ),
                ("slot", models.DateTimeField(help_text="When it was meant to leave")),
                ("next_try_at", models.DateTimeField(help_text="When to try it; empty: it has ended", null=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("sent", "Sent"), ("withdrawn", "Withdrawn"), ("given_up", "Given up")],
                        max_length=9,
                    ),
                ),
                ("ended_at", models.DateTimeField(null=True)),
                ("last_error", models.CharField(blank=True, max_length=500)),
                (
                    "chat",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, to="notifications.chat"),
                ),
                (
                    "device",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.CASCADE, to="notifications.device"
                    ),
                ),
                (
                    "notification",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="notifications.notification",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("next_try_at", None), _negated=True),
                        fields=["channel", "next_try_at"],
                        name="delivery_due",
                    ),
                    models.Index(condition=models.Q(("channel", "digest")), fields=["slot"], name="delivery_of_digest"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("next_try_at__isnull", False), ("outcome", "")),
                            models.Q(
                                models.Q(("outcome", ""), _negated=True),
                                ("ended_at__isnull", False),
                                ("next_try_at", None),
                            ),
                            _connector="OR",
                        ),
                        name="delivery_ends_with_an_outcome",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("channel", "push"), ("chat", None), ("device__isnull", False)),
                            models.Q(("channel", "chat"), ("chat__isnull", False), ("device", None)),
                            models.Q(("channel__in", ["mail", "digest"]), ("chat", None), ("device", None)),
                            _connector="OR",
                        ),
                        name="delivery_goes_where_its_channel_says",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PushKey",
            fields=[
                ("only", models.BooleanField(default=True, primary_key=True, serialize=False)),
                ("private_pem", models.TextField()),
                (
                    "public",
                    models.CharField(help_text="As a browser wants it: the point, in base64url", max_length=100),
                ),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("only", True)), name="one_push_key")],
            },
        ),
    ]
