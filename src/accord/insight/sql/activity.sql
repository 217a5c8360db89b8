-- Everything that sales did or decided about a lead, and when.
SELECT o.lead_id AS lead_id, o.offered_us AS at_us
FROM offers AS o
UNION ALL
SELECT o.lead_id AS lead_id, o.decided_us AS at_us
FROM offers AS o
WHERE o.decided_us IS NOT NULL
UNION ALL
SELECT a.lead_id AS lead_id, a.at_us AS at_us
FROM attempts AS a
UNION ALL
SELECT d.lead_id AS lead_id, d.opened_us AS at_us
FROM deals AS d
UNION ALL
SELECT d.lead_id AS lead_id, d.closed_us AS at_us
FROM deals AS d
WHERE d.closed_us IS NOT NULL
UNION ALL
SELECT c.lead_id AS lead_id, c.at_us AS at_us
FROM stage_changes AS c
WHERE c.decided_by = 'user'
