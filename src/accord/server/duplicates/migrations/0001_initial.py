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
            name="Merge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("person", "People"), ("company", "Companies")], max_length=7)),
                ("survivor", models.BigIntegerField(help_text="The id that stays")),
                ("merged", models.BigIntegerField(help_text="The id that leads to it")),
                ("survivor_name", models.CharField(help_text="As they were called before", max_length=320)),
                ("merged_name", models.CharField(max_length=320)),
                ("at", models.DateTimeField()),
                ("explained", models.JSONField(help_text="Field by field: what was kept, from whom, and why")),
                (
                    "record",
                    models.JSONField(
                        help_text="What was changed: rows moved, changed, made, and held for the way back"
                    ),
                ),
                ("undone_at", models.DateTimeField(null=True)),
                (
                    "stayed",
                    models.JSONField(default=list, help_text="What came later and so was not taken back, in sentences"),
                ),
                (
                    "by",
                    models.ForeignKey(
                        help_text="Empty: the software itself",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "undone_by",
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
                "indexes": [models.Index(fields=["kind", "survivor"], name="merge_by_survivor")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("undone_at", None)), fields=("kind", "merged"), name="merged_into_one"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("survivor", models.F("merged")), _negated=True), name="merged_into_another"
                    ),
                    models.CheckConstraint(condition=models.Q(("kind__in", ["person", "company"])), name="merge_kind"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Duplicate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("person", "People"), ("company", "Companies")], max_length=7)),
                ("first", models.BigIntegerField(help_text="The lower of the two ids")),
                ("second", models.BigIntegerField()),
                ("probability", models.FloatField(help_text="That they are one, from 0 to 1")),
                (
                    "explained",
                    models.JSONField(help_text="Field by field: what speaks for and against it, in plain words"),
                ),
                ("seen", models.CharField(max_length=64)),
                ("found_at", models.DateTimeField()),
                (
                    "status",
                    models.CharField(
                        choices=[("open", "To be decided"), ("merged", "Merged"), ("dismissed", "Not the same")],
                        default="open",
                        max_length=9,
                    ),
                ),
                ("later_until", models.DateTimeField(help_text="Not shown before", null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "merge",
                    models.ForeignKey(
                        help_text="Which merge settled it",
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="settled",
                        to="duplicates.merge",
                    ),
                ),
            ],
            options={
                "ordering": ("-probability", "pk"),
                "indexes": [
                    models.Index(condition=models.Q(("status", "open")), fields=["-probability"], name="proposal_open"),
                    models.Index(fields=["kind", "second"], name="proposal_by_second"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "first", "second"), name="proposed_once"),
                    models.CheckConstraint(
                        condition=models.Q(("first__lt", models.F("second"))), name="proposal_lower_id_first"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("probability__gte", 0), ("probability__lte", 1)),
                        name="proposal_probability",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status", "open"), ("decided_at__isnull", False), _connector="XOR"),
                        name="proposal_decided",
                    ),
                ],
            },
        ),
    ]
