-- From which channel to which the journeys of won deals went, step by step: the first steps, and how they ended.
-- What happens through one channel several times in a row is one step.
SELECT
    CAST(s.step AS BIGINT) AS step,
    p.path[s.step] AS channel,
    COALESCE(p.path[s.step + 1], '') AS after,
    CAST(SUM(p.deals) AS BIGINT) AS deals
FROM (
    SELECT STRING_SPLIT(w.{scope}_path, CHR(31)) AS path, COUNT(*) AS deals
    FROM won AS w
    WHERE w.{scope}_touches > 0 AND {month} BETWEEN $first AND $last
    GROUP BY 1
) AS p
JOIN RANGE(1, $steps + 1) AS s (step) ON p.path[s.step] IS NOT NULL
GROUP BY 1, 2, 3
