-- Per stage: how long the stays took that were over in the period, and how long those last that are not over; nearest-rank
-- percentiles.
SELECT
    p.stage AS stage,
    COALESCE(MAX(CASE WHEN r.waiting = 0 THEN r.total END), CAST(0 AS BIGINT)) AS over,
    MIN(CASE WHEN r.waiting = 0 AND r.turn * 100 >= r.total * 50 THEN r.told_us END) AS median_us,
    MIN(CASE WHEN r.waiting = 0 AND r.turn * 100 >= r.total * 90 THEN r.told_us END) AS p90_us,
    COALESCE(MAX(CASE WHEN r.waiting = 1 THEN r.total END), CAST(0 AS BIGINT)) AS waiting,
    MIN(CASE WHEN r.waiting = 1 AND r.turn * 100 >= r.total * 50 THEN r.told_us END) AS waiting_median_us,
    MIN(CASE WHEN r.waiting = 1 AND r.turn * 100 >= r.total * 90 THEN r.told_us END) AS waiting_p90_us
FROM (
    SELECT
        s.place AS place,
        s.waiting AS waiting,
        s.told_us AS told_us,
        CAST(
            SUM(s.stays) OVER (PARTITION BY s.place, s.waiting ORDER BY s.told_us ASC NULLS LAST) AS BIGINT
        ) AS turn,
        CAST(SUM(s.stays) OVER (PARTITION BY s.place, s.waiting) AS BIGINT) AS total
    FROM stay_sums AS s
) AS r
JOIN stages AS p ON p.place = r.place
GROUP BY p.stage
