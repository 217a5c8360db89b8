-- Money out and money in, month by month and label by label: costs of some months, and what was earned under some models
-- of the deals of leads that began in them.
SELECT k.label AS label, k.month AS month, CAST(SUM(k.cost) AS BIGINT) AS cost, {sums}
FROM (
    SELECT {label} AS label, c.month AS month, COALESCE(c.cents, 0) AS cost, {nothing}
    FROM spent AS c
    WHERE c.month BETWEEN $first AND $last
    UNION ALL
    SELECT {label} AS label, c.won_month AS month, 0 AS cost, {earned}
    FROM credited AS c
    WHERE c.scope = $scope AND c.measure = $measure AND c.lead_month BETWEEN $first AND $last
) AS k
GROUP BY 1, 2
