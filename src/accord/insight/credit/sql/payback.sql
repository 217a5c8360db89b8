-- Money out and money in, month by month and label by label, since the beginning.
SELECT k.label AS label, k.month AS month, CAST(SUM(k.cost) AS BIGINT) AS cost, CAST(SUM(k.earned) AS BIGINT) AS earned
FROM (
    SELECT {label} AS label, c.month AS month, COALESCE(c.cents, 0) AS cost, 0 AS earned FROM spent AS c
    UNION ALL
    SELECT {label} AS label, c.won_month AS month, 0 AS cost, c.{column} AS earned
    FROM credited AS c
    WHERE c.scope = $scope AND c.measure = $measure
) AS k
GROUP BY 1, 2
