-- The passages added up, apart for those that came to the second stage in the period, and for the whole hours they took.
SELECT
    p.first_place AS first_place,
    p.second_place AS second_place,
    p.passed AS passed,
    CASE WHEN p.passed = 1 THEN CAST(p.took_us // 3600000000 AS BIGINT) END AS hours,
    COUNT(*) AS passages,
    CAST(SUM(p.entered) AS BIGINT) AS entered,
    CAST(SUM(p.entered * p.converted) AS BIGINT) AS converted,
    CAST(SUM(p.entered * p.waiting) AS BIGINT) AS waiting
FROM passages AS p
GROUP BY p.first_place, p.second_place, p.passed,
    CASE WHEN p.passed = 1 THEN CAST(p.took_us // 3600000000 AS BIGINT) END
