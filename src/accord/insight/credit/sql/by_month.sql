-- What each label earned month by month, under one model.
SELECT {label} AS label, {month} AS month, CAST(SUM(c.{column}) AS BIGINT) AS earned
FROM credited AS c
WHERE c.scope = $scope AND c.measure = $measure AND {month} BETWEEN $first AND $last
GROUP BY 1, 2
