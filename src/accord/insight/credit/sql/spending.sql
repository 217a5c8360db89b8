-- What was spent on each label in some months, and for how many rows of costs no rate is known.
SELECT
    {label} AS label,
    CAST(COALESCE(SUM(c.cents), 0) AS BIGINT) AS cents,
    CAST(SUM(CASE WHEN c.cents IS NULL THEN 1 ELSE 0 END) AS BIGINT) AS inconvertible,
    CAST(SUM(c.clicks) AS BIGINT) AS clicks,
    CAST(SUM(c.impressions) AS BIGINT) AS impressions,
    MIN(c.day) AS first_day
FROM spent AS c
WHERE c.month BETWEEN $first AND $last
GROUP BY 1
