-- Of each lead: what came of the first call to it.
SELECT
    n.lead_id AS lead_id,
    MAX(CASE WHEN n.turn = 1 THEN n.outcome END) AS outcome
FROM (
    SELECT
        a.lead_id AS lead_id,
        a.outcome AS outcome,
        ROW_NUMBER() OVER (
            PARTITION BY a.lead_id ORDER BY a.at_us ASC NULLS LAST, a.attempt_id ASC NULLS LAST
        ) AS turn
    FROM attempts AS a
    WHERE a.channel = 'call'
) AS n
GROUP BY n.lead_id
