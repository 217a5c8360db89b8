-- The hours in which the median and the ninth decile of those that passed lie: how many took fewer hours, and how many
-- there are.
SELECT
    h.first_place AS first_place,
    h.second_place AS second_place,
    h.hours AS hours,
    h.until - h.passages AS before,
    h.total AS total
FROM (
    SELECT
        s.first_place AS first_place,
        s.second_place AS second_place,
        s.hours AS hours,
        s.passages AS passages,
        CAST(
            SUM(s.passages) OVER (PARTITION BY s.first_place, s.second_place ORDER BY s.hours ASC NULLS LAST) AS BIGINT
        ) AS until,
        CAST(SUM(s.passages) OVER (PARTITION BY s.first_place, s.second_place) AS BIGINT) AS total
    FROM passage_hours AS s
) AS h
WHERE
    ((h.until - h.passages) * 100 < h.total * 50 AND h.until * 100 >= h.total * 50)
    OR ((h.until - h.passages) * 100 < h.total * 90 AND h.until * 100 >= h.total * 90)
