-- Companies, by their id, by their domain, or by their exact name. "ident" is c:<key of a known one>, x:<id>, d:<domain>.
CREATE TEMP TABLE firm ON COMMIT DROP AS
SELECT
    staged.line,
    staged.company_external_id AS ext,
    staged.domain,
    coalesce(by_ext.id, CASE WHEN coalesce(staged.company_external_id, staged.domain) IS NULL THEN person.company_id END)
        AS known,
    by_domain.id AS by_domain,
    by_domain.external_id AS by_domain_ext,
    NULL::text COLLATE "C" AS ident
FROM staged
JOIN named USING (line)
LEFT JOIN people_company AS by_ext ON by_ext.external_id = staged.company_external_id
LEFT JOIN people_company AS by_domain ON by_domain.domain = staged.domain
LEFT JOIN people_person AS person
    ON person.id = CASE WHEN starts_with(named.ident, 'p:') THEN substr(named.ident, 3)::bigint END
WHERE coalesce(staged.company_external_id, staged.domain) IS NOT NULL
    OR (staged.company_name IS NULL AND staged.company_fields <> '{}');

-- A known company without an id takes the first new id that comes with its domain.
CREATE TEMP TABLE adopted ON COMMIT DROP AS
SELECT DISTINCT ON (ext) ext, by_domain
FROM (
    SELECT DISTINCT ON (by_domain) ext, by_domain, line
    FROM firm
    WHERE known IS NULL AND ext IS NOT NULL AND by_domain IS NOT NULL AND by_domain_ext IS NULL
    ORDER BY by_domain, line
) AS first
ORDER BY ext, line;
UPDATE firm SET known = adopted.by_domain FROM adopted WHERE firm.ext = adopted.ext AND firm.known IS NULL;
UPDATE firm SET ident = CASE
    WHEN known IS NOT NULL THEN 'c:' || known
    WHEN ext IS NOT NULL THEN 'x:' || ext
    WHEN by_domain IS NOT NULL THEN 'c:' || by_domain
    ELSE 'd:' || domain
END;
-- Two companies cannot have one domain: the first keeps it, and a row that gives the domain alone means that one.
CREATE TEMP TABLE holder ON COMMIT DROP AS
SELECT DISTINCT ON (domain) domain, ident
FROM firm
WHERE domain IS NOT NULL AND by_domain IS NULL
ORDER BY domain, starts_with(ident, 'd:'), line;
UPDATE firm SET ident = holder.ident FROM holder
WHERE firm.domain = holder.domain AND starts_with(firm.ident, 'd:') AND firm.ident <> holder.ident;

CREATE TEMP TABLE firm_value ON COMMIT DROP AS
SELECT
    ident,
    CASE
        WHEN starts_with(ident, 'c:') THEN substr(ident, 3)::bigint
        ELSE nextval(pg_get_serial_sequence('people_company', 'id'))
    END AS id,
    NOT starts_with(ident, 'c:') AS fresh,
    ext, domain, name, fields
FROM (
    SELECT
        firm.ident,
        max(firm.ext) AS ext,
        (array_agg(firm.domain ORDER BY firm.line DESC) FILTER (
            WHERE holder.ident = firm.ident OR firm.ident = 'c:' || firm.by_domain
        ))[1] AS domain,
        (array_agg(staged.company_name ORDER BY firm.line DESC) FILTER (WHERE staged.company_name IS NOT NULL))[1] AS name,
        coalesce((
            array_agg(staged.company_fields ORDER BY firm.line DESC) FILTER (WHERE staged.company_fields IS NOT NULL)
        )[1], '{}') AS fields,
        min(firm.line) AS line
    FROM firm
    JOIN staged USING (line)
    LEFT JOIN holder ON holder.domain = firm.domain
    GROUP BY firm.ident
) AS gathered
ORDER BY line;
-- Of several rows of one company, the last one that says something about a field counts.
UPDATE firm_value SET fields = gathered.fields
FROM (
    SELECT firm.ident, jsonb_object_agg(said.key, said.value ORDER BY firm.line) AS fields
    FROM firm
    JOIN staged USING (line)
    CROSS JOIN LATERAL jsonb_each(staged.company_fields) AS said
    GROUP BY firm.ident
    HAVING count(DISTINCT firm.line) > 1
) AS gathered
WHERE gathered.ident = firm_value.ident;

