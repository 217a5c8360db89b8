-- How long wins take from the base, over all there is that came to it in the period: nearest-rank percentiles, and the
-- first win that is recorded.
SELECT
    CAST(COALESCE(MAX(r.leads), 0) AS BIGINT) AS leads,
    CAST(COALESCE(SUM(r.won), 0) AS BIGINT) AS won,
    MIN(CASE WHEN r.won = 1 AND r.turn * 100 >= r.deals * 50 THEN r.took_us END) AS median_us,
    MIN(CASE WHEN r.won = 1 AND r.turn * 100 >= r.deals * 90 THEN r.took_us END) AS p90_us,
    MIN(r.won_us) AS first_win_us
FROM (
    SELECT
        c.won AS won,
        c.won_us AS won_us,
        c.won_us - c.entered_us AS took_us,
        ROW_NUMBER() OVER (
            ORDER BY c.won DESC NULLS LAST, c.won_us - c.entered_us ASC NULLS LAST, c.lead_id ASC NULLS LAST
        ) AS turn,
        COUNT(CASE WHEN c.won = 1 THEN 1 END) OVER () AS deals,
        COUNT(*) OVER () AS leads
    FROM closing_leads AS c
) AS r
