-- How many passages of the period took how many whole hours.
SELECT
    p.first_place AS first_place,
    p.second_place AS second_place,
    CAST(p.took_us // 3600000000 AS BIGINT) AS hours,
    COUNT(*) AS passages
FROM passages AS p
WHERE
    p.passed = 1
    AND p.second_us >= CAST($from_us AS BIGINT)
    AND p.second_us < CAST($to_us AS BIGINT)
GROUP BY p.first_place, p.second_place, CAST(p.took_us // 3600000000 AS BIGINT)
