-- The leads that began, and those that came to each stage, between two instants, by how their person first came.
SELECT
    {label} AS label,
    CAST(SUM(CASE WHEN c.opened_us >= $from_us AND c.opened_us < $to_us THEN 1 ELSE 0 END) AS BIGINT) AS leads,
    CAST(SUM(CASE WHEN c.mql_us >= $from_us AND c.mql_us < $to_us THEN 1 ELSE 0 END) AS BIGINT) AS mql,
    CAST(SUM(CASE WHEN c.sal_us >= $from_us AND c.sal_us < $to_us THEN 1 ELSE 0 END) AS BIGINT) AS sal,
    CAST(SUM(CASE WHEN c.sql_us >= $from_us AND c.sql_us < $to_us THEN 1 ELSE 0 END) AS BIGINT) AS sql,
    CAST(SUM(CASE WHEN c.customer_us >= $from_us AND c.customer_us < $to_us THEN 1 ELSE 0 END) AS BIGINT) AS customers
FROM entries AS c
WHERE
    (c.opened_us >= $from_us AND c.opened_us < $to_us)
    OR (c.customer_us >= $from_us AND c.customer_us < $to_us)
    OR (c.mql_us >= $from_us AND c.mql_us < $to_us)
    OR (c.sal_us >= $from_us AND c.sal_us < $to_us)
    OR (c.sql_us >= $from_us AND c.sql_us < $to_us)
GROUP BY 1
