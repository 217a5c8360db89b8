-- Per stage: how long the stays took that were over in the period, and how long those last that are not over;
-- nearest-rank percentiles.
SELECT
    r.stage AS stage,
    CAST(SUM(1 - r.waiting) AS BIGINT) AS over,
    MIN(CASE WHEN r.waiting = 0 AND r.turn * 100 >= r.stays * 50 THEN r.lasted_us END) AS median_us,
    MIN(CASE WHEN r.waiting = 0 AND r.turn * 100 >= r.stays * 90 THEN r.lasted_us END) AS p90_us,
    CAST(SUM(r.waiting) AS BIGINT) AS waiting,
    MIN(CASE WHEN r.waiting = 1 AND r.turn * 100 >= r.stays * 50 THEN r.lasted_us END) AS waiting_median_us,
    MIN(CASE WHEN r.waiting = 1 AND r.turn * 100 >= r.stays * 90 THEN r.lasted_us END) AS waiting_p90_us
FROM (
    SELECT
        d.stage AS stage,
        d.waiting AS waiting,
        d.lasted_us AS lasted_us,
        ROW_NUMBER() OVER (
            PARTITION BY d.stage, d.waiting ORDER BY d.lasted_us ASC NULLS LAST, d.lead_id ASC NULLS LAST
        ) AS turn,
        COUNT(*) OVER (PARTITION BY d.stage, d.waiting) AS stays
    FROM stays AS d
) AS r
GROUP BY r.stage
