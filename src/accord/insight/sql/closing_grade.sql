-- Of each lead: its grade when it was offered first.
SELECT f.lead_id AS lead_id, f.grade AS value
FROM first_offers AS f
