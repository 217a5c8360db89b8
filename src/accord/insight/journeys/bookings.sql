-- How many conversions there are and what they come to; and what shows that some cannot be counted: ids that stand twice,
-- and columns that are not filled in.
SELECT
    CAST(COALESCE(SUM(n.times), 0) AS BIGINT) AS conversions,
    CAST(COALESCE(SUM(n.cents), 0) AS BIGINT) AS cents,
    COUNT(n.conversion) AS ids,
    CAST(COALESCE(SUM(n.with_journey), 0) AS BIGINT) AS with_journey,
    CAST(COALESCE(SUM(n.with_instant), 0) AS BIGINT) AS with_instant,
    CAST(COALESCE(SUM(n.with_cents), 0) AS BIGINT) AS with_cents
FROM (
    SELECT
        c.conversion AS conversion,
        COUNT(*) AS times,
        CAST(SUM(c.cents) AS BIGINT) AS cents,
        COUNT(c.journey) AS with_journey,
        COUNT(c.at_us) AS with_instant,
        COUNT(c.cents) AS with_cents
    FROM conversions AS c
    GROUP BY c.conversion
) AS n
