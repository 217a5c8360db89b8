import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ImportRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("leads", "Leads"),
                            ("touchpoints", "Touchpoints"),
                            ("deals", "Deals"),
                            ("costs", "Costs"),
                        ],
                        max_length=12,
                    ),
                ),
                ("file_name", models.CharField(max_length=300)),
                ("file_sha256", models.CharField(max_length=64)),
                ("mapping", models.JSONField()),
                ("columns", models.JSONField(default=list, help_text="The header of the file")),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField()),
                ("rows", models.PositiveIntegerField(default=0)),
                ("created", models.PositiveIntegerField(default=0)),
                ("updated", models.PositiveIntegerField(default=0)),
                ("unchanged", models.PositiveIntegerField(default=0)),
                ("refused", models.PositiveIntegerField(default=0)),
                ("flagged", models.PositiveIntegerField(default=0)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-started_at", "-pk"),
            },
        ),
        migrations.CreateModel(
            name="RefusedRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("line", models.PositiveIntegerField(help_text="In the file, the header is line 1")),
                ("code", models.CharField(max_length=60)),
                ("message", models.TextField()),
                ("row", models.JSONField()),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="refused_rows", to="capture.importrun"
                    ),
                ),
            ],
            options={
                "ordering": ("line", "pk"),
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("code", ""), _negated=True), name="refused_row_has_code")
                ],
            },
        ),
    ]
