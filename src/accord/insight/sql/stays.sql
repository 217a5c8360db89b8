-- Every stay that was over in the period, or is not over, of first cycles (1), later ones (2) or all (0), and how long it
-- lasted until then or until now. Asked for apart, so that those that were over at other times are not read.
SELECT
    m.lead_id AS lead_id,
    m.place AS place,
    m.since_us AS since_us,
    m.until_us AS until_us,
    m.until_us - m.since_us AS lasted_us,
    CAST(0 AS BIGINT) AS waiting
FROM lead_stays AS m
WHERE
    m.until_us >= CAST($from_us AS BIGINT)
    AND m.until_us < CAST($to_us AS BIGINT)
    AND (
        CAST($cycle AS BIGINT) = 0
        OR (CAST($cycle AS BIGINT) = 1 AND m.cycle = 1)
        OR (CAST($cycle AS BIGINT) = 2 AND m.cycle > 1)
    )
UNION ALL
SELECT
    m.lead_id AS lead_id,
    m.place AS place,
    m.since_us AS since_us,
    m.until_us AS until_us,
    CAST($now_us AS BIGINT) - m.since_us AS lasted_us,
    CAST(1 AS BIGINT) AS waiting
FROM lead_stays AS m
WHERE
    m.until_us IS NULL
    AND (
        CAST($cycle AS BIGINT) = 0
        OR (CAST($cycle AS BIGINT) = 1 AND m.cycle = 1)
        OR (CAST($cycle AS BIGINT) = 2 AND m.cycle > 1)
    )
