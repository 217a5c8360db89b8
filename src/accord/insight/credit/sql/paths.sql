-- The ways that journeys of won deals went by channel, several times in a row being one, the most deals first.
WITH touched AS (
    SELECT
        c.deal_id,
        c.channel,
        c.at_us,
        c.won_us,
        ROW_NUMBER() OVER (PARTITION BY c.deal_id ORDER BY c.at_us, c.kind, c.touch_id) AS place,
        LAG(c.channel) OVER (PARTITION BY c.deal_id ORDER BY c.at_us, c.kind, c.touch_id) AS before
    FROM credited AS c
    WHERE c.scope = $scope AND c.measure = 'deals' AND {month} BETWEEN $first AND $last
),
journeys AS (
    SELECT
        t.deal_id,
        LIST(t.channel ORDER BY t.place) FILTER (WHERE t.before IS DISTINCT FROM t.channel) AS path,
        COUNT(*) AS touches,
        MAX(t.won_us) - MIN(t.at_us) AS lasted
    FROM touched AS t
    GROUP BY 1
)
SELECT
    j.path AS path,
    COUNT(*) AS deals,
    CAST(SUM(COALESCE(CASE $measure WHEN 'revenue' THEN w.revenue WHEN 'margin' THEN w.margin ELSE 1000000 END, 0))
        AS BIGINT) AS worth,
    CAST(MEDIAN(j.lasted) AS BIGINT) AS lasted_us,
    CAST(MEDIAN(j.touches) AS BIGINT) AS touches
FROM journeys AS j
JOIN won AS w ON w.deal_id = j.deal_id
GROUP BY 1
ORDER BY deals DESC, worth DESC, path
LIMIT $limit
