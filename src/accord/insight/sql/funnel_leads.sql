-- The leads whose cycle began in the period, with the furthest stage each has ever come to.
-- A step back or a detour takes nothing away; a stage that was skipped counts as passed.
SELECT
    l.lead_id AS lead_id,
    l.opened_us AS opened_us,
    COALESCE(MAX(r.place), CAST(0 AS BIGINT)) AS place
FROM leads AS l
LEFT JOIN reached AS r ON r.lead_id = l.lead_id
WHERE l.opened_us >= CAST($from_us AS BIGINT) AND l.opened_us < CAST($to_us AS BIGINT)
GROUP BY l.lead_id, l.opened_us
