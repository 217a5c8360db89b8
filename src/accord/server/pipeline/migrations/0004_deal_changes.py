import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("pipeline", "0003_rates_append_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="deal",
            name="margin",
            field=models.DecimalField(
                decimal_places=2,
                help_text="What is left of the amount after what it costs the company; may be below 0. Empty: not stated",
                max_digits=14,
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="deal",
            name="stated_at",
            field=models.DateTimeField(
                help_text="When this was first stated; empty: before anybody wrote that down", null=True
            ),
        ),
        migrations.CreateModel(
            name="DealChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("amount_before", models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                ("amount_after", models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                ("list_amount_before", models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                ("list_amount_after", models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                ("margin_before", models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                ("margin_after", models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                ("currency_before", models.CharField(max_length=3)),
                ("currency_after", models.CharField(max_length=3)),
                (
                    "outcome_before",
                    models.CharField(choices=[("open", "Open"), ("won", "Won"), ("lost", "Lost")], max_length=4),
                ),
                (
                    "outcome_after",
                    models.CharField(choices=[("open", "Open"), ("won", "Won"), ("lost", "Lost")], max_length=4),
                ),
                ("closed_at_before", models.DateTimeField(null=True)),
                ("closed_at_after", models.DateTimeField(null=True)),
                ("reason", models.CharField(max_length=500)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "deal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="changes", to="pipeline.deal"
                    ),
                ),
            ],
            options={
                "ordering": ("at", "pk"),
                "indexes": [models.Index(fields=["at"], name="deal_change_by_day")],
            },
        ),
    ]
