"""Evidence, statements, rulings and adjustments can only be added to, whoever holds the connection."""

from typing import ClassVar

from django.db import migrations

TABLES = ("evidence", "statement", "ruling", "adjustment")
REFUSE = "\n".join(
    f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON disputes_{table} "
    "FOR EACH ROW EXECUTE FUNCTION accord_refuse_change();"
    for table in TABLES
)
ALLOW = "\n".join(f"DROP TRIGGER {table}_append_only ON disputes_{table};" for table in TABLES)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("disputes", "0001_initial"), ("accounts", "0002_audit_append_only")]

    operations: ClassVar = [migrations.RunSQL(REFUSE, ALLOW)]
