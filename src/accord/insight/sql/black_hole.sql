-- Leads that were handed over and are open, but that nobody is working, with each reason for saying so. Should be none.
SELECT
    h.lead_id AS lead_id,
    h.handed_over_us AS handed_over_us,
    h.last_us AS last_us,
    h.no_owner AS no_owner,
    h.owner_inactive AS owner_inactive,
    h.not_tried AS not_tried,
    h.silent AS silent
FROM (
    SELECT
        l.lead_id AS lead_id,
        l.handed_over_us AS handed_over_us,
        COALESCE(a.last_us, l.handed_over_us) AS last_us,
        CAST(CASE WHEN l.owner_id IS NULL THEN 1 ELSE 0 END AS BIGINT) AS no_owner,
        CAST(CASE WHEN w.active = FALSE THEN 1 ELSE 0 END AS BIGINT) AS owner_inactive,
        CAST(CASE WHEN f.lead_id IS NOT NULL THEN 1 ELSE 0 END AS BIGINT) AS not_tried,
        CAST(
            CASE
                WHEN COALESCE(a.last_us, l.handed_over_us) <= CAST($now_us AS BIGINT) - CAST($silence_us AS BIGINT)
                    THEN 1
                ELSE 0
            END AS BIGINT
        ) AS silent
    FROM leads AS l
    LEFT JOIN owners AS w ON w.owner_id = l.owner_id
    LEFT JOIN (
        SELECT x.lead_id AS lead_id, MAX(x.at_us) AS last_us
        FROM activity AS x
        GROUP BY x.lead_id
    ) AS a ON a.lead_id = l.lead_id
    LEFT JOIN (
        SELECT c.lead_id AS lead_id
        FROM clocks AS c
        LEFT JOIN attempts AS t ON t.lead_id = c.lead_id AND t.at_us >= c.started_us
        WHERE
            c.promise = 'first_attempt' AND c.stopped_us IS NULL AND c.paused_us IS NULL
            AND c.due_us < CAST($now_us AS BIGINT) AND t.attempt_id IS NULL
        GROUP BY c.lead_id
    ) AS f ON f.lead_id = l.lead_id
    WHERE l.handed_over_us IS NOT NULL AND l.ended_us IS NULL
) AS h
WHERE h.no_owner + h.owner_inactive + h.not_tried + h.silent > 0
