"""Whoever changes what the star is made of, it is noted which rows: what ``warehouse.capture`` gave for its list."""

from typing import ClassVar

from django.db import migrations

BEFORE = """
DROP FUNCTION IF EXISTS accord_warehouse_pipeline_lead() CASCADE;
DROP FUNCTION IF EXISTS accord_warehouse_accounts_user() CASCADE;
DROP FUNCTION IF EXISTS accord_warehouse_pipeline_stagechange() CASCADE;
DROP FUNCTION IF EXISTS accord_warehouse_handoffs_offer() CASCADE;
DROP FUNCTION IF EXISTS accord_warehouse_handoffs_clock() CASCADE;
DROP FUNCTION IF EXISTS accord_warehouse_handoffs_attempt() CASCADE;
DROP FUNCTION IF EXISTS accord_warehouse_pipeline_deal() CASCADE;
DROP FUNCTION IF EXISTS accord_warehouse_agreements_revision() CASCADE;
"""
"""Those that ``0002_capture`` made once."""
INSTALL = """
CREATE FUNCTION accord_warehouse_pipeline_lead() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        INSERT INTO warehouse_change (xid, kind, ids)
        SELECT pg_current_xact_id(), 'leads', array_agg(id)
        FROM before FULL JOIN after USING (id)
        WHERE (before.id, before.person_id, before.cycle, before.source, before.first_contact_at, before.opened_at, before.stage, before.handed_over_at, before.owner_id, before.queue, before.ended_at, before.end_reason, before.merged_into_id)
            IS DISTINCT FROM (after.id, after.person_id, after.cycle, after.source, after.first_contact_at, after.opened_at, after.stage, after.handed_over_at, after.owner_id, after.queue, after.ended_at, after.end_reason, after.merged_into_id)
        GROUP BY id >> 16;
        INSERT INTO warehouse_change (xid, kind, ids)
        SELECT pg_current_xact_id(), 'merged_leads', array_agg(id)
        FROM before FULL JOIN after USING (id)
        WHERE (before.id, before.merged_into_id)
            IS DISTINCT FROM (after.id, after.merged_into_id)
        GROUP BY id >> 16;
    END IF;
    IF TG_OP = 'INSERT' THEN
        INSERT INTO warehouse_change (xid, kind, ids)
        SELECT pg_current_xact_id(), 'leads', array_agg(id) FROM after GROUP BY id >> 16;
    END IF;
    IF TG_OP = 'DELETE' THEN
        INSERT INTO warehouse_change (xid, kind, ids)
        SELECT pg_current_xact_id(), 'leads', array_agg(id) FROM before GROUP BY id >> 16;
    END IF;
    IF TG_OP = 'TRUNCATE' THEN
        INSERT INTO warehouse_change (xid, kind, ids)
        VALUES (pg_current_xact_id(), 'leads', NULL);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER warehouse_update AFTER UPDATE ON pipeline_lead REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION accord_warehouse_pipeline_lead();
CREATE TRIGGER warehouse_insert AFTER INSERT ON pipeline_lead REFERENCING NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION accord_warehouse_pipeline_lead();
CREATE TRIGGER warehouse_delete AFTER DELETE ON pipeline_lead REFERENCING OLD TABLE AS before
    FOR EACH STATEMENT EXECUTE FUNCTION accord_warehouse_pipeline_lead();
CREATE TRIGGER warehouse_truncate AFTER TRUNCATE ON pipeline_lead
    FOR EACH STATEMENT EXECUTE FUNCTION accord_warehouse_pipeline_lead();

CREATE FUNCTION accord_warehouse_accounts_user() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        INSERT INTO warehouse_change (xid, kind, ids)
        SELECT pg_current_xact_id(), 'owners', array_agg(id)
        FROM before FULL JOIN after USING (id)
        WHERE (before.id, before.is_active, before.role)
            IS DISTINCT FROM (after.id, after.is_active, after.role)
        GROUP BY id >> 16;
    END IF;
    IF TG_OP = 'INSERT' THEN
        INSERT INTO warehouse_change (xid, kind, ids)
        SELECT pg_current_xact_id(), 'owners', array_agg(id) FROM after GROUP BY id >> 16;
    END IF;
    IF TG_OP = 'DELETE' THEN
        INSERT INTO warehouse_change (xid, kind, ids)
        SELECT pg_current_xact_id(), 'owners', array_agg(id) FROM before GROUP BY id >> 16;
    END IF;
    IF TG_OP = 'TRUNCATE' THEN
        INSERT INTO warehouse_change (xid, kind, ids)
        VALUES (pg_current_xact_id(), 'owners', NULL);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER warehouse_update AFTER UPDATE ON accounts_user REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION accord_warehouse_accounts_user();
CREATE TRIGGER warehouse_insert AFTER INSERT ON accounts_user REFERENCING NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION accord_warehouse_accounts_user();
CREATE TRIGGER warehouse_delete AFTER DELETE ON accounts_user REFERENCING OLD TABLE AS before
    FOR EACH STATEMENT EXECUTE FUNCTION accord_warehouse_accounts_user();
CREATE TRIGGER warehouse_truncate AFTER TRUNCATE ON accounts_user
    FOR EACH STATEMENT EXECUTE FUNCTION accord_warehouse_accounts_user();

CREATE FUNCTION accord_warehouse_pipeline_stagechange() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        INSERT INTO warehouse_change (xid, kind, ids)
        SELECT pg_current_xact_id(), 'stage_changes', array_agg(id)
        FROM before FULL JOIN after USING (id)
        WHERE (before.id, before.lead_id, before.from_stage, before.to_stage, before.at, before.decided_by)
            IS DISTINCT FROM (after.id, after.lead_id, after.from_stage, after.to_stage, after.at, after.decided_by)
        GROUP BY id >> 16;
    END IF;
    IF TG_OP = 'INSERT' THEN
        INSERT INTO warehouse_change (xid, kind, ids)
        SELECT pg_current_xact_id(), 'stage_changes', array_agg(id) FROM after GROUP BY id >> 16;
    END IF;
    IF TG_OP = 'DELETE' THEN
        INSERT INTO warehouse_change (xid, kind, ids)
        SELECT pg_current_xact_id(), 'stage_changes', array_agg(id) FROM before GROUP BY id >> 16;
    END IF;
    IF TG_OP = 'TRUNCATE' THEN
        INSERT INTO warehouse_change (xid, kind, ids)
        VALUES (pg_current_xact_id(), 'stage_changes', NULL);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER warehouse_update AFTER UPDATE ON pipeline_stagechange REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION accord_warehouse_pipeline_stagechange();
CREATE TRIGGER warehouse_insert AFTER INSERT ON pipeline_stagechange REFERENCING NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION accord_warehouse_pipeline_stagechange();
CREATE TRIGGER warehouse_delete AFTER DELETE ON pipeline_stagechange REFERENCING OLD TABLE AS before
    FOR EACH STATEMENT EXECUTE FUNCTION accord_warehouse_pipeline_stagechange();
CREATE TRIGGER warehouse_truncate AFTER TRUNCATE ON pipeline_stagechange
    FOR EACH STATEMENT EXECUTE FUNCTION accord_warehouse_pipeline_stagechange();

CREATE FUNCTION accord_warehouse_handoffs_offer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        INSERT INTO warehouse_change (xid, kind, ids)
        SELECT pg_current_xact_id(), 'offers', array_agg(id)
        FROM before FULL JOIN after USING (id)
        WHERE (before.id, before.lead_id, before.revision_id, before.owner_id, before.queue, before.via, before.grade, before.status, before.offered_at, before.decided_at, before.decided_by_id, before.reject_reason)
            IS DISTINCT FROM (after.id, after.lead_id, after.revision_id, after.owner_id, after.queue, after.via, after.grade, after.status, after.offered_at, after.decided_at, after.decided_by_id, after.reject_reason)
        GROUP BY id >> 16;
    END IF;
    IF TG_OP = 'INSERT' THEN
        INSERT INTO warehouse_change (xid, kind, ids)
        SELECT pg_current_xact_id(), 'offers', array_agg(id) FROM after GROUP BY id >> 16;
    END IF;
    IF TG_OP = 'DELETE' THEN
        INSERT INTO warehouse_change (xid, kind, ids)
        SELECT pg_current_xact_id(), 'offers', array_agg(id) FROM before GROUP BY id >> 16;
    END IF;
    IF TG_OP = 'TRUNCATE' THEN
        INSERT INTO warehouse_change (xid, kind, ids)
        VALUES (pg_current_xact_id(), 'offers', NULL);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER warehouse_update AFTER UPDATE ON handoffs_offer REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION accord_warehouse_handoffs_offer();
CREATE TRIGGER warehouse_insert AFTER INSERT ON handoffs_offer REFERENCING NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION accord_warehouse_handoffs_offer();
CREATE TRIGGER warehouse_delete AFTER DELETE ON handoffs_offer REFERENCING OLD TABLE AS before
    FOR EACH STATEMENT EXECUTE FUNCTION accord_warehouse_handoffs_offer();
CREATE TRIGGER warehouse_truncate AFTER TRUNCATE ON handoffs_offer
    FOR EACH STATEMENT EXECUTE FUNCTION accord_warehouse_handoffs_offer();

CREATE FUNCTION accord_warehouse_handoffs_clock() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        INSERT INTO warehouse_change (xid, kind, ids)
        SELECT pg_current_xact_id(), 'clocks', array_agg(id)
        FROM before FULL JOIN after USING (id)
        WHERE (before.id, before.offer_id, before.lead_id, before.revision_id, before.promise, before.clause, before.started_at, before.due_at, before.stopped_at, before.outcome, before.response, before.on_hold, before.paused_at)
            IS DISTINCT FROM (after.id, after.offer_id, after.lead_id, after.revision_id, after.promise, after.clause, after.started_at, after.due_at, after.stopped_at, after.outcome, after.response, after.on_hold, after.paused_at)
        GROUP BY id >> 16;
    END IF;
    IF TG_OP = 'INSERT' THEN
        INSERT INTO warehouse_change (xid, kind, ids)
        SELECT pg_current_xact_id(), 'clocks', array_agg(id) FROM after GROUP BY id >> 16;
    END IF;
    IF TG_OP = 'DELETE' THEN
        INSERT INTO warehouse_change (xid, kind, ids)
        SELECT pg_current_xact_id(), 'clocks', array_agg(id) FROM before GROUP BY id >> 16;
    END IF;
    IF TG_OP = 'TRUNCATE' THEN
        INSERT INTO warehouse_change (xid, kind, ids)
        VALUES (pg_current_xact_id(), 'clocks', NULL);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER warehouse_update AFTER UPDATE ON handoffs_clock REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION accord_warehouse_handoffs_clock();
CREATE TRIGGER warehouse_insert AFTER INSERT ON handoffs_clock REFERENCING NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION accord_warehouse_handoffs_clock();
CREATE TRIGGER warehouse_delete AFTER DELETE ON handoffs_clock REFERENCING OLD TABLE AS before
    FOR EACH STATEMENT EXECUTE FUNCTION accord_warehouse_handoffs_clock();
CREATE TRIGGER warehouse_truncate AFTER TRUNCATE ON handoffs_clock
    FOR EACH STATEMENT EXECUTE FUNCTION accord_warehouse_handoffs_clock();

CREATE FUNCTION accord_warehouse_handoffs_attempt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        INSERT INTO warehouse_change (xid, kind, ids)
        SELECT pg_current_xact_id(), 'attempts', array_agg(id)
        FROM before FULL JOIN after USING (id)
        WHERE (before.id, before.lead_id, before.by_id, before.at, before.channel, before.outcome)
            IS DISTINCT FROM (after.id, after.lead_id, after.by_id, after.at, after.channel, after.outcome)
        GROUP BY id >> 16;
    END IF;
    IF TG_OP = 'INSERT' THEN
        INSERT INTO warehouse_change (xid, kind, ids)
        SELECT pg_current_xact_id(), 'attempts', array_agg(id) FROM after GROUP BY id >> 16;
    END IF;
    IF TG_OP = 'DELETE' THEN
        INSERT INTO warehouse_change (xid, kind, ids)
        SELECT pg_current_xact_id(), 'attempts', array_agg(id) FROM before GROUP BY id >> 16;
    END IF;
    IF TG_OP = 'TRUNCATE' THEN
        INSERT INTO warehouse_change (xid, kind, ids)
        VALUES (pg_current_xact_id(), 'attempts', NULL);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER warehouse_update AFTER UPDATE ON handoffs_attempt REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION accord_warehouse_handoffs_attempt();
CREATE TRIGGER warehouse_insert AFTER INSERT ON handoffs_attempt REFERENCING NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION accord_warehouse_handoffs_attempt();
CREATE TRIGGER warehouse_delete AFTER DELETE ON handoffs_attempt REFERENCING OLD TABLE AS before
    FOR EACH STATEMENT EXECUTE FUNCTION accord_warehouse_handoffs_attempt();
CREATE TRIGGER warehouse_truncate AFTER TRUNCATE ON handoffs_attempt
    FOR EACH STATEMENT EXECUTE FUNCTION accord_warehouse_handoffs_attempt();

CREATE FUNCTION accord_warehouse_pipeline_deal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        INSERT INTO warehouse_change (xid, kind, ids)
        SELECT pg_current_xact_id(), 'deals', array_agg(id)
        FROM before FULL JOIN after USING (id)
        WHERE (before.id, before.lead_id, before.company_id, before.outcome, before.amount, before.list_amount, before.margin, before.currency, before.opened_at, before.closed_at)
            IS DISTINCT FROM (after.id, after.lead_id, after.company_id, after.outcome, after.amount, after.list_amount, after.margin, after.currency, after.opened_at, after.closed_at)
        GROUP BY id >> 16;
    END IF;
    IF TG_OP = 'INSERT' THEN
        INSERT INTO warehouse_change (xid, kind, ids)
        SELECT pg_current_xact_id(), 'deals', array_agg(id) FROM after GROUP BY id >> 16;
    END IF;
    IF TG_OP = 'DELETE' THEN
        INSERT INTO warehouse_change (xid, kind, ids)
        SELECT pg_current_xact_id(), 'deals', array_agg(id) FROM before GROUP BY id >> 16;
    END IF;
    IF TG_OP = 'TRUNCATE' THEN
        INSERT INTO warehouse_change (xid, kind, ids)
        VALUES (pg_current_xact_id(), 'deals', NULL);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER warehouse_update AFTER UPDATE ON pipeline_deal REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION accord_warehouse_pipeline_deal();
CREATE TRIGGER warehouse_insert AFTER INSERT ON pipeline_deal REFERENCING NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION accord_warehouse_pipeline_deal();
CREATE TRIGGER warehouse_delete AFTER DELETE ON pipeline_deal REFERENCING OLD TABLE AS before
    FOR EACH STATEMENT EXECUTE FUNCTION accord_warehouse_pipeline_deal();
CREATE TRIGGER warehouse_truncate AFTER TRUNCATE ON pipeline_deal
    FOR EACH STATEMENT EXECUTE FUNCTION accord_warehouse_pipeline_deal();

CREATE FUNCTION accord_warehouse_people_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        INSERT INTO warehouse_change (xid, kind, ids)
        SELECT pg_current_xact_id(), 'people', array_agg(id)
        FROM before FULL JOIN after USING (id)
        WHERE (before.id, before.company_id)
            IS DISTINCT FROM (after.id, after.company_id)
        GROUP BY id >> 16;
    END IF;
    IF TG_OP = 'INSERT' THEN
        INSERT INTO warehouse_change (xid, kind, ids)
        SELECT pg_current_xact_id(), 'people', array_agg(id) FROM after GROUP BY id >> 16;
    END IF;
    IF TG_OP = 'DELETE' THEN
        INSERT INTO warehouse_change (xid, kind, ids)
        SELECT pg_current_xact_id(), 'people', array_agg(id) FROM before GROUP BY id >> 16;
    END IF;
    IF TG_OP = 'TRUNCATE' THEN
        INSERT INTO warehouse_change (xid, kind, ids)
        VALUES (pg_current_xact_id(), 'people', NULL);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER warehouse_update AFTER UPDATE ON people_person REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION accord_warehouse_people_person();
CREATE TRIGGER warehouse_insert AFTER INSERT ON people_person REFERENCING NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION accord_warehouse_people_person();
CREATE TRIGGER warehouse_delete AFTER DELETE ON people_person REFERENCING OLD TABLE AS before
    FOR EACH STATEMENT EXECUTE FUNCTION accord_warehouse_people_person();
CREATE TRIGGER warehouse_truncate AFTER TRUNCATE ON people_person
    FOR EACH STATEMENT EXECUTE FUNCTION accord_warehouse_people_person();

CREATE FUNCTION accord_warehouse_people_company() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        INSERT INTO warehouse_change (xid, kind, ids)
        SELECT pg_current_xact_id(), 'companies', array_agg(id)
        FROM before FULL JOIN after USING (id)
        WHERE (before.id, before.fields)
            IS DISTINCT FROM (after.id, after.fields)
        GROUP BY id >> 16;
    END IF;
    IF TG_OP = 'INSERT' THEN
        INSERT INTO warehouse_change (xid, kind, ids)
        SELECT pg_current_xact_id(), 'companies', array_agg(id) FROM after GROUP BY id >> 16;
    END IF;
    IF TG_OP = 'DELETE' THEN
        INSERT INTO warehouse_change (xid, kind, ids)
        SELECT pg_current_xact_id(), 'companies', array_agg(id) FROM before GROUP BY id >> 16;
    END IF;
    IF TG_OP = 'TRUNCATE' THEN
        INSERT INTO warehouse_change (xid, kind, ids)
        VALUES (pg_current_xact_id(), 'companies', NULL);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER warehouse_update AFTER UPDATE ON people_company REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION accord_warehouse_people_company();
CREATE TRIGGER warehouse_insert AFTER INSERT ON people_company REFERENCING NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION accord_warehouse_people_company();
CREATE TRIGGER warehouse_delete AFTER DELETE ON people_company REFERENCING OLD TABLE AS before
    FOR EACH STATEMENT EXECUTE FUNCTION accord_warehouse_people_company();
CREATE TRIGGER warehouse_truncate AFTER TRUNCATE ON people_company
    FOR EACH STATEMENT EXECUTE FUNCTION accord_warehouse_people_company();

CREATE FUNCTION accord_warehouse_people_visitor() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        INSERT INTO warehouse_change (xid, kind, ids)
        SELECT pg_current_xact_id(), 'visitors', array_agg(id)
        FROM before FULL JOIN after USING (id)
        WHERE (before.id, before.person_id)
            IS DISTINCT FROM (after.id, after.person_id)
        GROUP BY id >> 16;
    END IF;
    IF TG_OP = 'INSERT' THEN
        INSERT INTO warehouse_change (xid, kind, ids)
        SELECT pg_current_xact_id(), 'visitors', array_agg(id) FROM after GROUP BY id >> 16;
    END IF;
    IF TG_OP = 'DELETE' THEN
        INSERT INTO warehouse_change (xid, kind, ids)
        SELECT pg_current_xact_id(), 'visitors', array_agg(id) FROM before GROUP BY id >> 16;
    END IF;
    IF TG_OP = 'TRUNCATE' THEN
        INSERT INTO warehouse_change (xid, kind, ids)
        VALUES (pg_current_xact_id(), 'visitors', NULL);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER warehouse_update AFTER UPDATE ON people_visitor REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION accord_warehouse_people_visitor();
CREATE TRIGGER warehouse_insert AFTER INSERT ON people_visitor REFERENCING NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION accord_warehouse_people_visitor();
CREATE TRIGGER warehouse_delete AFTER DELETE ON people_visitor REFERENCING OLD TABLE AS before
    FOR EACH STATEMENT EXECUTE FUNCTION accord_warehouse_people_visitor();
CREATE TRIGGER warehouse_truncate AFTER TRUNCATE ON people_visitor
    FOR EACH STATEMENT EXECUTE FUNCTION accord_warehouse_people_visitor();

CREATE FUNCTION accord_warehouse_people_visit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        INSERT INTO warehouse_change (xid, kind, ids)
        SELECT pg_current_xact_id(), 'visits', array_agg(id)
        FROM before FULL JOIN after USING (id)
        WHERE (before.id, before.visitor_id, before.started_at, before.channel, before.source, before.medium, before.campaign, before.content, before.landing, before.inbound, before.agent)
            IS DISTINCT FROM (after.id, after.visitor_id, after.started_at, after.channel, after.source, after.medium, after.campaign, after.content, after.landing, after.inbound, after.agent)
        GROUP BY id >> 16;
    END IF;
    IF TG_OP = 'INSERT' THEN
        INSERT INTO warehouse_change (xid, kind, ids)
        SELECT pg_current_xact_id(), 'visits', array_agg(id) FROM after GROUP BY id >> 16;
    END IF;
    IF TG_OP = 'DELETE' THEN
        INSERT INTO warehouse_change (xid, kind, ids)
        SELECT pg_current_xact_id(), 'visits', array_agg(id) FROM before GROUP BY id >> 16;
    END IF;
    IF TG_OP = 'TRUNCATE' THEN
        INSERT INTO warehouse_change (xid, kind, ids)
        VALUES (pg_current_xact_id(), 'visits', NULL);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER warehouse_update AFTER UPDATE ON people_visit REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION accord_warehouse_people_visit();
CREATE TRIGGER warehouse_insert AFTER INSERT ON people_visit REFERENCING NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION accord_warehouse_people_visit();
CREATE TRIGGER warehouse_delete AFTER DELETE ON people_visit REFERENCING OLD TABLE AS before
    FOR EACH STATEMENT EXECUTE FUNCTION accord_warehouse_people_visit();
CREATE TRIGGER warehouse_truncate AFTER TRUNCATE ON people_visit
    FOR EACH STATEMENT EXECUTE FUNCTION accord_warehouse_people_visit();

CREATE FUNCTION accord_warehouse_people_touchpoint() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        INSERT INTO warehouse_change (xid, kind, ids)
        SELECT pg_current_xact_id(), 'touchpoints', array_agg(id)
        FROM before FULL JOIN after USING (id)
        WHERE (before.id, before.person_id, before.visit_id, before.at, before.event, before.properties, before.counts)
            IS DISTINCT FROM (after.id, after.person_id, after.visit_id, after.at, after.event, after.properties, after.counts)
            AND (before.visit_id IS NULL OR after.visit_id IS NULL)
        GROUP BY id >> 16;
    END IF;
    IF TG_OP = 'INSERT' THEN
        INSERT INTO warehouse_change (xid, kind, ids)
        SELECT pg_current_xact_id(), 'touchpoints', array_agg(id) FROM after WHERE visit_id IS NULL GROUP BY id >> 16;
    END IF;
    IF TG_OP = 'DELETE' THEN
        INSERT INTO warehouse_change (xid, kind, ids)
        SELECT pg_current_xact_id(), 'touchpoints', array_agg(id) FROM before WHERE visit_id IS NULL GROUP BY id >> 16;
    END IF;
    IF TG_OP = 'TRUNCATE' THEN
        INSERT INTO warehouse_change (xid, kind, ids)
        VALUES (pg_current_xact_id(), 'touchpoints', NULL);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER warehouse_update AFTER UPDATE ON people_touchpoint REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION accord_warehouse_people_touchpoint();
CREATE TRIGGER warehouse_insert AFTER INSERT ON people_touchpoint REFERENCING NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION accord_warehouse_people_touchpoint();
CREATE TRIGGER warehouse_delete AFTER DELETE ON people_touchpoint REFERENCING OLD TABLE AS before
    FOR EACH STATEMENT EXECUTE FUNCTION accord_warehouse_people_touchpoint();
CREATE TRIGGER warehouse_truncate AFTER TRUNCATE ON people_touchpoint
    FOR EACH STATEMENT EXECUTE FUNCTION accord_warehouse_people_touchpoint();

CREATE FUNCTION accord_warehouse_channels_cost() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        INSERT INTO warehouse_change (xid, kind, ids)
        SELECT pg_current_xact_id(), 'costs', array_agg(id)
        FROM before FULL JOIN after USING (id)
        WHERE (before.id, before.day, before.source, before.medium, before.campaign, before.currency, before.amount, before.clicks, before.impressions)
            IS DISTINCT FROM (after.id, after.day, after.source, after.medium, after.campaign, after.currency, after.amount, after.clicks, after.impressions)
        GROUP BY id >> 16;
    END IF;
    IF TG_OP = 'INSERT' THEN
        INSERT INTO warehouse_change (xid, kind, ids)
        SELECT pg_current_xact_id(), 'costs', array_agg(id) FROM after GROUP BY id >> 16;
    END IF;
    IF TG_OP = 'DELETE' THEN
        INSERT INTO warehouse_change (xid, kind, ids)
        SELECT pg_current_xact_id(), 'costs', array_agg(id) FROM before GROUP BY id >> 16;
    END IF;
    IF TG_OP = 'TRUNCATE' THEN
        INSERT INTO warehouse_change (xid, kind, ids)
        VALUES (pg_current_xact_id(), 'costs', NULL);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER warehouse_update AFTER UPDATE ON channels_cost REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION accord_warehouse_channels_cost();
CREATE TRIGGER warehouse_insert AFTER INSERT ON channels_cost REFERENCING NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION accord_warehouse_channels_cost();
CREATE TRIGGER warehouse_delete AFTER DELETE ON channels_cost REFERENCING OLD TABLE AS before
    FOR EACH STATEMENT EXECUTE FUNCTION accord_warehouse_channels_cost();
CREATE TRIGGER warehouse_truncate AFTER TRUNCATE ON channels_cost
    FOR EACH STATEMENT EXECUTE FUNCTION accord_warehouse_channels_cost();

CREATE FUNCTION accord_warehouse_agreements_revision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        INSERT INTO warehouse_change (xid, kind, ids)
        SELECT pg_current_xact_id(), 'revisions', array_agg(id)
        FROM before FULL JOIN after USING (id)
        WHERE (before.id, before.number)
            IS DISTINCT FROM (after.id, after.number)
        GROUP BY id >> 16;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER warehouse_update AFTER UPDATE ON agreements_revision REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION accord_warehouse_agreements_revision();
"""
REMOVE = """
DROP FUNCTION accord_warehouse_pipeline_lead() CASCADE;
DROP FUNCTION accord_warehouse_accounts_user() CASCADE;
DROP FUNCTION accord_warehouse_pipeline_stagechange() CASCADE;
DROP FUNCTION accord_warehouse_handoffs_offer() CASCADE;
DROP FUNCTION accord_warehouse_handoffs_clock() CASCADE;
DROP FUNCTION accord_warehouse_handoffs_attempt() CASCADE;
DROP FUNCTION accord_warehouse_pipeline_deal() CASCADE;
DROP FUNCTION accord_warehouse_people_person() CASCADE;
DROP FUNCTION accord_warehouse_people_company() CASCADE;
DROP FUNCTION accord_warehouse_people_visitor() CASCADE;
DROP FUNCTION accord_warehouse_people_visit() CASCADE;
DROP FUNCTION accord_warehouse_people_touchpoint() CASCADE;
DROP FUNCTION accord_warehouse_channels_cost() CASCADE;
DROP FUNCTION accord_warehouse_agreements_revision() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("warehouse", "0002_capture"),
        ("people", "0002_field_history_append_only"),
        ("channels", "0002_costs_append_only"),
        ("pipeline", "0006_deal_company"),
    ]

    operations: ClassVar = [migrations.RunSQL(BEFORE + INSTALL, REMOVE)]
