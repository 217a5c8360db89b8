-- The ways that journeys of won deals went by channel, several times in a row being one, the most deals first.
SELECT
    w.{scope}_path AS path,
    COUNT(*) AS deals,
    CAST(SUM(COALESCE(CASE $measure WHEN 'revenue' THEN w.revenue WHEN 'margin' THEN w.margin ELSE 1000000 END, 0))
        AS BIGINT) AS worth,
    CAST(MEDIAN(w.won_us - w.{scope}_first_us) AS BIGINT) AS lasted_us,
    CAST(MEDIAN(w.{scope}_touches) AS BIGINT) AS touches
FROM won AS w
WHERE w.{scope}_touches > 0 AND {month} BETWEEN $first AND $last
GROUP BY 1
ORDER BY deals DESC, worth DESC, path
LIMIT $limit
