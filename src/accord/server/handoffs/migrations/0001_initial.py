import datetime

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
        ("agreements", "0001_initial"),
        ("pipeline", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Attempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "channel",
                    models.CharField(
                        choices=[("call", "Call"), ("mail", "Mail"), ("meeting", "Meeting")], max_length=8
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("reached", "Reached"),
                            ("no_answer", "No answer"),
                            ("voicemail", "Left a message"),
                            ("wrong_contact", "Wrong number or address"),
                            ("sent", "Sent"),
                        ],
                        max_length=14,
                    ),
                ),
                ("note", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
                ("action_id", models.UUIDField(help_text="Made by the form: sent twice, logged once", unique=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attempts",
                        to="pipeline.lead",
                    ),
                ),
            ],
            options={
                "ordering": ("at", "pk"),
                "indexes": [models.Index(fields=["lead", "at"], name="attempt_by_lead")],
            },
        ),
        migrations.CreateModel(
            name="Clock",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "promise",
                    models.CharField(
                        choices=[
                            ("decide", "Accept or reject"),
                            ("first_attempt", "First attempt"),
                            ("attempts", "All attempts"),
                            ("hand_over", "Offer to sales"),
                            ("fill_in", "Fill in what is missing"),
                            ("answer", "Answer the question of sales"),
                            ("answer_recycled", "Get in touch again"),
                        ],
                        max_length=15,
                    ),
                ),
                (
                    "clause",
                    models.CharField(help_text="The clause of the agreement that it carries out", max_length=60),
                ),
                ("started_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("next_check_at", models.DateTimeField(null=True)),
                ("warned_at", models.DateTimeField(help_text="When it first reminded or told somebody", null=True)),
                ("breached_at", models.DateTimeField(null=True)),
                ("stopped_at", models.DateTimeField(null=True)),
                ("paused_at", models.DateTimeField(help_text="On hold since", null=True)),
                (
                    "on_hold",
                    models.DurationField(
                        default=datetime.timedelta, help_text="How long it was on hold until now, by the wall clock"
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("kept", "Kept"), ("late", "Kept late"), ("missed", "Missed"), ("void", "Void")],
                        max_length=6,
                    ),
                ),
                (
                    "response",
                    models.DurationField(
                        help_text="Working time from the start to the stop, without the holds", null=True
                    ),
                ),
                ("needed", models.PositiveSmallIntegerField(default=1, help_text="How many attempts are owed")),
                (
                    "lead",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="clocks",
                        to="pipeline.lead",
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        help_text="Which promises it",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agreements.revision",
                    ),
                ),
            ],
            options={
                "ordering": ("due_at", "pk"),
            },
        ),
        migrations.CreateModel(
            name="ClockEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("started", "Started"),
                            ("reminded", "Reminded the owner"),
                            ("told", "Told the manager"),
                            ("breached", "Ran out"),
                            ("reassigned", "Took the lead away"),
                            ("let_pass", "Counted as let pass"),
                            ("paused", "Put on hold"),
                            ("resumed", "Runs on"),
                            ("moved", "Moved its deadline"),
                            ("stopped", "Stopped"),
                            ("failed", "Could not be carried out"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "step",
                    models.CharField(
                        blank=True, help_text="The step of the agreement, such as remind owner at 80", max_length=60
                    ),
                ),
                ("note", models.CharField(blank=True, help_text="Why", max_length=300)),
                ("at", models.DateTimeField()),
                (
                    "clock",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="events", to="handoffs.clock"
                    ),
                ),
            ],
            options={
                "ordering": ("at", "pk"),
                "constraints": [
                    models.UniqueConstraint(fields=("clock", "kind", "step"), name="a_clock_does_a_step_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Offer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("queue", models.CharField(help_text="The team it was routed to", max_length=100)),
                (
                    "via",
                    models.CharField(
                        choices=[("stage", "Reached the hand-off stage"), ("fast_lane", "Fast lane")], max_length=10
                    ),
                ),
                ("grade", models.CharField(blank=True, help_text="At the moment of the offer", max_length=20)),
                (
                    "promise",
                    models.CharField(
                        blank=True, help_text="The clause of the SLA that applies, by its name", max_length=60
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("open", "Awaits a decision"),
                            ("accepted", "Accepted"),
                            ("rejected", "Rejected"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("offered_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("reject_reason", models.CharField(blank=True, max_length=60)),
                ("note", models.TextField(blank=True)),
                (
                    "clause",
                    models.CharField(
                        blank=True, help_text="The rule of the routing, such as routing[0]", max_length=60
                    ),
                ),
                (
                    "preference",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("company_owner", "They have the company"),
                            ("last_owner", "They had the person in the last cycle"),
                            ("covers", "They cover what the lead is"),
                            ("kept", "The lead was theirs already"),
                            ("given", "Their manager gave it to them"),
                        ],
                        help_text="Why the owner came before others; empty: by turns",
                        max_length=14,
                    ),
                ),
                (
                    "named_queue",
                    models.CharField(
                        blank=True,
                        help_text="The queue in which it waits by the agreement until somebody takes it",
                        max_length=60,
                    ),
                ),
                (
                    "routing",
                    models.JSONField(
                        default=list,
                        help_text="Everybody considered, why they were chosen or not, and what is owed to them since",
                    ),
                ),
                ("reason", models.CharField(blank=True, help_text="Why this lead, in one sentence", max_length=500)),
                (
                    "decided_by",
                    models.ForeignKey(
                        help_text="Empty: the agreement",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "given_by",
                    models.ForeignKey(
                        db_index=False,
                        help_text="Who gave the lead to the owner",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="offers", to="pipeline.lead"
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="offers",
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
                "ordering": ("-offered_at", "-pk"),
                "indexes": [
                    models.Index(fields=["status", "owner"], name="offer_by_owner"),
                    models.Index(
                        condition=models.Q(("given_by__isnull", False)),
                        fields=["given_by", "offered_at"],
                        name="offer_given_by_hand",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "open")), fields=("lead",), name="one_open_offer_per_lead"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("owner", None), _negated=True),
                            models.Q(("queue", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="offer_never_without_owner_or_queue",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="clock",
            name="offer",
            field=models.ForeignKey(
                help_text="None: marketing owes",
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="clocks",
                to="handoffs.offer",
            ),
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.TextField()),
                ("asked_at", models.DateTimeField()),
                ("answer", models.TextField(blank=True)),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        help_text="Empty: nobody did",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="questions",
                        to="pipeline.lead",
                    ),
                ),
                (
                    "offer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="questions", to="handoffs.offer"
                    ),
                ),
            ],
            options={
                "ordering": ("asked_at", "pk"),
                "indexes": [models.Index(fields=["lead", "asked_at"], name="question_by_lead")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at", None)), fields=("lead",), name="one_open_question_per_lead"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", ""), ("answered_by", None)),
                            models.Q(("closed_at__isnull", False), models.Q(("answer", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="question_answered_in_words",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Snooze",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("set_at", models.DateTimeField()),
                ("until", models.DateTimeField(help_text="When somebody is to call back")),
                ("why", models.CharField(max_length=300)),
                (
                    "told_at",
                    models.DateTimeField(help_text="When the owner was told that its time has come", null=True),
                ),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "attempt",
                    models.ForeignKey(
                        help_text="In which they asked for it; empty: they did not",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="handoffs.attempt",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="snoozes",
                        to="pipeline.lead",
                    ),
                ),
            ],
            options={
                "ordering": ("set_at", "pk"),
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at", None), ("told_at", None)),
                        fields=["until"],
                        name="snooze_to_tell",
                    ),
                    models.Index(fields=["lead", "set_at"], name="snooze_by_lead"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)), fields=("lead",), name="one_open_snooze_per_lead"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until__gt", models.F("set_at"))), name="snooze_lies_ahead"
                    ),
                    models.CheckConstraint(condition=models.Q(("why", ""), _negated=True), name="snooze_says_why"),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="clock",
            index=models.Index(
                condition=models.Q(("stopped_at", None)), fields=["next_check_at"], name="clock_to_check"
            ),
        ),
        migrations.AddIndex(
            model_name="clock",
            index=models.Index(
                condition=models.Q(("paused_at", None), ("stopped_at", None), models.Q(("offer", None), _negated=True)),
                fields=["lead", "due_at"],
                include=("next_check_at", "warned_at"),
                name="clock_running_of_sales",
            ),
        ),
        migrations.AddIndex(
            model_name="clock",
            index=models.Index(fields=["stopped_at", "promise"], name="clock_by_stop"),
        ),
        migrations.AddIndex(
            model_name="clock",
            index=models.Index(fields=["lead", "promise"], name="clock_by_lead"),
        ),
        migrations.AddConstraint(
            model_name="clock",
            constraint=models.UniqueConstraint(fields=("offer", "promise"), name="one_clock_per_promise"),
        ),
        migrations.AddConstraint(
            model_name="clock",
            constraint=models.UniqueConstraint(
                condition=models.Q(("offer", None), ("stopped_at", None)),
                fields=("lead", "promise"),
                name="one_running_clock_per_lead",
            ),
        ),
        migrations.AddConstraint(
            model_name="clock",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("offer", None), ("promise__in", ["decide", "first_attempt", "attempts"]), _connector="XOR"
                ),
                name="clock_of_sales_has_offer",
            ),
        ),
        migrations.AddConstraint(
            model_name="clock",
            constraint=models.CheckConstraint(
                condition=models.Q(("stopped_at", None), models.Q(("outcome", ""), _negated=True), _connector="XOR"),
                name="clock_stops_with_outcome",
            ),
        ),
        migrations.AddConstraint(
            model_name="clock",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("paused_at", None), models.Q(("next_check_at", None), ("stopped_at", None)), _connector="OR"
                ),
                name="clock_on_hold_stands_still",
            ),
        ),
    ]
