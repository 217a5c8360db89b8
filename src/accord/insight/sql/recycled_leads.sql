-- Leads that went back in the period, each with its reason and what became of the person in a later cycle.
SELECT
    l.lead_id AS lead_id,
    l.end_reason AS reason,
    l.ended_us AS ended_us,
    CAST(MAX(CASE WHEN n.lead_id IS NOT NULL THEN 1 ELSE 0 END) AS BIGINT) AS came_back,
    CAST(MAX(CASE WHEN a.lead_id IS NOT NULL THEN 1 ELSE 0 END) AS BIGINT) AS accepted,
    CAST(MAX(CASE WHEN n.stage = 'customer' THEN 1 ELSE 0 END) AS BIGINT) AS won,
    CASE
        WHEN MAX(CASE WHEN n.stage = 'customer' THEN 1 ELSE 0 END) = 1 THEN 'won'
        WHEN MAX(CASE WHEN a.lead_id IS NOT NULL THEN 1 ELSE 0 END) = 1 THEN 'accepted'
        WHEN MAX(CASE WHEN n.lead_id IS NOT NULL THEN 1 ELSE 0 END) = 1 THEN 'back'
        ELSE 'away'
    END AS fate
FROM leads AS l
LEFT JOIN leads AS n ON n.person_id = l.person_id AND n.cycle > l.cycle
LEFT JOIN (
    SELECT s.lead_id AS lead_id
    FROM stage_changes AS s
    WHERE s.to_stage IN ('sal', 'sql', 'opportunity', 'customer')
    GROUP BY s.lead_id
) AS a ON a.lead_id = n.lead_id
WHERE
    l.stage = 'recycled'
    AND l.ended_us >= CAST($from_us AS BIGINT) AND l.ended_us < CAST($to_us AS BIGINT)
GROUP BY l.lead_id, l.end_reason, l.ended_us
