"""The history of fields can only be added to, whoever holds the connection."""

from typing import ClassVar

from django.db import migrations

REFUSE = """
CREATE TRIGGER field_change_append_only BEFORE UPDATE OR DELETE ON people_fieldchange
    FOR EACH ROW EXECUTE FUNCTION accord_refuse_change();
"""
ALLOW = "DROP TRIGGER field_change_append_only ON people_fieldchange;"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("people", "0001_initial"), ("accounts", "0002_audit_append_only")]

    operations: ClassVar = [migrations.RunSQL(REFUSE, ALLOW)]
