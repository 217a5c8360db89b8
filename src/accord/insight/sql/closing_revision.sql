-- Of each lead: the revision of the agreement under which it was offered first.
SELECT f.lead_id AS lead_id, CAST(f.revision AS TEXT) AS value
FROM first_offers AS f
WHERE f.revision IS NOT NULL
