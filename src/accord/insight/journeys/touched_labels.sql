-- What was touched, by how many touchpoints, and how many of these say whose they are and when they were.
SELECT
    t.touch AS label,
    COUNT(*) AS touchpoints,
    COUNT(t.journey) AS with_journey,
    COUNT(t.at_us) AS with_instant
FROM touchpoints AS t
GROUP BY t.touch
