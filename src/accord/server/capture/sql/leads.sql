-- Leads. One that is here already keeps its stage: since it came, its stage is Accord's own to decide.
CREATE TEMP TABLE lead_value ON COMMIT DROP AS
SELECT
    staged.line,
    staged.id AS ext,
    person_value.id AS person_id,
    coalesce(named.lead_id, nextval(pg_get_serial_sequence('pipeline_lead', 'id'))) AS id,
    named.lead_id IS NULL AS fresh,
    named.ended,
    staged.source,
    staged.first_contact_at,
    staged.stage,
    coalesce(staged.stage_since, staged.first_contact_at, %(now)s) AS stage_since,
    coalesce(staged.lead_fields, '{}') AS fields
FROM staged
JOIN named USING (line)
JOIN person_value USING (ident)
ORDER BY staged.line;
ANALYZE lead_value;

INSERT INTO pipeline_lead (
    id, person_id, cycle, external_id, source, first_contact_at, opened_at, stage, stage_since, fields,
    fit, engagement, grade, review_at, ready_via, held_for, lacks, queue, ended_at, end_reason, caretaker
)
SELECT
    fresh.id,
    fresh.person_id,
    coalesce(before.cycle, 0) + row_number() OVER (
        PARTITION BY fresh.person_id ORDER BY NOT fresh.ended, fresh.first_contact_at NULLS LAST, fresh.line
    ),
    fresh.ext,
    coalesce(fresh.source, ''),
    coalesce(fresh.first_contact_at, %(now)s),
    coalesce(fresh.first_contact_at, %(now)s),
    coalesce(fresh.stage, %(entry)s),
    fresh.stage_since,
    fresh.fields,
    0, 0, '',
    CASE WHEN fresh.stage IS NULL THEN %(now)s END,
    '', '{}', '{}', '',
    CASE WHEN fresh.ended THEN fresh.stage_since END,
    CASE WHEN fresh.stage = 'customer' THEN 'won' WHEN fresh.ended THEN 'imported' ELSE '' END,
    CASE WHEN fresh.stage = 'recycled' THEN 'marketing' ELSE '' END
FROM lead_value AS fresh
LEFT JOIN (
    SELECT person_id, max(cycle) AS cycle FROM pipeline_lead
    WHERE person_id IN (SELECT id FROM person_value WHERE NOT fresh) GROUP BY person_id
) AS before USING (person_id)
WHERE fresh.fresh
ORDER BY fresh.line;
ANALYZE pipeline_lead;

INSERT INTO pipeline_stagechange (lead_id, from_stage, to_stage, at, decided_by, user_id, reason, explanation)
SELECT id, '', coalesce(stage, %(entry)s), stage_since, 'import', %(by)s, 'Imported', '{}'
FROM lead_value
WHERE fresh
ORDER BY line;

-- Those that change are locked first, so that what is written down as their former value still is when it changes.
CREATE TEMP TABLE lead_changed (id bigint PRIMARY KEY) ON COMMIT DROP;
INSERT INTO lead_changed
SELECT lead.id
FROM pipeline_lead AS lead
JOIN lead_value AS said ON said.id = lead.id AND NOT said.fresh
WHERE (lead.external_id, lead.source, lead.first_contact_at, lead.fields) IS DISTINCT FROM (
    said.ext,
    coalesce(said.source, lead.source),
    coalesce(said.first_contact_at, lead.first_contact_at),
    lead.fields || said.fields
)
FOR UPDATE OF lead;
INSERT INTO people_fieldchange (subject, subject_id, field, before, after, at, changed_by, user_id)
SELECT 'lead', lead.id, 'lead.' || value.key, lead.fields -> value.key, value.value, %(now)s, 'import', %(by)s::bigint
FROM lead_changed
JOIN lead_value AS said USING (id)
JOIN pipeline_lead AS lead USING (id)
CROSS JOIN LATERAL jsonb_each(said.fields) AS value
WHERE lead.fields -> value.key IS DISTINCT FROM value.value
UNION ALL
SELECT 'lead', lead.id, 'lead.source', to_jsonb(nullif(lead.source, '')), to_jsonb(said.source), %(now)s, 'import', %(by)s::bigint
FROM lead_changed
JOIN lead_value AS said USING (id)
JOIN pipeline_lead AS lead USING (id)
WHERE said.source <> lead.source;
UPDATE pipeline_lead AS lead SET
    external_id = said.ext,
    source = coalesce(said.source, lead.source),
    first_contact_at = coalesce(said.first_contact_at, lead.first_contact_at),
    fields = lead.fields || said.fields
FROM lead_changed
JOIN lead_value AS said USING (id)
WHERE lead.id = lead_changed.id;

CREATE TEMP TABLE result ON COMMIT DROP AS
SELECT
    lead_value.line,
    lead_value.person_id,
    CASE
        WHEN lead_value.fresh THEN 'created'
        WHEN lead_changed.id IS NOT NULL OR person_changed.id IS NOT NULL OR firm_changed.id IS NOT NULL THEN 'updated'
        ELSE 'unchanged'
    END AS what
FROM lead_value
LEFT JOIN works_at USING (line)
LEFT JOIN lead_changed ON lead_changed.id = lead_value.id
LEFT JOIN person_changed ON person_changed.id = lead_value.person_id
LEFT JOIN firm_changed ON firm_changed.id = works_at.company_id;
INSERT INTO touched SELECT person_id, count(*) FROM result WHERE what = 'updated' GROUP BY person_id;
