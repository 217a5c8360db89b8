-- How many of the stays lasted how long, by stage, and apart for those that are not over. Told as people tell it: to the
-- second below an hour, to the minute below a day, to the hour below 30 days, to the day beyond, and never up.
SELECT
    t.place AS place,
    t.waiting AS waiting,
    t.told_us AS told_us,
    COUNT(*) AS stays
FROM (
    SELECT
        d.place AS place,
        d.waiting AS waiting,
        CASE
            WHEN d.lasted_us < 3600000000 THEN CAST(d.lasted_us // 1000000 AS BIGINT) * 1000000
            WHEN d.lasted_us < 86400000000 THEN CAST(d.lasted_us // 60000000 AS BIGINT) * 60000000
            WHEN d.lasted_us < 2592000000000 THEN CAST(d.lasted_us // 3600000000 AS BIGINT) * 3600000000
            ELSE CAST(d.lasted_us // 86400000000 AS BIGINT) * 86400000000
        END AS told_us
    FROM stays AS d
) AS t
GROUP BY t.place, t.waiting, t.told_us
