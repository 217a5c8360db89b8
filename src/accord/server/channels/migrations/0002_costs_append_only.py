"""What a cost was before it was restated can only be added to, whoever holds the connection."""

from typing import ClassVar

from django.db import migrations

REFUSE = """
CREATE TRIGGER cost_change_append_only BEFORE UPDATE OR DELETE ON channels_costchange
    FOR EACH ROW EXECUTE FUNCTION accord_refuse_change();
"""
ALLOW = "DROP TRIGGER cost_change_append_only ON channels_costchange;"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("channels", "0001_initial"), ("accounts", "0002_audit_append_only")]

    operations: ClassVar = [migrations.RunSQL(REFUSE, ALLOW)]
