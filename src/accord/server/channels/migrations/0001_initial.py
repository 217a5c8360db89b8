from decimal import Decimal

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
            name="Cost",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                ("source", models.CharField(blank=True, max_length=200)),
                ("medium", models.CharField(blank=True, max_length=200)),
                ("campaign", models.CharField(blank=True, max_length=200)),
                ("currency", models.CharField(help_text="ISO 4217", max_length=3)),
                ("amount", models.DecimalField(decimal_places=2, max_digits=14)),
                (
                    "clicks",
                    models.BigIntegerField(help_text="As the advertiser counts them; empty: not stated", null=True),
                ),
                ("impressions", models.BigIntegerField(help_text="Likewise", null=True)),
                ("stated_at", models.DateTimeField(help_text="When this was first stated")),
            ],
            options={
                "ordering": ("-day", "source", "medium", "campaign", "currency"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("day", "source", "medium", "campaign", "currency"),
                        name="one_cost_of_a_campaign_and_day",
                    ),
                    models.CheckConstraint(condition=models.Q(("amount__gte", Decimal("0"))), name="cost_not_negative"),
                    models.CheckConstraint(condition=models.Q(("currency__regex", "^[A-Z]{3}$")), name="cost_currency"),
                    models.CheckConstraint(
                        condition=models.Q(("campaign", ""), ("medium", ""), ("source", ""), _negated=True),
                        name="cost_of_something",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("clicks", None), ("clicks__gte", 0), _connector="OR"), name="cost_clicks"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("impressions", None), ("impressions__gte", 0), _connector="OR"),
                        name="cost_impressions",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CostChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("amount_before", models.DecimalField(decimal_places=2, max_digits=14)),
                ("amount_after", models.DecimalField(decimal_places=2, max_digits=14)),
                ("clicks_before", models.BigIntegerField(null=True)),
                ("clicks_after", models.BigIntegerField(null=True)),
                ("impressions_before", models.BigIntegerField(null=True)),
                ("impressions_after", models.BigIntegerField(null=True)),
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
                    "cost",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="changes", to="channels.cost"
                    ),
                ),
            ],
            options={
                "ordering": ("at", "pk"),
            },
        ),
    ]
