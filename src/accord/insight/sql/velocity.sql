-- Per stage: how long the stays took that were over in the period, and how long those last that are not over; nearest-rank
-- percentiles. Only the stays of the hours in which these lie are put in order: to sort millions takes seconds.
SELECT
    p.stage AS stage,
    COALESCE(MAX(CASE WHEN r.waiting = 0 THEN r.total END), CAST(0 AS BIGINT)) AS over,
    MIN(CASE WHEN r.waiting = 0 AND r.turn * 100 >= r.total * 50 THEN r.lasted_us END) AS median_us,
    MIN(CASE WHEN r.waiting = 0 AND r.turn * 100 >= r.total * 90 THEN r.lasted_us END) AS p90_us,
    COALESCE(MAX(CASE WHEN r.waiting = 1 THEN r.total END), CAST(0 AS BIGINT)) AS waiting,
    MIN(CASE WHEN r.waiting = 1 AND r.turn * 100 >= r.total * 50 THEN r.lasted_us END) AS waiting_median_us,
    MIN(CASE WHEN r.waiting = 1 AND r.turn * 100 >= r.total * 90 THEN r.lasted_us END) AS waiting_p90_us
FROM (
    SELECT
        g.place AS place,
        g.waiting AS waiting,
        g.lasted_us AS lasted_us,
        g.total AS total,
        g.before + CAST(
            SUM(g.stays) OVER (PARTITION BY g.place, g.waiting, g.before ORDER BY g.lasted_us ASC NULLS LAST) AS BIGINT
        ) AS turn
    FROM (
        SELECT
            d.place AS place,
            d.waiting AS waiting,
            d.lasted_us AS lasted_us,
            m.total AS total,
            m.before AS before,
            COUNT(*) AS stays
        FROM stays AS d
        JOIN stay_marks AS m
            ON m.place = d.place AND m.waiting = d.waiting AND m.hours = CAST(d.lasted_us // 3600000000 AS BIGINT)
        GROUP BY d.place, d.waiting, d.lasted_us, m.total, m.before
    ) AS g
) AS r
JOIN stages AS p ON p.place = r.place
GROUP BY p.stage
