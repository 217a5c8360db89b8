from decimal import Decimal

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("pipeline", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ExchangeRate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                (
                    "base",
                    models.CharField(
                        help_text="ISO 4217; EUR for the rates of the European Central Bank", max_length=3
                    ),
                ),
                ("currency", models.CharField(help_text="ISO 4217", max_length=3)),
                ("rate", models.DecimalField(decimal_places=10, max_digits=20)),
                ("stated_at", models.DateTimeField(help_text="When this was first stated")),
            ],
            options={
                "ordering": ("-day", "base", "currency"),
                "constraints": [
                    models.UniqueConstraint(fields=("currency", "day", "base"), name="one_rate_of_a_currency_and_day"),
                    models.CheckConstraint(condition=models.Q(("rate__gt", Decimal("0"))), name="rate_positive"),
                    models.CheckConstraint(
                        condition=models.Q(("currency", models.F("base")), _negated=True),
                        name="rate_of_another_currency",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("base__regex", "^[A-Z]{3}$"), ("currency__regex", "^[A-Z]{3}$")),
                        name="rate_currencies",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ExchangeRateChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rate_before", models.DecimalField(decimal_places=10, max_digits=20)),
                ("rate_after", models.DecimalField(decimal_places=10, max_digits=20)),
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
                    "exchange_rate",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="changes", to="pipeline.exchangerate"
                    ),
                ),
            ],
            options={
                "ordering": ("at", "pk"),
            },
        ),
    ]
