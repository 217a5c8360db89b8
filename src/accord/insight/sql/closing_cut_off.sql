-- How many leads of the cohort are too young to be won, and how many came too long before the first recorded win.
SELECT
    COUNT(*) AS leads,
    CAST(COALESCE(SUM(CASE WHEN c.waiting = 1 AND c.entered_us > CAST($young_us AS BIGINT) THEN 1 ELSE 0 END), 0) AS BIGINT)
        AS young,
    CAST(COALESCE(SUM(CASE WHEN c.entered_us < CAST($early_us AS BIGINT) THEN 1 ELSE 0 END), 0) AS BIGINT) AS early
FROM closing_leads AS c
