-- The leads that came to a stage, or past it, for the first time in the period, and what sales made of each:
-- accepted, rejected, waiting for a decision, or held back because it was not handed over yet.
SELECT
    a.lead_id AS lead_id,
    a.reached_us AS reached_us,
    l.handed_over_us AS handed_over_us,
    d.decided_us AS decided_us,
    CASE
        WHEN d.status IS NOT NULL THEN d.status
        WHEN l.handed_over_us IS NOT NULL THEN 'waiting'
        ELSE 'held'
    END AS decision,
    COALESCE(d.reject_reason, '') AS reject_reason
FROM (
    SELECT r.lead_id AS lead_id, MIN(r.at_us) AS reached_us
    FROM reached AS r
    JOIN stages AS p ON p.stage = CAST($stage AS TEXT)
    WHERE r.place >= p.place
    GROUP BY r.lead_id
) AS a
JOIN leads AS l ON l.lead_id = a.lead_id
LEFT JOIN decisions AS d ON d.lead_id = a.lead_id
WHERE a.reached_us >= CAST($from_us AS BIGINT) AND a.reached_us < CAST($to_us AS BIGINT)
