"""The audit log can only be added to, whoever holds the connection."""

from typing import ClassVar

from django.db import migrations

REFUSE = """
CREATE FUNCTION accord_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% can only be added to', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE ON accounts_auditentry
    FOR EACH ROW EXECUTE FUNCTION accord_refuse_change();
"""
ALLOW = """
DROP TRIGGER audit_entry_append_only ON accounts_auditentry;
DROP FUNCTION accord_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("accounts", "0001_initial")]

    operations: ClassVar = [migrations.RunSQL(REFUSE, ALLOW)]
