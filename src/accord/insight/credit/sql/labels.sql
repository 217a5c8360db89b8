-- What each label earned of the deals of some months, under every model.
SELECT
    {label} AS label,
    {sums},
    COUNT(*) AS touches
FROM credited AS c
WHERE c.scope = $scope AND c.measure = $measure AND {month} BETWEEN $first AND $last
GROUP BY 1
