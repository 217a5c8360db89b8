"""What a rate was before it was restated can only be added to, whoever holds the connection."""

from typing import ClassVar

from django.db import migrations

REFUSE = """
CREATE TRIGGER rate_change_append_only BEFORE UPDATE OR DELETE ON pipeline_exchangeratechange
    FOR EACH ROW EXECUTE FUNCTION accord_refuse_change();
"""
ALLOW = "DROP TRIGGER rate_change_append_only ON pipeline_exchangeratechange;"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("pipeline", "0002_exchange_rates"), ("accounts", "0002_audit_append_only")]

    operations: ClassVar = [migrations.RunSQL(REFUSE, ALLOW)]
