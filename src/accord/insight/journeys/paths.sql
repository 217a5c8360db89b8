-- The touches that count for each conversion, with its value, and how long before it they and its marks were. Only what
-- leads to a conversion is joined and comes out, and nothing is put into order before it is.
SELECT
    c.conversion AS conversion,
    c.cents AS cents,
    l.code AS touch,
    c.at_us - t.at_us AS before_us,
    c.at_us - c.lead_us AS lead_us,
    c.at_us - c.opportunity_us AS opportunity_us,
    t.touchpoint AS id
FROM conversions AS c
JOIN touchpoints AS t ON t.journey = c.journey
JOIN labels AS l ON l.label = t.touch
WHERE t.at_us <= c.at_us AND c.at_us - t.at_us <= CAST($window_us AS BIGINT)
