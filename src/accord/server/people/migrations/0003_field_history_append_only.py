"""The history of fields can only be added to, whoever holds the connection; what was here before it is marked."""

from typing import ClassVar

from django.db import migrations

REFUSE = """
CREATE TRIGGER field_change_append_only BEFORE UPDATE OR DELETE ON people_fieldchange
    FOR EACH ROW EXECUTE FUNCTION accord_refuse_change();
"""
ALLOW = "DROP TRIGGER field_change_append_only ON people_fieldchange;"
START = """
INSERT INTO people_historystart (subject, last_before)
SELECT 'company', max(id) FROM people_company HAVING max(id) IS NOT NULL
UNION ALL
SELECT 'person', max(id) FROM people_person HAVING max(id) IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("people", "0002_field_history"), ("accounts", "0002_audit_append_only")]

    operations: ClassVar = [
        migrations.RunSQL(REFUSE, ALLOW),
        migrations.RunSQL(START, migrations.RunSQL.noop),
    ]
