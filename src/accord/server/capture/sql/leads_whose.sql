-- Whose row it is. A person is named by the lead that is known already, by their own id, by their address, or, by
-- nothing else, by the lead's id. "ident" is p:<key of a known person>, x:<id>, e:<address> or l:<lead's id>.
CREATE TEMP TABLE named ON COMMIT DROP AS
SELECT
    staged.line,
    staged.id,
    staged.person_external_id AS ext,
    staged.email_key,
    coalesce(staged.stage IN ('customer', 'recycled', 'disqualified'), FALSE) AS ended,
    lead.id AS lead_id,
    lead.person_id AS lead_person,
    owner.external_id AS lead_person_ext,
    by_ext.id AS by_ext,
    by_email.id AS by_email,
    by_email.external_id AS by_email_ext,
    NULL::text COLLATE "C" AS ident
FROM staged
LEFT JOIN pipeline_lead AS lead ON lead.external_id = staged.id
LEFT JOIN people_person AS owner ON owner.id = lead.person_id
LEFT JOIN people_person AS by_ext ON by_ext.external_id = coalesce(
    staged.person_external_id, CASE WHEN staged.email_key IS NULL THEN 'lead:' || staged.id END
)
LEFT JOIN people_person AS by_email ON by_email.email_key = staged.email_key;

UPDATE named SET ident = CASE
    WHEN lead_person IS NOT NULL THEN 'p:' || lead_person
    WHEN by_ext IS NOT NULL THEN 'p:' || by_ext
    WHEN by_email IS NOT NULL AND (ext IS NULL OR by_email_ext IS NULL OR starts_with(by_email_ext, 'lead:'))
        THEN 'p:' || by_email
    WHEN ext IS NOT NULL THEN 'x:' || ext
    WHEN email_key IS NOT NULL THEN 'e:' || email_key
    ELSE 'l:' || id
END;
ANALYZE named;

-- Rows with the same person id are the same person.
CREATE TEMP TABLE ext_owner ON COMMIT DROP AS
SELECT DISTINCT ON (ext) ext, ident, line FROM named WHERE ext IS NOT NULL ORDER BY ext, NOT starts_with(ident, 'p:'), line;
UPDATE named SET ident = ext_owner.ident FROM ext_owner
WHERE named.ext = ext_owner.ext AND starts_with(named.ident, 'x:') AND named.ident <> ext_owner.ident;
INSERT INTO refusal
SELECT named.line, 'import.person_conflict', ext_owner.line, named.ext
FROM named JOIN ext_owner USING (ext)
WHERE named.ident <> ext_owner.ident
ON CONFLICT DO NOTHING;

-- What names two different people is refused: only somebody who knows them can say which is meant.
INSERT INTO refusal
SELECT line, 'import.person_conflict', NULL, CASE WHEN ident <> 'p:' || by_email THEN email_key ELSE ext END
FROM named
WHERE ident <> 'p:' || by_email
    OR ident <> 'p:' || by_ext
    OR (lead_person IS NOT NULL AND ext IS NOT NULL AND lead_person_ext <> ext AND NOT starts_with(lead_person_ext, 'lead:'))
ON CONFLICT DO NOTHING;

-- Rows with the same address are the same person.
CREATE TEMP TABLE email_owner ON COMMIT DROP AS
SELECT DISTINCT ON (email_key) email_key, ident, line
FROM named
WHERE email_key IS NOT NULL AND line NOT IN (SELECT line FROM refusal)
ORDER BY email_key, starts_with(ident, 'e:'), line;
UPDATE named SET ident = email_owner.ident FROM email_owner
WHERE named.email_key = email_owner.email_key AND starts_with(named.ident, 'e:') AND named.ident <> email_owner.ident;
INSERT INTO refusal
SELECT named.line, 'import.person_conflict', email_owner.line, named.email_key
FROM named JOIN email_owner USING (email_key)
WHERE named.ident <> email_owner.ident
ON CONFLICT DO NOTHING;

-- The open lead that Accord has of a person, without a foreign id, is the lead that the file tells of.
UPDATE named SET lead_id = lead.id
FROM (
    SELECT DISTINCT ON (ident) ident, line
    FROM named
    WHERE lead_id IS NULL AND NOT ended AND starts_with(ident, 'p:') AND line NOT IN (SELECT line FROM refusal)
    ORDER BY ident, line
) AS first
JOIN pipeline_lead AS lead ON lead.person_id = CASE WHEN starts_with(first.ident, 'p:') THEN substr(first.ident, 3)::bigint END
WHERE named.line = first.line AND lead.ended_at IS NULL AND lead.external_id IS NULL;

-- A person has one open lead at a time.
INSERT INTO refusal
SELECT named.line, 'import.open_lead', NULL, lead.external_id
FROM named
JOIN pipeline_lead AS lead
    ON lead.person_id = CASE WHEN starts_with(named.ident, 'p:') THEN substr(named.ident, 3)::bigint END
    AND lead.ended_at IS NULL
WHERE named.lead_id IS NULL AND NOT named.ended
ON CONFLICT DO NOTHING;
INSERT INTO refusal
SELECT line, 'import.open_lead', first, NULL
FROM (
    SELECT line, first_value(line) OVER (PARTITION BY ident ORDER BY line) AS first
    FROM named
    WHERE lead_id IS NULL AND NOT ended AND line NOT IN (SELECT line FROM refusal)
) AS opening
WHERE line <> first
ON CONFLICT DO NOTHING;

-- What is known of a company needs a company to belong to.
INSERT INTO refusal
SELECT staged.line, 'import.no_company', NULL, NULL
FROM staged
JOIN named USING (line)
LEFT JOIN people_person AS person
    ON person.id = CASE WHEN starts_with(named.ident, 'p:') THEN substr(named.ident, 3)::bigint END
WHERE staged.company_fields <> '{}'
    AND coalesce(staged.company_external_id, staged.domain, staged.company_name) IS NULL
    AND person.company_id IS NULL
ON CONFLICT DO NOTHING;

DELETE FROM staged USING refusal WHERE staged.line = refusal.line;
DELETE FROM named USING refusal WHERE named.line = refusal.line;
