"""What a deal was before it changed can only be added to, whoever holds the connection."""

from typing import ClassVar

from django.db import migrations

REFUSE = """
CREATE TRIGGER deal_change_append_only BEFORE UPDATE OR DELETE ON pipeline_dealchange
    FOR EACH ROW EXECUTE FUNCTION accord_refuse_change();
"""
ALLOW = "DROP TRIGGER deal_change_append_only ON pipeline_dealchange;"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("pipeline", "0004_deal_changes"), ("accounts", "0002_audit_append_only")]

    operations: ClassVar = [migrations.RunSQL(REFUSE, ALLOW)]
