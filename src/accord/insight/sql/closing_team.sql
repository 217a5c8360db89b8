-- Of each lead: the team that it was routed to first.
SELECT f.lead_id AS lead_id, f.team AS value
FROM first_offers AS f
