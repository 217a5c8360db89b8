-- Every deal that is open or lost, with whose it is, when its lead began, when it was lost, or opened, and what it would bring.
SELECT
    d.deal_id AS deal_id,
    d.lead_id AS lead_id,
    l.person_id AS person_id,
    COALESCE(d.company_id, p.company_id) AS company_id,
    p.company_id AS present_company_id,
    d.outcome AS outcome,
    COALESCE(CASE WHEN d.outcome = 'lost' THEN d.closed_us END, d.opened_us) AS at_us,
    l.opened_us AS lead_us,
    d.amount_cents AS amount_cents,
    d.margin_cents AS margin_cents,
    d.currency AS currency
FROM deals AS d
JOIN leads AS l ON l.lead_id = d.lead_id
LEFT JOIN people AS p ON p.person_id = l.person_id
WHERE d.outcome IN ('open', 'lost')
