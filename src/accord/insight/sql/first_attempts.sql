-- When each lead was first offered with a first attempt promised, by which team's offer, when it was first tried, and
-- whether it still may be: a clock of that promise runs, is on hold, or is not over.
SELECT
    c.lead_id AS lead_id,
    MAX(CASE WHEN c.turn = 1 THEN c.team END) AS team,
    MIN(c.started_us) AS handed_us,
    MIN(CASE WHEN c.outcome IN ('kept', 'late') THEN c.stopped_us END) AS tried_us,
    MAX(
        CASE
            WHEN c.stopped_us IS NOT NULL THEN 0
            WHEN c.paused_us IS NOT NULL OR c.due_us >= CAST($now_us AS BIGINT) THEN 1
            ELSE 0
        END
    ) AS in_time
FROM (
    SELECT
        k.lead_id AS lead_id,
        o.queue AS team,
        k.started_us AS started_us,
        k.due_us AS due_us,
        k.stopped_us AS stopped_us,
        k.paused_us AS paused_us,
        k.outcome AS outcome,
        ROW_NUMBER() OVER (PARTITION BY k.lead_id ORDER BY k.offer_id ASC NULLS LAST) AS turn
    FROM clocks AS k
    JOIN offers AS o ON o.offer_id = k.offer_id
    WHERE k.promise = 'first_attempt'
) AS c
GROUP BY c.lead_id
