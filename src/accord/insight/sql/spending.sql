-- What was spent, a row for each day, source, medium, campaign and currency.
SELECT
    c.day AS day,
    c.source AS source,
    c.medium AS medium,
    c.campaign AS campaign,
    c.currency AS currency,
    c.amount_cents AS amount_cents,
    c.clicks AS clicks,
    c.impressions AS impressions
FROM costs AS c
