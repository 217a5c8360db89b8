-- When each lead first came at least as far as the base of a close rate: a stage of the funnel, or 'offered' for the first
-- offer to sales. Whoever skipped the stage came to it with the next one.
SELECT e.lead_id AS lead_id, MIN(e.at_us) AS entered_us
FROM (
    SELECT l.lead_id AS lead_id, l.handed_over_us AS at_us
    FROM leads AS l
    WHERE CAST($base AS TEXT) = 'offered' AND l.handed_over_us IS NOT NULL
    UNION ALL
    SELECT r.lead_id AS lead_id, r.at_us AS at_us
    FROM reached AS r
    JOIN stages AS s ON s.stage = CAST($base AS TEXT)
    WHERE r.place >= s.place
) AS e
GROUP BY e.lead_id
