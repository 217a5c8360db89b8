from typing import ClassVar

import django.contrib.postgres.fields
from django.db import migrations, models

import accord.server.warehouse.models


class Migration(migrations.Migration):
    initial = True
    dependencies: ClassVar = []

    operations: ClassVar = [
        migrations.CreateModel(
            name="Change",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "xid",
                    accord.server.warehouse.models.TransactionId(
                        db_index=True, help_text="The transaction that changed them"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        help_text="A table of the star, or what other rows of the star hang on", max_length=20
                    ),
                ),
                (
                    "ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(),
                        help_text="Which rows; none: all, the table was emptied",
                        null=True,
                        size=None,
                    ),
                ),
            ],
            options={"ordering": ("pk",)},
        ),
        migrations.CreateModel(
            name="Keeping",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token", models.UUIDField(help_text="By which it knows that it is the one")),
                ("place", models.CharField(help_text="Where it is: the machine and the folder", max_length=1000)),
                (
                    "number",
                    models.BigIntegerField(default=0, help_text="Its version up to which changes are forgotten"),
                ),
                ("synced_at", models.DateTimeField(help_text="When it was last brought up to date")),
            ],
            options={"constraints": [models.CheckConstraint(condition=models.Q(("pk", 1)), name="one_warehouse")]},
        ),
    ]
