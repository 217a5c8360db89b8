-- Per reason for which leads went back in the period: how many came back, were accepted by sales, and won later.
SELECT
    r.reason AS reason,
    COUNT(*) AS recycled,
    CAST(SUM(r.came_back) AS BIGINT) AS came_back,
    CAST(SUM(r.accepted) AS BIGINT) AS accepted,
    CAST(SUM(r.won) AS BIGINT) AS won
FROM recycled_leads AS r
GROUP BY r.reason
