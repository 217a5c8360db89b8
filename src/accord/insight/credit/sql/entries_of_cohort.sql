-- The leads that began in some months, by how their person first came, and how far they have come until now.
SELECT
    {label} AS label,
    COUNT(*) AS leads,
    COUNT(c.mql_us) AS mql,
    COUNT(c.sal_us) AS sal,
    COUNT(c.sql_us) AS sql,
    COUNT(c.customer_us) AS customers
FROM entries AS c
WHERE c.opened_month BETWEEN $first AND $last
GROUP BY 1
