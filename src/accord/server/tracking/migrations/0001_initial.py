import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accord.server.tracking.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Receipt",
            fields=[
                ("digest", models.UUIDField(primary_key=True, serialize=False)),
                ("received_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Pending",
            fields=[
                ("id", models.BigIntegerField(help_text="Of the message", primary_key=True, serialize=False)),
                ("received_at", models.DateTimeField()),
                ("ip", models.GenericIPAddressField(null=True)),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("error", models.TextField(blank=True)),
                ("next_try_at", models.DateTimeField(help_text="Empty: at once", null=True)),
                (
                    "set_aside_at",
                    models.DateTimeField(help_text="It failed, and waits for somebody to look at it", null=True),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("set_aside_at", None)), fields=["id"], name="pending_to_do"),
                    models.Index(
                        condition=models.Q(("set_aside_at__isnull", False)),
                        fields=["set_aside_at"],
                        name="pending_aside",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Source",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("browser", "Website"),
                            ("server", "Server"),
                            ("form", "Form"),
                            ("call", "Calls"),
                            ("mail", "Mail"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "write_key",
                    models.CharField(default=accord.server.tracking.models.new_key, max_length=64, unique=True),
                ),
                (
                    "old_key",
                    models.CharField(
                        blank=True, help_text="Replaced by write_key; works for a while yet", max_length=64
                    ),
                ),
                ("old_key_until", models.DateTimeField(blank=True, null=True)),
                (
                    "allowed_origins",
                    models.JSONField(
                        blank=True,
                        default=list,
                        help_text="Of websites that may send; empty: any. Such as https://www.example.com",
                    ),
                ),
                (
                    "rate_limit",
                    models.PositiveIntegerField(blank=True, help_text="Messages a second; empty: no limit", null=True),
                ),
                ("created_at", models.DateTimeField()),
                ("disabled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("name",),
            },
        ),
        migrations.AddConstraint(
            model_name="source",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["browser", "server", "form", "call", "mail"])), name="kind_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="source",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("old_key", ""), ("old_key_until", None)),
                    models.Q(models.Q(("old_key", ""), _negated=True), ("old_key_until__isnull", False)),
                    _connector="OR",
                ),
                name="old_key_ends",
            ),
        ),
        migrations.CreateModel(
            name="Tally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("hour", models.DateTimeField()),
                (
                    "reason",
                    models.CharField(
                        blank=True, help_text="Why they were refused; empty: they were taken", max_length=40
                    ),
                ),
                ("count", models.PositiveBigIntegerField()),
                ("last_at", models.DateTimeField()),
                (
                    "source",
                    models.ForeignKey(
                        help_text="Empty: unknown key",
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tracking.source",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("source", "hour", "reason"), name="one_tally", nulls_distinct=False)
                ],
            },
        ),
    ]
