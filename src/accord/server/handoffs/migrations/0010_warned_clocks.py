"""When a clock first reminded or told somebody, kept with the clock; those that run already take it from what they did."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Min, OuterRef, Subquery


def take_over(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    warnings = apps.get_model("handoffs", "ClockEvent").objects.filter(
        clock=OuterRef("pk"), kind__in=("reminded", "told")
    )
    first = warnings.order_by().values("clock").annotate(first=Min("at")).values("first")
    apps.get_model("handoffs", "Clock").objects.filter(stopped_at=None).update(warned_at=Subquery(first))


class Migration(migrations.Migration):
    dependencies = [
        ("agreements", "0006_signers"),
        ("handoffs", "0009_running_clocks"),
        ("pipeline", "0005_near_misses"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="clock", name="clock_running_of_sales"),
        migrations.AddField(
            model_name="clock",
            name="warned_at",
            field=models.DateTimeField(help_text="When it first reminded or told somebody", null=True),
        ),
        migrations.RunPython(take_over, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="clock",
            index=models.Index(
                condition=models.Q(("paused_at", None), ("stopped_at", None), models.Q(("offer", None), _negated=True)),
                fields=["lead", "due_at"],
                include=("next_check_at", "warned_at"),
                name="clock_running_of_sales",
            ),
        ),
    ]
