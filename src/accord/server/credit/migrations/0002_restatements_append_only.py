"""What was said of a month before it was restated can only be added to, whoever holds the connection."""

from typing import ClassVar

from django.db import migrations

REFUSE = """
CREATE TRIGGER restatement_append_only BEFORE UPDATE OR DELETE ON credit_restatement
    FOR EACH ROW EXECUTE FUNCTION accord_refuse_change();
"""
ALLOW = "DROP TRIGGER restatement_append_only ON credit_restatement;"


class Migration(migrations.Migration):
    dependencies: ClassVar = [("credit", "0001_initial"), ("accounts", "0002_audit_append_only")]

    operations: ClassVar = [migrations.RunSQL(REFUSE, ALLOW)]
