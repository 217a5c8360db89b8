import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Answered",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "digest",
                    models.CharField(
                        help_text="HMAC-SHA256 of the address under the server's key", max_length=64, unique=True
                    ),
                ),
                (
                    "domain",
                    models.CharField(blank=True, help_text="Empty: it has no name of anybody's own", max_length=253),
                ),
                ("at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="Unasked",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address", models.GenericIPAddressField()),
                ("tries", models.PositiveSmallIntegerField(default=0)),
                ("next_try_at", models.DateTimeField()),
                (
                    "visit",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="unasked", to="people.visit"
                    ),
                ),
            ],
            options={
                "ordering": ("next_try_at", "pk"),
                "indexes": [models.Index(fields=["next_try_at"], name="unasked_due")],
            },
        ),
    ]
