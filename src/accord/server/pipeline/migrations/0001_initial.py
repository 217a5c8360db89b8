from decimal import Decimal

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("agreements", "0001_initial"),
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Lead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "cycle",
                    models.PositiveSmallIntegerField(default=1, help_text="0: it is merged into another, which counts"),
                ),
                ("external_id", models.CharField(max_length=200, null=True, unique=True)),
                (
                    "source",
                    models.CharField(
                        blank=True, help_text="Where it came from, as stated; empty: not stated", max_length=200
                    ),
                ),
                ("first_contact_at", models.DateTimeField()),
                ("opened_at", models.DateTimeField(help_text="When this cycle began")),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("subscriber", "Subscriber"),
                            ("lead", "Lead"),
                            ("mql", "MQL"),
                            ("sal", "SAL"),
                            ("sql", "SQL"),
                            ("opportunity", "Opportunity"),
                            ("customer", "Customer"),
                            ("recycled", "Recycled"),
                            ("disqualified", "Disqualified"),
                        ],
                        max_length=12,
                    ),
                ),
                ("stage_since", models.DateTimeField()),
                (
                    "fields",
                    models.JSONField(default=dict, help_text="Values of the agreement's lead fields, by short name"),
                ),
                ("fit", models.IntegerField(default=0, help_text="In hundredths of a point, at scored_at")),
                ("engagement", models.IntegerField(default=0, help_text="In hundredths of a point, at scored_at")),
                ("grade", models.CharField(blank=True, max_length=20)),
                ("scored_at", models.DateTimeField(null=True)),
                (
                    "review_at",
                    models.DateTimeField(
                        help_text="It is to be judged at or after this; empty: nothing is due", null=True
                    ),
                ),
                (
                    "lacks",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=100),
                        default=list,
                        help_text="The statements by one of which it is a near miss, at scored_at; none: it is none",
                        size=None,
                    ),
                ),
                (
                    "ready_at",
                    models.DateTimeField(help_text="Ready to be offered to sales, and not yet offered", null=True),
                ),
                (
                    "ready_via",
                    models.CharField(
                        blank=True,
                        choices=[("stage", "Reached the hand-off stage"), ("fast_lane", "Fast lane")],
                        max_length=10,
                    ),
                ),
                (
                    "held_for",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=100),
                        default=list,
                        help_text="Fields marketing must fill first",
                        size=None,
                    ),
                ),
                (
                    "stay_told_at",
                    models.DateTimeField(
                        help_text="When somebody was told that it stays where it is too long", null=True
                    ),
                ),
                (
                    "queue",
                    models.CharField(
                        blank=True, help_text="The team whose queue holds it while it has no owner", max_length=100
                    ),
                ),
                (
                    "handed_over_at",
                    models.DateTimeField(help_text="When it was first offered to sales in this cycle", null=True),
                ),
                ("ended_at", models.DateTimeField(null=True)),
                ("end_reason", models.CharField(blank=True, help_text="The agreed reason, by its name", max_length=60)),
                (
                    "end_clause",
                    models.CharField(
                        blank=True,
                        db_default="",
                        help_text="The clause of the agreement by which it ended",
                        max_length=100,
                    ),
                ),
                (
                    "caretaker",
                    models.CharField(blank=True, help_text="The role that looks after a recycled lead", max_length=40),
                ),
                ("returns_at", models.DateTimeField(help_text="When a recycled lead comes back by itself", null=True)),
                (
                    "merged_into",
                    models.ForeignKey(
                        db_index=False,
                        help_text="The lead of the same person that goes on in its place; it counts nowhere by itself",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="pipeline.lead",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="leads",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="leads", to="people.person"
                    ),
                ),
            ],
            options={
                "ordering": ("-pk",),
                "indexes": [
                    models.Index(
                        condition=models.Q(("review_at", None), _negated=True),
                        fields=["review_at"],
                        name="lead_to_judge",
                    ),
                    models.Index(
                        condition=models.Q(("ready_at", None), _negated=True), fields=["ready_at"], name="lead_to_offer"
                    ),
                    models.Index(
                        condition=models.Q(models.Q(("lacks", []), _negated=True), ("ended_at", None)),
                        fields=["scored_at"],
                        name="lead_near_miss",
                    ),
                    models.Index(
                        condition=models.Q(("held_for", []), _negated=True), fields=["stage_since"], name="lead_held"
                    ),
                    models.Index(
                        condition=models.Q(("returns_at", None), _negated=True),
                        fields=["returns_at"],
                        name="lead_to_return",
                    ),
                    models.Index(
                        condition=models.Q(("ended_at", None)),
                        fields=["owner"],
                        include=("id", "queue", "stage_since", "handed_over_at"),
                        name="lead_open_by_owner",
                    ),
                    models.Index(fields=["stage", "stage_since"], name="lead_by_stage"),
                    models.Index(fields=["first_contact_at"], name="lead_by_first_contact"),
                    models.Index(
                        condition=models.Q(("merged_into", None), _negated=True),
                        fields=["merged_into"],
                        name="lead_merged",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("merged_into", None)), fields=("person", "cycle"), name="one_lead_per_cycle"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("merged_into", None), ("cycle", 0), _connector="XOR"),
                        name="lead_merged_has_no_cycle",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("merged_into", None), ("stage", "disqualified"), _connector="OR"),
                        name="lead_merged_has_ended",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)), fields=("person",), name="one_open_lead_per_person"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "stage__in",
                                [
                                    "subscriber",
                                    "lead",
                                    "mql",
                                    "sal",
                                    "sql",
                                    "opportunity",
                                    "customer",
                                    "recycled",
                                    "disqualified",
                                ],
                            )
                        ),
                        name="lead_stage_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at", None),
                            ("stage__in", ["customer", "recycled", "disqualified"]),
                            _connector="XOR",
                        ),
                        name="lead_ended_by_stage",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("handed_over_at", None),
                            models.Q(("ended_at", None), _negated=True),
                            models.Q(("owner", None), _negated=True),
                            models.Q(("queue", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="lead_never_without_owner_or_queue",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Deal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("external_id", models.CharField(max_length=200, null=True, unique=True)),
                ("name", models.CharField(blank=True, max_length=300)),
                ("amount", models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                ("list_amount", models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                ("currency", models.CharField(max_length=3)),
                (
                    "outcome",
                    models.CharField(
                        choices=[("open", "Open"), ("won", "Won"), ("lost", "Lost")], default="open", max_length=4
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "flags",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60),
                        default=list,
                        help_text="What is odd about it, by name",
                        size=None,
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="deals", to="pipeline.lead"
                    ),
                ),
            ],
            options={
                "ordering": ("-opened_at", "-pk"),
                "indexes": [models.Index(fields=["outcome", "closed_at"], name="deal_by_outcome")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount", None), ("amount__gte", Decimal("0")), _connector="OR"),
                        name="deal_amount_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("outcome", "open"), ("closed_at__isnull", False), _connector="XOR"),
                        name="deal_closed_has_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StageChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "from_stage",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("subscriber", "Subscriber"),
                            ("lead", "Lead"),
                            ("mql", "MQL"),
                            ("sal", "SAL"),
                            ("sql", "SQL"),
                            ("opportunity", "Opportunity"),
                            ("customer", "Customer"),
                            ("recycled", "Recycled"),
                            ("disqualified", "Disqualified"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "to_stage",
                    models.CharField(
                        choices=[
                            ("subscriber", "Subscriber"),
                            ("lead", "Lead"),
                            ("mql", "MQL"),
                            ("sal", "SAL"),
                            ("sql", "SQL"),
                            ("opportunity", "Opportunity"),
                            ("customer", "Customer"),
                            ("recycled", "Recycled"),
                            ("disqualified", "Disqualified"),
                        ],
                        max_length=12,
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "decided_by",
                    models.CharField(
                        choices=[
                            ("agreement", "The agreement"),
                            ("user", "Somebody"),
                            ("clock", "A clock that ran out"),
                            ("import", "An import"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=500)),
                (
                    "explanation",
                    models.JSONField(
                        default=dict, help_text="What held, what was found, and the scores at that moment"
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="stage_changes",
                        to="pipeline.lead",
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agreements.revision",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("at", "pk"),
                "indexes": [
                    models.Index(fields=["lead", "at"], name="stage_change_by_lead"),
                    models.Index(fields=["to_stage", "at"], name="stage_change_by_stage"),
                ],
            },
        ),
    ]
