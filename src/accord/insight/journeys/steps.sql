-- How often each touch came after which four before it, -1 where the path had not begun, and whether the path then ended.
SELECT
    s.back_0 AS back_0,
    s.back_1 AS back_1,
    s.back_2 AS back_2,
    s.back_3 AS back_3,
    s.back_4 AS back_4,
    s.ends AS ends,
    COUNT(*) AS times
FROM (
    SELECT
        p.code AS back_0,
        COALESCE(LAG(p.code, 1) OVER (
            PARTITION BY p.path ORDER BY p.at_us ASC NULLS LAST, p.code ASC NULLS LAST
        ), CAST(-1 AS BIGINT)) AS back_1,
        COALESCE(LAG(p.code, 2) OVER (
            PARTITION BY p.path ORDER BY p.at_us ASC NULLS LAST, p.code ASC NULLS LAST
        ), CAST(-1 AS BIGINT)) AS back_2,
        COALESCE(LAG(p.code, 3) OVER (
            PARTITION BY p.path ORDER BY p.at_us ASC NULLS LAST, p.code ASC NULLS LAST
        ), CAST(-1 AS BIGINT)) AS back_3,
        COALESCE(LAG(p.code, 4) OVER (
            PARTITION BY p.path ORDER BY p.at_us ASC NULLS LAST, p.code ASC NULLS LAST
        ), CAST(-1 AS BIGINT)) AS back_4,
        CASE WHEN LEAD(p.code, 1) OVER (
            PARTITION BY p.path ORDER BY p.at_us ASC NULLS LAST, p.code ASC NULLS LAST
        ) IS NULL THEN 1 ELSE 0 END AS ends
    FROM paths AS p
) AS s
GROUP BY s.back_0, s.back_1, s.back_2, s.back_3, s.back_4, s.ends
