import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "__first__"),
    ]

    operations = [
        migrations.CreateModel(
            name="Revision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(unique=True)),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("proposed", "Proposed"),
                            ("signed", "Signed"),
                            ("in_force", "In force"),
                            ("retired", "Retired"),
                            ("declined", "Declined"),
                            ("withdrawn", "Withdrawn"),
                            ("superseded", "Superseded"),
                        ],
                        default="proposed",
                        max_length=12,
                    ),
                ),
                ("text", models.TextField(help_text="The YAML document as its author wrote it")),
                ("file_name", models.CharField(max_length=200)),
                ("outcome_fingerprint", models.CharField(max_length=64)),
                ("wording_fingerprint", models.CharField(max_length=64)),
                (
                    "signers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40),
                        default=list,
                        help_text="The roles that must sign: by its text, or by what it replaces",
                        size=None,
                    ),
                ),
                ("reason", models.TextField(help_text="Why it is proposed")),
                ("proposed_at", models.DateTimeField()),
                ("planned_from", models.DateTimeField(help_text="Empty: in force with the last signature", null=True)),
                ("in_force_from", models.DateTimeField(help_text="Since when it really was", null=True)),
                ("retired_at", models.DateTimeField(null=True)),
                ("dropped_at", models.DateTimeField(null=True)),
                ("dropped_why", models.TextField(blank=True)),
                (
                    "based_on",
                    models.ForeignKey(
                        help_text="What was in force when it was proposed",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agreements.revision",
                    ),
                ),
                (
                    "dropped_by",
                    models.ForeignKey(
                        help_text="Empty: the software",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-number",),
                "indexes": [
                    models.Index(condition=models.Q(("status", "proposed")), fields=["number"], name="revision_to_sign")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("status", "in_force")), fields=("status",), name="one_revision_in_force"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ("declined", "withdrawn", "superseded")),
                            ("dropped_at", None),
                            _connector="XOR",
                        ),
                        name="revision_dropped_at_some_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "declined"), _negated=True),
                            models.Q(("dropped_why", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="revision_declined_for_a_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "signed"), _negated=True),
                            models.Q(("planned_from", None), _negated=True),
                            _connector="OR",
                        ),
                        name="revision_signed_awaits_a_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("file_name", models.CharField(max_length=200)),
                ("version", models.PositiveIntegerField(default=1)),
                ("state", models.PositiveIntegerField(default=1, help_text="The number of the state that is its text")),
                ("created_at", models.DateTimeField()),
                ("saved_at", models.DateTimeField()),
                ("dropped_at", models.DateTimeField(null=True)),
                ("action_id", models.UUIDField(help_text="Made by the form: sent twice, begun once", unique=True)),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="drafts", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "based_on",
                    models.ForeignKey(
                        help_text="The revision whose text it started from",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agreements.revision",
                    ),
                ),
                (
                    "revision",
                    models.OneToOneField(
                        help_text="What it was proposed as",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="draft",
                        to="agreements.revision",
                    ),
                ),
            ],
            options={
                "ordering": ("-saved_at", "-pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("revision", None), ("dropped_at", None), _connector="OR"),
                        name="draft_proposed_or_dropped",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Comment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("path", models.CharField(blank=True, help_text="Of the clause; empty: the whole", max_length=200)),
                ("text", models.TextField()),
                ("at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(null=True)),
                ("action_id", models.UUIDField(help_text="Made by the form: sent twice, said once", unique=True)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
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
                    "thread",
                    models.ForeignKey(
                        help_text="What it answers",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="agreements.comment",
                    ),
                ),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="comments", to="agreements.revision"
                    ),
                ),
            ],
            options={
                "ordering": ("at", "pk"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("settled_at", None), ("settled_by", None)),
                            models.Q(("settled_at__isnull", False), ("settled_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="comment_settled_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("thread", None), ("settled_at", None), _connector="OR"),
                        name="comment_settled_with_its_thread",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CaseFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200)),
                ("text", models.TextField()),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tests", to="agreements.revision"
                    ),
                ),
            ],
            options={
                "ordering": ("name",),
                "constraints": [models.UniqueConstraint(fields=("revision", "name"), name="one_case_file_per_name")],
            },
        ),
        migrations.CreateModel(
            name="Signature",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("role", models.CharField(max_length=40)),
                ("at", models.DateTimeField()),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="signatures", to="agreements.revision"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "ordering": ("at",),
                "constraints": [models.UniqueConstraint(fields=("revision", "role"), name="one_signature_per_role")],
            },
        ),
        migrations.CreateModel(
            name="DraftState",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("after", models.PositiveIntegerField(null=True)),
                ("text", models.TextField(blank=True)),
                (
                    "typed",
                    models.BooleanField(default=False, help_text="While somebody types, the same state is written on"),
                ),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "draft",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="states", to="agreements.draft"
                    ),
                ),
            ],
            options={
                "ordering": ("number",),
                "constraints": [models.UniqueConstraint(fields=("draft", "number"), name="one_state_per_number")],
            },
        ),
    ]
