-- How many leads came to the promised stage in the period, and what sales made of them.
-- The share is of those that were decided; none decided gives no share.
SELECT
    t.delivered AS delivered,
    t.accepted AS accepted,
    t.rejected AS rejected,
    t.waiting AS waiting,
    t.held AS held,
    CAST(t.accepted AS DOUBLE) / NULLIF(CAST(t.accepted + t.rejected AS DOUBLE), CAST(0 AS DOUBLE)) AS accepted_share
FROM (
    SELECT
        COUNT(*) AS delivered,
        CAST(COALESCE(SUM(CASE WHEN d.decision = 'accepted' THEN 1 ELSE 0 END), 0) AS BIGINT) AS accepted,
        CAST(COALESCE(SUM(CASE WHEN d.decision = 'rejected' THEN 1 ELSE 0 END), 0) AS BIGINT) AS rejected,
        CAST(COALESCE(SUM(CASE WHEN d.decision = 'waiting' THEN 1 ELSE 0 END), 0) AS BIGINT) AS waiting,
        CAST(COALESCE(SUM(CASE WHEN d.decision = 'held' THEN 1 ELSE 0 END), 0) AS BIGINT) AS held
    FROM delivered_leads AS d
) AS t
