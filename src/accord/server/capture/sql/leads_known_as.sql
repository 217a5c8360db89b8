-- Who was merged, or has a second address, is meant by the one that stands first now; so is a company.
UPDATE staged SET email_key = person.email_key, email = person.email
FROM people_personkey AS known
JOIN people_person AS person ON person.id = known.person_id
WHERE known.kind = 'email' AND known.key = staged.email_key AND person.email_key IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM people_person AS first WHERE first.email_key = staged.email_key);
UPDATE staged SET company_external_id = company.external_id
FROM people_companykey AS known
JOIN people_company AS company ON company.id = known.company_id
WHERE known.kind = 'external' AND known.key = staged.company_external_id AND company.external_id IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM people_company AS first WHERE first.external_id = staged.company_external_id);
UPDATE staged SET domain = company.domain
FROM people_companykey AS known
JOIN people_company AS company ON company.id = known.company_id
WHERE known.kind = 'domain' AND known.key = staged.domain AND company.domain IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM people_company AS first WHERE first.domain = staged.domain);
-- A name that stands alone; of several companies that were called so, the oldest.
UPDATE staged SET company_name = company.name
FROM (SELECT key, min(company_id) AS id FROM people_companykey WHERE kind = 'name' GROUP BY key) AS known
JOIN people_company AS company ON company.id = known.id
WHERE known.key = staged.company_name AND company.name <> '' AND staged.domain IS NULL AND staged.company_external_id IS NULL
    AND NOT EXISTS (SELECT 1 FROM people_company AS first WHERE first.name = staged.company_name);
