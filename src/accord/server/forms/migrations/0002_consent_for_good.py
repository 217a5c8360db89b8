"""Texts of consent, and what people answered to them, can only be added to, whoever holds the connection."""

from typing import ClassVar

from django.db import migrations

REFUSE = """
CREATE TRIGGER consent_text_append_only BEFORE UPDATE OR DELETE ON forms_consenttext
    FOR EACH ROW EXECUTE FUNCTION accord_refuse_change();
CREATE TRIGGER consent_append_only BEFORE UPDATE OR DELETE ON forms_consent
    FOR EACH ROW EXECUTE FUNCTION accord_refuse_change();
"""
ALLOW = """
DROP TRIGGER consent_append_only ON forms_consent;
DROP TRIGGER consent_text_append_only ON forms_consenttext;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("forms", "0001_initial"), ("accounts", "0002_audit_append_only")]

    operations: ClassVar = [migrations.RunSQL(REFUSE, ALLOW)]
