-- The paths of journeys that never convert, touch by touch, whole.
SELECT
    t.journey AS path,
    t.at_us AS at_us,
    l.code AS code
FROM touchpoints AS t
JOIN labels AS l ON l.label = t.touch
LEFT JOIN (
    SELECT c.journey AS journey
    FROM conversions AS c
    GROUP BY c.journey
) AS w ON w.journey = t.journey
WHERE w.journey IS NULL
