-- How many whole days from first contact to the win: nearest-rank median and 90th percentile, that is the smallest
-- number of days within which at least that share of the deals was won.
SELECT
    COUNT(*) AS deals,
    MIN(CASE WHEN r.turn * 100 >= r.deals * 50 THEN r.days END) AS median_days,
    MIN(CASE WHEN r.turn * 100 >= r.deals * 90 THEN r.days END) AS p90_days,
    CAST(COALESCE(SUM(r.flagged), 0) AS BIGINT) AS flagged
FROM (
    SELECT
        w.days AS days,
        w.flagged AS flagged,
        ROW_NUMBER() OVER (ORDER BY w.days ASC NULLS LAST, w.deal_id ASC NULLS LAST) AS turn,
        COUNT(*) OVER () AS deals
    FROM won_deals AS w
) AS r
