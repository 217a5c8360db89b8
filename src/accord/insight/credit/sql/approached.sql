-- Before how many open and how many lost deals of some months there were touches of each label.
SELECT
    {label} AS label,
    COUNT(DISTINCT CASE WHEN c.outcome = 'open' THEN c.deal_id END) AS still_open,
    COUNT(DISTINCT CASE WHEN c.outcome = 'lost' THEN c.deal_id END) AS lost
FROM approached AS c
WHERE ($scope = 'company' OR c.contact = 1) AND {month} BETWEEN $first AND $last
GROUP BY 1
