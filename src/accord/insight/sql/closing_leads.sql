-- The leads that came to the base in the period, of first cycles (1), later ones (2) or all (0), each with whether it is
-- won by now, or still open.
SELECT
    l.lead_id AS lead_id,
    l.person_id AS person_id,
    e.entered_us AS entered_us,
    CAST(CASE WHEN d.won_us IS NULL THEN 0 ELSE 1 END AS BIGINT) AS won,
    d.won_us AS won_us,
    CAST(CASE WHEN l.ended_us IS NULL AND d.won_us IS NULL THEN 1 ELSE 0 END AS BIGINT) AS waiting
FROM closing_entries AS e
JOIN leads AS l ON l.lead_id = e.lead_id
LEFT JOIN (
    SELECT w.lead_id AS lead_id, MIN(w.closed_us) AS won_us
    FROM deals AS w
    WHERE w.outcome = 'won' AND w.closed_us IS NOT NULL
    GROUP BY w.lead_id
) AS d ON d.lead_id = e.lead_id
WHERE
    e.entered_us >= CAST($from_us AS BIGINT) AND e.entered_us < CAST($to_us AS BIGINT)
    AND (
        CAST($cycle AS BIGINT) = 0
        OR (CAST($cycle AS BIGINT) = 1 AND l.cycle = 1)
        OR (CAST($cycle AS BIGINT) = 2 AND l.cycle > 1)
    )
