-- Every deal that was won in the period at a known price beside a list price in the same currency, of leads in their first
-- cycle (1), a later one (2) or any (0): which share of the list price it brought, in ten-thousandths, and its band.
SELECT
    d.deal_id AS deal_id,
    d.lead_id AS lead_id,
    d.closed_us AS closed_us,
    d.amount_cents AS amount_cents,
    d.list_cents AS list_cents,
    CAST((2 * d.amount_cents * 10000 + d.list_cents) // (2 * d.list_cents) AS BIGINT) AS ratio,
    CAST(
        CASE
            WHEN d.amount_cents >= d.list_cents THEN 0
            WHEN d.amount_cents * 100 >= d.list_cents * 95 THEN 1
            WHEN d.amount_cents * 100 >= d.list_cents * 90 THEN 2
            WHEN d.amount_cents * 100 >= d.list_cents * 80 THEN 3
            ELSE 4
        END AS BIGINT
    ) AS band
FROM won_prices AS d
WHERE
    d.list_cents > 0 AND d.amount_cents IS NOT NULL
    AND d.closed_us >= CAST($from_us AS BIGINT) AND d.closed_us < CAST($to_us AS BIGINT)
    AND (
        CAST($cycle AS BIGINT) = 0
        OR (CAST($cycle AS BIGINT) = 1 AND d.cycle = 1)
        OR (CAST($cycle AS BIGINT) = 2 AND d.cycle > 1)
    )
