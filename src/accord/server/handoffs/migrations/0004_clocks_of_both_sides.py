"""A clock belongs to a lead and a revision; only what sales owes hangs on an offer besides."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

FILL = """
UPDATE handoffs_clock AS clock SET lead_id = offer.lead_id, revision_id = offer.revision_id
FROM handoffs_offer AS offer WHERE offer.id = clock.offer_id;
"""
BACK = """
DELETE FROM handoffs_clockevent AS event USING handoffs_clock AS clock
WHERE clock.id = event.clock_id AND clock.offer_id IS NULL;
DELETE FROM handoffs_clock WHERE offer_id IS NULL;
DELETE FROM handoffs_clockevent WHERE kind IN ('paused', 'resumed', 'moved');
SET CONSTRAINTS ALL IMMEDIATE;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("agreements", "0006_signers"),
        ("handoffs", "0003_why_this_owner"),
        ("pipeline", "0002_history_start"),
    ]
    operations: ClassVar = [
        migrations.AddField(
            "clock",
            "lead",
            models.ForeignKey(
                "pipeline.lead",
                on_delete=django.db.models.deletion.CASCADE,
                null=True,
                related_name="clocks",
                db_index=False,
            ),
        ),
        migrations.AddField(
            "clock",
            "revision",
            models.ForeignKey(
                "agreements.revision",
                on_delete=django.db.models.deletion.PROTECT,
                null=True,
                related_name="+",
                help_text="Which promises it",
            ),
        ),
        migrations.AlterField(
            "clock",
            "offer",
            models.ForeignKey(
                "handoffs.offer",
                on_delete=django.db.models.deletion.CASCADE,
                null=True,
                related_name="clocks",
                help_text="None: marketing owes",
            ),
        ),
        migrations.RunSQL(FILL, BACK),
    ]
