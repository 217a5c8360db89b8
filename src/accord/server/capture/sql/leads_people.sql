-- People: of several rows of one person, the last one that says something counts; an empty cell never overwrites.
CREATE TEMP TABLE person_value ON COMMIT DROP AS
SELECT
    ident,
    CASE
        WHEN starts_with(ident, 'p:') THEN substr(ident, 3)::bigint
        ELSE nextval(pg_get_serial_sequence('people_person', 'id'))
    END AS id,
    NOT starts_with(ident, 'p:') AS fresh,
    coalesce(ext, CASE WHEN starts_with(ident, 'l:') THEN 'lead:' || substr(ident, 3) END) AS ext,
    email, email_key, name, phone, company_id, fields
FROM (
    SELECT
        named.ident,
        max(named.ext) AS ext,
        (array_agg(staged.email ORDER BY line DESC) FILTER (WHERE staged.email IS NOT NULL))[1] AS email,
        (array_agg(staged.email_key ORDER BY line DESC) FILTER (WHERE staged.email_key IS NOT NULL))[1] AS email_key,
        (array_agg(staged.person_name ORDER BY line DESC) FILTER (WHERE staged.person_name IS NOT NULL))[1] AS name,
        (array_agg(staged.phone ORDER BY line DESC) FILTER (WHERE staged.phone IS NOT NULL))[1] AS phone,
        (array_agg(works_at.company_id ORDER BY line DESC) FILTER (WHERE works_at.company_id IS NOT NULL))[1] AS company_id,
        coalesce((
            array_agg(staged.person_fields ORDER BY line DESC) FILTER (WHERE staged.person_fields IS NOT NULL)
        )[1], '{}') AS fields,
        min(line) AS line
    FROM named
    JOIN staged USING (line)
    LEFT JOIN works_at USING (line)
    GROUP BY named.ident
) AS gathered
ORDER BY line;
UPDATE person_value SET fields = gathered.fields
FROM (
    SELECT named.ident, jsonb_object_agg(said.key, said.value ORDER BY named.line) AS fields
    FROM named
    JOIN staged USING (line)
    CROSS JOIN LATERAL jsonb_each(staged.person_fields) AS said
    GROUP BY named.ident
    HAVING count(DISTINCT named.line) > 1
) AS gathered
WHERE gathered.ident = person_value.ident;
ANALYZE person_value;

INSERT INTO people_person (id, name, email, email_key, phone, external_id, company_id, fields, created_at)
SELECT
    id, coalesce(name, ''), coalesce(email, ''), email_key, coalesce(phone, ''), ext, company_id, fields, %(now)s
FROM person_value
WHERE fresh;
ANALYZE people_person;
-- Those that change are locked first, so that what is written down as their former value still is when it changes.
CREATE TEMP TABLE person_changed (id bigint PRIMARY KEY) ON COMMIT DROP;
INSERT INTO person_changed
SELECT person.id
FROM people_person AS person
JOIN person_value AS said ON said.id = person.id AND NOT said.fresh
WHERE (
    person.name, person.email, person.email_key, person.phone, person.external_id, person.company_id, person.fields
) IS DISTINCT FROM (
    coalesce(said.name, person.name),
    coalesce(said.email, person.email),
    coalesce(said.email_key, person.email_key),
    coalesce(said.phone, person.phone),
    coalesce(said.ext, person.external_id),
    coalesce(said.company_id, person.company_id),
    person.fields || said.fields
)
FOR NO KEY UPDATE OF person;
-- Where somebody works is written down as the field "company", which no agreement can name.
INSERT INTO people_fieldchange (subject, subject_id, field, before, after, at, changed_by, user_id)
SELECT 'person', person.id, 'person.' || value.key, person.fields -> value.key, value.value, %(now)s, 'import', %(by)s::bigint
FROM person_changed
JOIN person_value AS said USING (id)
JOIN people_person AS person USING (id)
CROSS JOIN LATERAL jsonb_each(said.fields) AS value
WHERE person.fields -> value.key IS DISTINCT FROM value.value
UNION ALL
SELECT 'person', person.id, value.field, to_jsonb(nullif(value.before, '')), to_jsonb(value.after), %(now)s, 'import', %(by)s::bigint
FROM person_changed
JOIN person_value AS said USING (id)
JOIN people_person AS person USING (id)
CROSS JOIN LATERAL (
    VALUES
    ('person.name', person.name, said.name),
    ('person.email', person.email, said.email),
    ('person.phone', person.phone, said.phone)
) AS value (field, before, after)
WHERE value.after <> value.before
UNION ALL
SELECT 'person', person.id, 'company', to_jsonb(person.company_id), to_jsonb(said.company_id), %(now)s, 'import', %(by)s::bigint
FROM person_changed
JOIN person_value AS said USING (id)
JOIN people_person AS person USING (id)
WHERE said.company_id IS DISTINCT FROM person.company_id AND said.company_id IS NOT NULL;
UPDATE people_person AS person SET
    name = coalesce(said.name, person.name),
    email = coalesce(said.email, person.email),
    email_key = coalesce(said.email_key, person.email_key),
    phone = coalesce(said.phone, person.phone),
    external_id = coalesce(said.ext, person.external_id),
    company_id = coalesce(said.company_id, person.company_id),
    fields = person.fields || said.fields
FROM person_changed
JOIN person_value AS said USING (id)
WHERE person.id = person_changed.id;
