-- Every stay of a lead at a stage of the funnel that was over in the period, or is not over: since when, until when, and how
-- long until then or until now. It is over when the lead moves, a step back or aside included, or when its cycle ends.
SELECT
    m.lead_id AS lead_id,
    m.stage AS stage,
    m.since_us AS since_us,
    m.until_us AS until_us,
    COALESCE(m.until_us, CAST($now_us AS BIGINT)) - m.since_us AS lasted_us,
    CAST(CASE WHEN m.until_us IS NULL THEN 1 ELSE 0 END AS BIGINT) AS waiting
FROM (
    SELECT
        t.lead_id AS lead_id,
        t.stage AS stage,
        t.since_us AS since_us,
        COALESCE(t.next_us, l.ended_us) AS until_us
    FROM (
        SELECT
            c.lead_id AS lead_id,
            c.to_stage AS stage,
            c.at_us AS since_us,
            LAG(c.at_us) OVER (
                PARTITION BY c.lead_id ORDER BY c.at_us DESC NULLS LAST, c.change_id DESC NULLS LAST
            ) AS next_us
        FROM stage_changes AS c
    ) AS t
    JOIN stages AS s ON s.stage = t.stage
    JOIN leads AS l ON l.lead_id = t.lead_id
    WHERE
        s.stage <> 'customer'
        AND (
            CAST($cycle AS BIGINT) = 0
            OR (CAST($cycle AS BIGINT) = 1 AND l.cycle = 1)
            OR (CAST($cycle AS BIGINT) = 2 AND l.cycle > 1)
        )
) AS m
WHERE m.until_us IS NULL OR (m.until_us >= CAST($from_us AS BIGINT) AND m.until_us < CAST($to_us AS BIGINT))
