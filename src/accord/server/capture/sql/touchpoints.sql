-- Whose touchpoint it is: everything that the row names must name the same person.
CREATE TEMP TABLE named ON COMMIT DROP AS
SELECT
    staged.line,
    coalesce(lead.person_id, by_ext.id, by_email.id) AS person_id,
    coalesce(staged.lead_external_id, staged.person_external_id, staged.email_key) AS said,
    coalesce(lead.person_id <> coalesce(by_ext.id, by_email.id), FALSE) OR coalesce(by_ext.id <> by_email.id, FALSE)
        AS conflict
FROM staged
LEFT JOIN pipeline_lead AS lead ON lead.external_id = staged.lead_external_id
LEFT JOIN people_person AS by_ext ON by_ext.external_id = staged.person_external_id
LEFT JOIN people_person AS by_email ON by_email.email_key = staged.email_key;
INSERT INTO refusal
SELECT
    line,
    CASE
        WHEN conflict THEN 'import.person_conflict'
        WHEN said IS NULL THEN 'import.no_person'
        ELSE 'import.unknown_person'
    END,
    NULL,
    said
FROM named
WHERE person_id IS NULL OR conflict;
DELETE FROM named WHERE person_id IS NULL OR conflict;
ANALYZE named;

WITH fresh AS (
    INSERT INTO people_touchpoint (message_id, person_id, event, at, received_at, source, properties)
    SELECT
        staged.id, named.person_id, staged.event, staged.at, %(now)s, coalesce(staged.source, ''),
        coalesce(staged.properties, '{}')
    FROM staged
    JOIN named USING (line)
    ON CONFLICT (message_id) DO NOTHING
    RETURNING person_id
)
INSERT INTO touched SELECT person_id, count(*) FROM fresh GROUP BY person_id;
ANALYZE people_touchpoint;
