"""By which clause a lead ended, when somebody was told that it stays too long, and an index of those that are held."""

from typing import ClassVar

from django.db import migrations, models

FILL = """
UPDATE pipeline_lead SET end_clause = 'handoff.reject_reasons.' || end_reason
WHERE ended_at IS NOT NULL AND stage IN ('recycled', 'disqualified')
    AND end_reason NOT IN ('', 'imported', 'deal_lost', 'merged', 'opened_by_spam');
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("pipeline", "0003_merged_leads")]
    operations: ClassVar = [
        migrations.AddField(
            "lead",
            "end_clause",
            models.CharField(
                blank=True,
                db_default="",
                help_text="The clause of the agreement by which it ended",
                max_length=100,
            ),
        ),
        migrations.AddField(
            "lead",
            "stay_told_at",
            models.DateTimeField(help_text="When somebody was told that it stays where it is too long", null=True),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddIndex(
            "lead",
            models.Index(condition=models.Q(("held_for", []), _negated=True), fields=["stage_since"], name="lead_held"),
        ),
    ]
