-- Exchange rates. A later file restates a rate; what it was before is kept. A row may state several, one in each column.
INSERT INTO refusal SELECT line, 'import.half_a_rate' FROM staged WHERE (currency IS NULL) <> (rate IS NULL);
CREATE TEMP TABLE said ON COMMIT DROP AS
SELECT staged.line, staged.day, coalesce(staged.base, %(currency)s) AS base, stated.currency, stated.rate
FROM staged
CROSS JOIN LATERAL (
    SELECT staged.currency, staged.rate
    UNION ALL
    SELECT key, value::numeric(20, 10) FROM jsonb_each_text(staged.rates)
) AS stated (currency, rate)
WHERE stated.rate IS NOT NULL;
INSERT INTO refusal SELECT DISTINCT line, 'import.rate_without_base' FROM said WHERE base IS NULL ON CONFLICT DO NOTHING;
INSERT INTO refusal (line, code, detail)
SELECT line, 'import.rate_of_itself', base FROM said WHERE currency = base ON CONFLICT DO NOTHING;
-- Which of two is right only somebody who knows the file can tell; both are refused, like the rows of all that they state.
INSERT INTO refusal
SELECT line, 'import.rate_twice', CASE WHEN line = first THEN nullif(last, line) ELSE first END, currency
FROM (
    SELECT line, currency, min(line) OVER same AS first, max(line) OVER same AS last, count(*) OVER same AS times
    FROM said
    WINDOW same AS (PARTITION BY day, base, currency)
) AS numbered
WHERE times > 1
ORDER BY line, currency
ON CONFLICT DO NOTHING;
DELETE FROM said USING refusal WHERE said.line = refusal.line;

CREATE TEMP TABLE found ON COMMIT DROP AS
SELECT said.*, stated.id, stated.rate AS rate_before
FROM said
LEFT JOIN pipeline_exchangerate AS stated USING (currency, day, base);
INSERT INTO pipeline_exchangeratechange (exchange_rate_id, rate_before, rate_after, at, by_id)
SELECT id, rate_before, rate, %(now)s, %(by)s::bigint
FROM found
WHERE rate_before <> rate
ORDER BY line, currency;
UPDATE pipeline_exchangerate AS stated SET rate = found.rate
FROM found
WHERE stated.id = found.id AND found.rate_before <> found.rate;
INSERT INTO pipeline_exchangerate (day, base, currency, rate, stated_at)
SELECT day, base, currency, rate, %(now)s
FROM found
WHERE id IS NULL
ORDER BY line, currency;
-- A row counts once, by the most that one of its rates did.
CREATE TEMP TABLE result ON COMMIT DROP AS
SELECT
    line,
    CASE WHEN bool_or(rate_before <> rate) THEN 'updated' WHEN bool_or(id IS NULL) THEN 'created' ELSE 'unchanged' END AS what
FROM found
GROUP BY line;
