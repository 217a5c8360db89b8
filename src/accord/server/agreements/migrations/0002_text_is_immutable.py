"""What a revision says never changes once it is stored, whoever holds the connection."""

from typing import ClassVar

from django.db import migrations

REFUSE = """
CREATE FUNCTION accord_revision_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the text of a revision cannot change' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER revision_text_immutable BEFORE UPDATE ON agreements_revision FOR EACH ROW
    WHEN ((OLD.number, OLD.text, OLD.outcome_fingerprint, OLD.wording_fingerprint)
          IS DISTINCT FROM (NEW.number, NEW.text, NEW.outcome_fingerprint, NEW.wording_fingerprint))
    EXECUTE FUNCTION accord_revision_immutable();
"""
ALLOW = """
DROP TRIGGER revision_text_immutable ON agreements_revision;
DROP FUNCTION accord_revision_immutable();
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("agreements", "0001_initial")]

    operations: ClassVar = [migrations.RunSQL(REFUSE, ALLOW)]
