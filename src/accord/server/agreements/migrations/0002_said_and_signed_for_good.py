"""What is proposed, signed and said stays as it was, whoever holds the connection."""

from typing import ClassVar

from django.db import migrations

_FIXED = (
    "number", "text", "outcome_fingerprint", "wording_fingerprint", "file_name", "reason", "proposed_by_id",
    "proposed_at", "planned_from", "based_on_id", "signers",
)  # fmt: skip
_SAID = ("revision_id", "path", "thread_id", "text", "by_id", "at", "action_id")


def _differ(columns: tuple[str, ...]) -> str:
    old, new = (", ".join(f"{row}.{column}" for column in columns) for row in ("OLD", "NEW"))
    return f"(({old}) IS DISTINCT FROM ({new}))"


REFUSE = f"""
CREATE FUNCTION accord_revision_immutable() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the text of a revision cannot change' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER revision_text_immutable BEFORE UPDATE ON agreements_revision FOR EACH ROW
    WHEN {_differ(_FIXED)} EXECUTE FUNCTION accord_revision_immutable();
CREATE TRIGGER signature_append_only BEFORE UPDATE OR DELETE ON agreements_signature
    FOR EACH ROW EXECUTE FUNCTION accord_refuse_change();
CREATE TRIGGER case_file_append_only BEFORE UPDATE OR DELETE ON agreements_casefile
    FOR EACH ROW EXECUTE FUNCTION accord_refuse_change();
CREATE TRIGGER comment_not_deleted BEFORE DELETE ON agreements_comment
    FOR EACH ROW EXECUTE FUNCTION accord_refuse_change();
CREATE TRIGGER comment_said_for_good BEFORE UPDATE ON agreements_comment FOR EACH ROW
    WHEN {_differ(_SAID)} EXECUTE FUNCTION accord_refuse_change();
"""
ALLOW = """
DROP TRIGGER comment_said_for_good ON agreements_comment;
DROP TRIGGER comment_not_deleted ON agreements_comment;
DROP TRIGGER case_file_append_only ON agreements_casefile;
DROP TRIGGER signature_append_only ON agreements_signature;
DROP TRIGGER revision_text_immutable ON agreements_revision;
DROP FUNCTION accord_revision_immutable();
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("agreements", "0001_initial"), ("accounts", "0002_audit_append_only")]

    operations: ClassVar = [migrations.RunSQL(REFUSE, ALLOW)]