INSERT INTO people_company (id, name, domain, external_id, fields, created_at)
SELECT id, coalesce(name, ''), domain, ext, fields, %(now)s FROM firm_value WHERE fresh;
-- Those that change are locked first, so that what is written down as their former value still is when it changes.
CREATE TEMP TABLE firm_changed (id bigint PRIMARY KEY) ON COMMIT DROP;
INSERT INTO firm_changed
SELECT company.id
FROM people_company AS company
JOIN firm_value AS said ON said.id = company.id AND NOT said.fresh
WHERE (company.name, company.domain, company.external_id, company.fields) IS DISTINCT FROM (
    coalesce(said.name, company.name),
    coalesce(said.domain, company.domain),
    coalesce(said.ext, company.external_id),
    company.fields || said.fields
)
FOR NO KEY UPDATE OF company;
INSERT INTO people_fieldchange (subject, subject_id, field, before, after, at, changed_by, user_id)
SELECT 'company', company.id, 'company.' || value.key, company.fields -> value.key, value.value, %(now)s, 'import', %(by)s::bigint
FROM firm_changed
JOIN firm_value AS said USING (id)
JOIN people_company AS company USING (id)
CROSS JOIN LATERAL jsonb_each(said.fields) AS value
WHERE company.fields -> value.key IS DISTINCT FROM value.value
UNION ALL
SELECT 'company', company.id, value.field, to_jsonb(nullif(value.before, '')), to_jsonb(value.after), %(now)s, 'import', %(by)s::bigint
FROM firm_changed
JOIN firm_value AS said USING (id)
JOIN people_company AS company USING (id)
CROSS JOIN LATERAL (
    VALUES ('company.name', company.name, said.name), ('company.domain', company.domain, said.domain)
) AS value (field, before, after)
WHERE value.after <> coalesce(value.before, '');
UPDATE people_company AS company SET
    name = coalesce(said.name, company.name),
    domain = coalesce(said.domain, company.domain),
    external_id = coalesce(said.ext, company.external_id),
    fields = company.fields || said.fields
FROM firm_changed
JOIN firm_value AS said USING (id)
WHERE company.id = firm_changed.id;

-- Rows that give a name alone mean the oldest company of exactly that name.
CREATE TEMP TABLE name_value ON COMMIT DROP AS
SELECT said.name, said.fields, min(company.id) AS id, FALSE AS fresh
FROM (
    SELECT
        staged.company_name AS name,
        coalesce(jsonb_object_agg(value.key, value.value ORDER BY staged.line) FILTER (WHERE value.key IS NOT NULL), '{}')
            AS fields,
        min(staged.line) AS line
    FROM staged
    LEFT JOIN LATERAL jsonb_each(staged.company_fields) AS value ON TRUE
    WHERE staged.company_name IS NOT NULL AND coalesce(staged.company_external_id, staged.domain) IS NULL
    GROUP BY staged.company_name
) AS said
LEFT JOIN people_company AS company ON company.name = said.name
GROUP BY said.name, said.fields, said.line
ORDER BY said.line;
UPDATE name_value SET id = nextval(pg_get_serial_sequence('people_company', 'id')), fresh = TRUE WHERE id IS NULL;
INSERT INTO people_company (id, name, domain, external_id, fields, created_at)
SELECT id, name, NULL, NULL, fields, %(now)s FROM name_value WHERE fresh;
ANALYZE people_company;
CREATE TEMP TABLE name_changed (id bigint PRIMARY KEY) ON COMMIT DROP;
INSERT INTO name_changed
SELECT company.id
FROM people_company AS company
JOIN name_value AS said ON said.id = company.id AND NOT said.fresh
WHERE company.fields <> company.fields || said.fields
FOR NO KEY UPDATE OF company;
INSERT INTO people_fieldchange (subject, subject_id, field, before, after, at, changed_by, user_id)
SELECT 'company', company.id, 'company.' || value.key, company.fields -> value.key, value.value, %(now)s, 'import', %(by)s::bigint
FROM name_changed
JOIN name_value AS said USING (id)
JOIN people_company AS company USING (id)
CROSS JOIN LATERAL jsonb_each(said.fields) AS value
WHERE company.fields -> value.key IS DISTINCT FROM value.value;
UPDATE people_company AS company SET fields = company.fields || said.fields
FROM name_changed
JOIN name_value AS said USING (id)
WHERE company.id = name_changed.id;
INSERT INTO firm_changed SELECT id FROM name_changed ON CONFLICT DO NOTHING;

CREATE TEMP TABLE works_at ON COMMIT DROP AS
SELECT firm.line, firm_value.id AS company_id FROM firm JOIN firm_value USING (ident)
UNION ALL
SELECT staged.line, name_value.id
FROM staged
JOIN name_value ON name_value.name = staged.company_name
WHERE coalesce(staged.company_external_id, staged.domain) IS NULL;
ANALYZE works_at;
