import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("agreements", "0001_initial"),
        ("people", "0001_initial"),
        ("pipeline", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Backtest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("draft_text", models.TextField(help_text="The YAML document")),
                ("draft_name", models.CharField(help_text="What the draft's file is called", max_length=200)),
                (
                    "draft_fingerprint",
                    models.CharField(help_text="Of everything that can change an outcome", max_length=64),
                ),
                ("first", models.DateField()),
                ("last", models.DateField(help_text="Itself included")),
                ("capacity", models.PositiveIntegerField(help_text="Leads that sales can take in a week", null=True)),
                ("asked_at", models.DateTimeField()),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("running", "Running"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("begun", models.PositiveSmallIntegerField(default=0, help_text="How often a worker began it")),
                ("doing", models.CharField(blank=True, help_text="What it is doing now", max_length=100)),
                ("share", models.FloatField(default=0, help_text="Which share of that is done, 0 to 1")),
                (
                    "data_mark",
                    models.CharField(blank=True, help_text="Says whether the data are still the same", max_length=64),
                ),
                ("snapshot_at", models.DateTimeField(help_text="The instant as of which it read the data", null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("result", models.JSONField(null=True)),
                ("error", models.TextField(blank=True, help_text="Why it failed, for people")),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        help_text="What it is compared with; empty: nothing",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agreements.revision",
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        help_text="The draft, if it is a proposed revision",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agreements.revision",
                    ),
                ),
            ],
            options={
                "ordering": ("-asked_at", "-pk"),
                "indexes": [
                    models.Index(
                        condition=models.Q(("status__in", ["waiting", "running"])),
                        fields=["asked_at"],
                        name="backtest_to_run",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("last__gte", models.F("first"))), name="backtest_ends_after_it_begins"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "done"), _negated=True),
                            models.Q(("result__isnull", False), ("snapshot_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="backtest_done_has_result",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BacktestPerson",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("fate", models.CharField(blank=True, help_text="Empty: nothing to compare with", max_length=10)),
                ("draft_at", models.DateTimeField(null=True)),
                ("other_at", models.DateTimeField(null=True)),
                ("fast_lane", models.BooleanField()),
                ("accepted_at", models.DateTimeField(null=True)),
                ("rejected", models.BooleanField()),
                ("won_at", models.DateTimeField(null=True)),
                ("revenue_cents", models.BigIntegerField()),
                (
                    "backtest",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="people",
                        to="backtests.backtest",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "ordering": ("person",),
                "constraints": [models.UniqueConstraint(fields=("backtest", "person"), name="once_in_a_backtest")],
            },
        ),
        migrations.CreateModel(
            name="Verification",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(help_text="The instant as of which it read the data")),
                ("compared", models.PositiveIntegerField()),
                (
                    "due",
                    models.PositiveIntegerField(
                        help_text="Left out: something has happened to them that is yet to be judged"
                    ),
                ),
                ("differing", models.PositiveIntegerField(help_text="Must be zero")),
                ("seconds", models.FloatField()),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agreements.revision"
                    ),
                ),
            ],
            options={
                "ordering": ("-at", "-pk"),
            },
        ),
        migrations.CreateModel(
            name="Disagreement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "about",
                    models.CharField(help_text="fit, engagement, grade, stage, held_for or ready", max_length=12),
                ),
                ("live", models.CharField(max_length=300)),
                ("batch", models.CharField(max_length=300)),
                (
                    "lead",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="pipeline.lead",
                    ),
                ),
                (
                    "verification",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="disagreements",
                        to="backtests.verification",
                    ),
                ),
            ],
            options={
                "ordering": ("lead", "about"),
            },
        ),
    ]
