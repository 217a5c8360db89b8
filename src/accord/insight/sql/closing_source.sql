-- Of each lead: where it came from, as stated when it began.
SELECT l.lead_id AS lead_id, l.source AS value
FROM leads AS l
