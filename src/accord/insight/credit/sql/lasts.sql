-- The deals that each label touched, and those among them whose last touch it was.
SELECT
    {label} AS label,
    COUNT(DISTINCT c.deal_id) AS deals,
    COUNT(DISTINCT CASE WHEN c.last > 0 THEN c.deal_id END) AS lasts,
    COUNT(DISTINCT CASE WHEN c.first > 0 THEN c.deal_id END) AS firsts,
    CAST(SUM(c.linear) AS BIGINT) AS parts
FROM credited AS c
WHERE c.scope = $scope AND c.measure = 'deals' AND {month} BETWEEN $first AND $last
GROUP BY 1
