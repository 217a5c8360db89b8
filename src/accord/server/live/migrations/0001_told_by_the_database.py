"""Whoever writes what a page shows, the pages are told when it is committed."""

from typing import ClassVar

from django.db import migrations

# A statement that touches many leads, such as an import, is one word: nobody's page shows that many.
TELL = """
CREATE FUNCTION accord_tell_leads(leads text[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF cardinality(leads) > 20 THEN
        PERFORM pg_notify('accord_live', 'leads');
    ELSE
        PERFORM pg_notify('accord_live', lead) FROM unnest(leads) AS lead;
    END IF;
END $$;

CREATE FUNCTION accord_tell_of_audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM accord_tell_leads(ARRAY(SELECT DISTINCT subject FROM added WHERE subject LIKE 'lead:%'));
    RETURN NULL;
END $$;
CREATE TRIGGER audit_entry_told AFTER INSERT ON accounts_auditentry
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION accord_tell_of_audit();

CREATE FUNCTION accord_tell_of_stage() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM accord_tell_leads(ARRAY(SELECT DISTINCT 'lead:' || lead_id FROM added));
    RETURN NULL;
END $$;
CREATE TRIGGER stage_change_told AFTER INSERT ON pipeline_stagechange
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION accord_tell_of_stage();

CREATE FUNCTION accord_tell_of_notice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('accord_live', 'user:' || user_id) FROM (SELECT DISTINCT user_id FROM added) AS told;
    RETURN NULL;
END $$;
CREATE TRIGGER notification_told AFTER INSERT ON notifications_notification
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION accord_tell_of_notice();
"""
TELL_NOT = """
DROP TRIGGER notification_told ON notifications_notification;
DROP TRIGGER stage_change_told ON pipeline_stagechange;
DROP TRIGGER audit_entry_told ON accounts_auditentry;
DROP FUNCTION accord_tell_of_notice();
DROP FUNCTION accord_tell_of_stage();
DROP FUNCTION accord_tell_of_audit();
DROP FUNCTION accord_tell_leads(text[]);
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("accounts", "0002_audit_append_only"),
        ("notifications", "0001_initial"),
        ("pipeline", "0001_initial"),
    ]

    operations: ClassVar = [migrations.RunSQL(TELL, TELL_NOT)]
