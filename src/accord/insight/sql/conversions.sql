-- Every deal that is won, with whose it was, when its lead and the deal itself began, and what it brought. Its company is
-- where the person worked when it was won; where that was not known, where they work now.
SELECT
    d.deal_id AS deal_id,
    d.lead_id AS lead_id,
    l.person_id AS person_id,
    COALESCE(d.company_id, p.company_id) AS company_id,
    d.closed_us AS at_us,
    l.opened_us AS lead_us,
    d.opened_us AS opportunity_us,
    d.amount_cents AS amount_cents,
    d.margin_cents AS margin_cents,
    d.currency AS currency
FROM deals AS d
JOIN leads AS l ON l.lead_id = d.lead_id
LEFT JOIN people AS p ON p.person_id = l.person_id
WHERE d.outcome = 'won' AND d.closed_us IS NOT NULL
