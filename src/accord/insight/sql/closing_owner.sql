-- Of each lead: whom it was offered to first.
SELECT f.lead_id AS lead_id, CAST(f.owner_id AS TEXT) AS value
FROM first_offers AS f
WHERE f.owner_id IS NOT NULL
