-- How fast sales made its first attempts, in working time: nearest-rank median and 90th percentile of those that were
-- made, and beside them how many were kept, late, missed altogether, or are overdue now.
SELECT
    COUNT(r.response_us) AS answered,
    CAST(COALESCE(SUM(CASE WHEN r.verdict = 'kept' THEN 1 ELSE 0 END), 0) AS BIGINT) AS kept,
    CAST(COALESCE(SUM(CASE WHEN r.verdict = 'late' THEN 1 ELSE 0 END), 0) AS BIGINT) AS late,
    CAST(COALESCE(SUM(CASE WHEN r.verdict = 'missed' THEN 1 ELSE 0 END), 0) AS BIGINT) AS missed,
    CAST(COALESCE(SUM(CASE WHEN r.verdict = 'overdue' THEN 1 ELSE 0 END), 0) AS BIGINT) AS overdue,
    MIN(CASE WHEN r.turn * 100 >= r.answered * 50 THEN r.response_us END) AS median_us,
    MIN(CASE WHEN r.turn * 100 >= r.answered * 90 THEN r.response_us END) AS p90_us
FROM (
    SELECT
        c.verdict AS verdict,
        c.response_us AS response_us,
        ROW_NUMBER() OVER (ORDER BY c.response_us ASC NULLS LAST, c.clock_id ASC NULLS LAST) AS turn,
        COUNT(c.response_us) OVER () AS answered
    FROM response_clocks AS c
) AS r
