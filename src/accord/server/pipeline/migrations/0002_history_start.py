"""Marks the leads that were here before the history of fields was kept."""

from typing import ClassVar

from django.db import migrations

START = """
INSERT INTO people_historystart (subject, last_before)
SELECT 'lead', max(id) FROM pipeline_lead HAVING max(id) IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("pipeline", "0001_initial"), ("people", "0003_field_history_append_only")]

    operations: ClassVar = [migrations.RunSQL(START, migrations.RunSQL.noop)]
