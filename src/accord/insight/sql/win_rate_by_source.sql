-- Per source: leads first heard of in the period, how many of them were won by now, and for how much.
-- The empty source is "not stated" and has nothing to do with a source called unknown.
SELECT
    w.source AS source,
    COUNT(*) AS leads,
    CAST(SUM(w.won) AS BIGINT) AS won,
    CAST(SUM(w.won) AS DOUBLE) / NULLIF(CAST(COUNT(*) AS DOUBLE), CAST(0 AS DOUBLE)) AS win_rate,
    CAST(SUM(w.amount_cents) AS BIGINT) AS amount_cents
FROM win_leads AS w
GROUP BY w.source
