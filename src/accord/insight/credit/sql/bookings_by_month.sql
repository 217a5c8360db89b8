-- What was won month by month.
SELECT
    {month} AS month,
    COUNT(*) AS deals,
    CAST(COALESCE(SUM(CASE $measure WHEN 'revenue' THEN w.revenue WHEN 'margin' THEN w.margin ELSE 1000000 END), 0)
        AS BIGINT) AS worth
FROM won AS w
WHERE {month} BETWEEN $first AND $last
GROUP BY 1
