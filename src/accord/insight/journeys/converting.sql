-- The paths of conversions, touch by touch, for the counts of a chain.
SELECT
    c.conversion AS path,
    t.at_us AS at_us,
    l.code AS code
FROM conversions AS c
JOIN touchpoints AS t ON t.journey = c.journey
JOIN labels AS l ON l.label = t.touch
WHERE t.at_us <= c.at_us AND c.at_us - t.at_us <= CAST($window_us AS BIGINT)
