-- What each label earned of the deals of some months, under every model; the deals that it touched; and the deals it
-- touched last.
SELECT
    {label} AS label,
    {sums},
    COUNT(DISTINCT c.deal_id) AS deals,
    COUNT(*) AS touches
FROM credited AS c
WHERE c.scope = $scope AND c.measure = $measure AND {month} BETWEEN $first AND $last
GROUP BY 1
