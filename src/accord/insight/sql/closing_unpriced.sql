-- How many deals were won in the period, of the same leads, without a price or a list price to compare it with.
SELECT COUNT(*) AS deals
FROM won_prices AS d
WHERE
    (d.list_cents IS NULL OR d.list_cents <= 0 OR d.amount_cents IS NULL)
    AND d.closed_us >= CAST($from_us AS BIGINT) AND d.closed_us < CAST($to_us AS BIGINT)
    AND (
        CAST($cycle AS BIGINT) = 0
        OR (CAST($cycle AS BIGINT) = 1 AND d.cycle = 1)
        OR (CAST($cycle AS BIGINT) = 2 AND d.cycle > 1)
    )
