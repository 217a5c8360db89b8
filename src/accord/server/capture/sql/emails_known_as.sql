-- Who was merged, or has a second address, is meant by the one that stands first now.
UPDATE staged SET email_key = person.email_key
FROM people_personkey AS known
JOIN people_person AS person ON person.id = known.person_id
WHERE known.kind = 'email' AND known.key = staged.email_key AND person.email_key IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM people_person AS first WHERE first.email_key = staged.email_key);
