-- Of each lead: what came of the first call to it.
SELECT f.lead_id AS lead_id, f.outcome AS value
FROM (
    SELECT
        a.lead_id AS lead_id,
        a.outcome AS outcome,
        ROW_NUMBER() OVER (
            PARTITION BY a.lead_id ORDER BY a.at_us ASC NULLS LAST, a.attempt_id ASC NULLS LAST
        ) AS turn
    FROM attempts AS a
    WHERE a.channel = 'call'
) AS f
WHERE f.turn = 1
