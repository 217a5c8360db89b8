-- Who was merged, or has a second id, is meant by the one that stands first now.
UPDATE staged SET person_external_id = person.external_id
FROM people_personkey AS known
JOIN people_person AS person ON person.id = known.person_id
WHERE known.kind = 'external' AND known.key = staged.person_external_id AND person.external_id IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM people_person AS first WHERE first.external_id = staged.person_external_id);
