-- The deals that each label touched, and those among them whose last and whose first touch it was.
SELECT
    {label} AS label,
    CAST(SUM(c.{new}) AS BIGINT) AS deals,
    COUNT(CASE WHEN c.last > 0 THEN 1 END) AS lasts,
    COUNT(CASE WHEN c.first > 0 THEN 1 END) AS firsts,
    CAST(SUM(c.linear) AS BIGINT) AS parts
FROM credited AS c
WHERE c.scope = $scope AND c.measure = 'deals' AND {month} BETWEEN $first AND $last
GROUP BY 1
