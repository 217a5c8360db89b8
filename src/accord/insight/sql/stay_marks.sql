-- The hours in which the median and the ninth decile of stays lie: how many stays last fewer hours, and how many there are.
SELECT
    h.place AS place,
    h.waiting AS waiting,
    h.hours AS hours,
    h.until - h.stays AS before,
    h.total AS total
FROM (
    SELECT
        s.place AS place,
        s.waiting AS waiting,
        s.hours AS hours,
        s.stays AS stays,
        CAST(SUM(s.stays) OVER (PARTITION BY s.place, s.waiting ORDER BY s.hours ASC NULLS LAST) AS BIGINT) AS until,
        CAST(SUM(s.stays) OVER (PARTITION BY s.place, s.waiting) AS BIGINT) AS total
    FROM stay_hours AS s
) AS h
WHERE
    ((h.until - h.stays) * 100 < h.total * 50 AND h.until * 100 >= h.total * 50)
    OR ((h.until - h.stays) * 100 < h.total * 90 AND h.until * 100 >= h.total * 90)
