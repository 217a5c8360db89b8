-- Every deal that is won, with what it brought and its list price in the same currency, where these are known.
SELECT
    d.deal_id AS deal_id,
    d.lead_id AS lead_id,
    l.cycle AS cycle,
    d.closed_us AS closed_us,
    d.amount_cents AS amount_cents,
    d.list_cents AS list_cents
FROM deals AS d
JOIN leads AS l ON l.lead_id = d.lead_id
WHERE d.outcome = 'won'
