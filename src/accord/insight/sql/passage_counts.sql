-- The passages added up: from each stage to the next one, and between the two stages asked for.
SELECT
    p.first_place AS first_place,
    p.second_place AS second_place,
    CAST(SUM(CASE WHEN p.entered = 1 THEN 1 ELSE 0 END) AS BIGINT) AS entered,
    CAST(SUM(CASE WHEN p.entered = 1 AND p.converted = 1 THEN 1 ELSE 0 END) AS BIGINT) AS converted,
    CAST(SUM(CASE WHEN p.entered = 1 AND p.waiting = 1 THEN 1 ELSE 0 END) AS BIGINT) AS waiting,
    CAST(SUM(CASE WHEN p.carried = 1 THEN 1 ELSE 0 END) AS BIGINT) AS carried,
    CAST(SUM(CASE WHEN p.entered = 1 AND p.passed = 1 THEN 1 ELSE 0 END) AS BIGINT) AS entered_passed,
    CAST(SUM(CASE WHEN p.carried = 1 AND p.passed = 1 THEN 1 ELSE 0 END) AS BIGINT) AS carried_passed
FROM passages AS p
GROUP BY p.first_place, p.second_place
