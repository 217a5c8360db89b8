"""The tests beside a revision are kept with it, and stay as they were."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

REFUSE = """
CREATE TRIGGER case_file_append_only BEFORE UPDATE OR DELETE ON agreements_casefile
    FOR EACH ROW EXECUTE FUNCTION accord_refuse_change();
"""
ALLOW = "DROP TRIGGER case_file_append_only ON agreements_casefile;"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("agreements", "0004_said_and_signed_for_good")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="CaseFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200)),
                ("text", models.TextField()),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tests",
                        to="agreements.revision",
                    ),
                ),
            ],
            options={"ordering": ("name",)},
        ),
        migrations.AddConstraint(
            model_name="casefile",
            constraint=models.UniqueConstraint(fields=("revision", "name"), name="one_case_file_per_name"),
        ),
        migrations.RunSQL(REFUSE, ALLOW),
    ]
