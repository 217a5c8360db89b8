-- One won deal.
SELECT
    w.deal_id, w.lead_id, w.person_id, w.company_id, w.won_us, w.lead_us, w.amount_cents, w.margin_cents, w.currency, w.revenue,
    w.margin, w.company_touches, w.contact_touches
FROM won AS w
WHERE w.deal_id = $deal
