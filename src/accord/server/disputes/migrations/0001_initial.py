import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("agreements", "0001_initial"),
        ("handoffs", "0001_initial"),
        ("pipeline", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Dispute",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("no_mql", "This was no MQL"),
                            ("wrong_rejection", "The rejection is wrong"),
                            ("nobody_called", "Nobody called"),
                        ],
                        max_length=15,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("meeting", "At the next meeting"), ("ruled", "Ruled")],
                        default="open",
                        max_length=7,
                    ),
                ),
                ("contested_at", models.DateTimeField(help_text="When what is contested was decided, or was due")),
                ("opened_at", models.DateTimeField()),
                (
                    "draft",
                    models.OneToOneField(
                        help_text="Of the agreement, begun because of it",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agreements.draft",
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="disputes", to="pipeline.lead"
                    ),
                ),
                (
                    "offer",
                    models.ForeignKey(
                        help_text="The hand-off that it is about",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="handoffs.offer",
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ("-opened_at", "-pk"),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "ruled"), _negated=True),
                        fields=("lead", "kind"),
                        name="one_open_dispute_per_lead_and_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["no_mql", "wrong_rejection", "nobody_called"])),
                        name="dispute_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "meeting", "ruled"])), name="dispute_state_known"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Adjustment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("no_mql", "Not a delivered MQL"),
                            ("no_rejection", "Not a rejection"),
                            ("broken", "A broken promise of sales"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "counted_at",
                    models.DateTimeField(help_text="The instant by which the figure counts what is adjusted"),
                ),
                ("at", models.DateTimeField()),
                (
                    "lead",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="pipeline.lead"
                    ),
                ),
                (
                    "offer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="handoffs.offer"
                    ),
                ),
                (
                    "dispute",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="adjustment", to="disputes.dispute"
                    ),
                ),
            ],
            options={
                "ordering": ("at", "pk"),
                "indexes": [models.Index(fields=["counted_at"], name="adjustment_by_count")],
                "constraints": [models.UniqueConstraint(fields=("lead", "offer", "what"), name="adjusted_once")],
            },
        ),
        migrations.CreateModel(
            name="Evidence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("pack", models.JSONField()),
                ("at", models.DateTimeField()),
                (
                    "dispute",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="evidence", to="disputes.dispute"
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        help_text="By which the criteria are read",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agreements.revision",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Ruling",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("meeting", "To the next meeting"),
                            ("sales", "Sales is right"),
                            ("marketing", "Marketing is right"),
                            ("definition", "The definition is at fault"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reason", models.TextField()),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "dispute",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rulings", to="disputes.dispute"
                    ),
                ),
            ],
            options={
                "ordering": ("at", "pk"),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("outcome", "meeting"), _negated=True),
                        fields=("dispute",),
                        name="a_dispute_is_settled_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("outcome", "meeting")),
                        fields=("dispute",),
                        name="a_dispute_is_put_off_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("outcome__in", ["meeting", "sales", "marketing", "definition", "withdrawn"])
                        ),
                        name="ruling_outcome_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Sample",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField(help_text="Its first day")),
                ("size", models.PositiveSmallIntegerField(help_text="How many were asked for")),
                ("seed", models.PositiveIntegerField(help_text="With it the same leads are drawn again")),
                ("drawn_at", models.DateTimeField()),
                (
                    "drawn_by",
                    models.ForeignKey(
                        help_text="Empty: the command line",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-month", "-drawn_at", "-pk"),
                "constraints": [
                    models.UniqueConstraint(fields=("month", "size", "seed"), name="a_sample_is_drawn_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="SampledLead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "decision",
                    models.CharField(
                        choices=[
                            ("open", "Awaits a decision"),
                            ("accepted", "Accepted"),
                            ("rejected", "Rejected"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        help_text="When it was drawn",
                        max_length=10,
                    ),
                ),
                ("pack", models.JSONField()),
                (
                    "offer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="handoffs.offer"
                    ),
                ),
                (
                    "sample",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="leads", to="disputes.sample"
                    ),
                ),
            ],
            options={
                "ordering": ("pk",),
                "constraints": [models.UniqueConstraint(fields=("sample", "offer"), name="an_offer_is_drawn_once")],
            },
        ),
        migrations.CreateModel(
            name="Judgement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("marketing", "Marketing"),
                            ("sales", "Sales"),
                            ("agency", "Agency"),
                            ("operations", "Revenue operations"),
                            ("executive", "Executive"),
                        ],
                        max_length=20,
                    ),
                ),
                ("good", models.BooleanField(help_text="Whether it was a good MQL")),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "drawn",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="judgements",
                        to="disputes.sampledlead",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("drawn", "role"), name="one_judgement_per_side"),
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["marketing", "sales"])), name="judgement_by_a_side"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Statement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("marketing", "Marketing"),
                            ("sales", "Sales"),
                            ("agency", "Agency"),
                            ("operations", "Revenue operations"),
                            ("executive", "Executive"),
                        ],
                        help_text="For which side, at that time",
                        max_length=20,
                    ),
                ),
                ("text", models.TextField()),
                ("at", models.DateTimeField()),
                ("action_id", models.UUIDField(help_text="Made by the form: sent twice, said once", unique=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "dispute",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="statements", to="disputes.dispute"
                    ),
                ),
            ],
            options={
                "ordering": ("at", "pk"),
            },
        ),
    ]
