-- What campaigns cost. A later file restates an amount; what it was before is kept.
CREATE TEMP TABLE said ON COMMIT DROP AS
SELECT
    line, day,
    coalesce(source, '') AS source,
    coalesce(medium, '') AS medium,
    coalesce(campaign, '') AS campaign,
    coalesce(currency, %(currency)s) AS currency,
    amount, clicks, impressions
FROM staged;
INSERT INTO refusal
SELECT line, 'import.cost_of_nothing' FROM said WHERE source = '' AND medium = '' AND campaign = '';
INSERT INTO refusal SELECT line, 'import.cost_without_currency' FROM said WHERE currency IS NULL ON CONFLICT DO NOTHING;
-- Two rows about the same may be two parts of a sum, or one said twice: only who knows the file can tell. Both are
-- refused, since half of a sum would stand there as if it were the whole.
INSERT INTO refusal
SELECT line, 'import.cost_twice', CASE WHEN line = first THEN second ELSE first END
FROM (
    SELECT
        line,
        min(line) OVER same AS first,
        nth_value(line, 2) OVER (same ORDER BY line ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS second
    FROM said
    WINDOW same AS (PARTITION BY day, source, medium, campaign, currency)
) AS numbered
WHERE second IS NOT NULL
ON CONFLICT DO NOTHING;
DELETE FROM said USING refusal WHERE said.line = refusal.line;

CREATE TEMP TABLE result ON COMMIT DROP AS
SELECT
    said.line,
    cost.id,
    coalesce(said.clicks, cost.clicks) AS clicks,
    coalesce(said.impressions, cost.impressions) AS impressions,
    CASE
        WHEN cost.id IS NULL THEN 'created'
        WHEN (cost.amount, cost.clicks, cost.impressions) IS DISTINCT FROM
            (said.amount, coalesce(said.clicks, cost.clicks), coalesce(said.impressions, cost.impressions))
            THEN 'updated'
        ELSE 'unchanged'
    END AS what
FROM said
LEFT JOIN channels_cost AS cost USING (day, source, medium, campaign, currency);
INSERT INTO channels_costchange (
    cost_id, amount_before, amount_after, clicks_before, clicks_after, impressions_before, impressions_after, at, by_id
)
SELECT
    cost.id, cost.amount, said.amount, cost.clicks, result.clicks, cost.impressions, result.impressions, %(now)s,
    %(by)s::bigint
FROM result
JOIN said USING (line)
JOIN channels_cost AS cost ON cost.id = result.id
WHERE result.what = 'updated'
ORDER BY result.line;
UPDATE channels_cost AS cost SET
    amount = said.amount,
    clicks = result.clicks,
    impressions = result.impressions
FROM result
JOIN said USING (line)
WHERE cost.id = result.id AND result.what = 'updated';
INSERT INTO channels_cost (day, source, medium, campaign, currency, amount, clicks, impressions, stated_at)
SELECT day, source, medium, campaign, currency, amount, clicks, impressions, %(now)s
FROM said
WHERE line IN (SELECT line FROM result WHERE what = 'created')
ORDER BY line;
