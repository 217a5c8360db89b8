-- How long wins take from the base, over all there is that came to it in the period: nearest-rank percentiles, and the
-- first win that is recorded.
SELECT
    CAST(COALESCE(SUM(k.leads), 0) AS BIGINT) AS leads,
    CAST(COALESCE(SUM(k.won), 0) AS BIGINT) AS won,
    MIN(CASE WHEN k.turn * 100 >= k.deals * 50 THEN k.took_us END) AS median_us,
    MIN(CASE WHEN k.turn * 100 >= k.deals * 90 THEN k.took_us END) AS p90_us,
    MIN(k.won_us) AS first_win_us
FROM (
    SELECT
        COUNT(*) AS leads, CAST(0 AS BIGINT) AS won, CAST(NULL AS BIGINT) AS won_us, CAST(NULL AS BIGINT) AS took_us,
        CAST(NULL AS BIGINT) AS turn, CAST(NULL AS BIGINT) AS deals
    FROM closing_leads AS c
    UNION ALL
    SELECT
        CAST(0 AS BIGINT) AS leads,
        w.won AS won,
        w.won_us AS won_us,
        w.won_us - w.entered_us AS took_us,
        ROW_NUMBER() OVER (ORDER BY w.won_us - w.entered_us ASC NULLS LAST, w.lead_id ASC NULLS LAST) AS turn,
        COUNT(*) OVER () AS deals
    FROM closing_leads AS w
    WHERE w.won = 1
) AS k
