"""Which statements keep a lead from the hand-off; leads that are here already are judged anew to know it."""

import django.contrib.postgres.fields
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models.functions import Now


def judge_anew(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    open_leads = apps.get_model("pipeline", "Lead").objects.filter(ended_at=None, handed_over_at=None, review_at=None)
    open_leads.update(review_at=Now())


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0009_visit_domain"),
        ("pipeline", "0004_ways_out"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="lead",
            name="lacks",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=100),
                default=list,
                help_text="The statements by one of which it is a near miss, at scored_at; none: it is none",
                size=None,
            ),
        ),
        migrations.AddIndex(
            model_name="lead",
            index=models.Index(
                condition=models.Q(models.Q(("lacks", []), _negated=True), ("ended_at", None)),
                fields=["scored_at"],
                name="lead_near_miss",
            ),
        ),
        migrations.RunPython(judge_anew, migrations.RunPython.noop),
    ]
