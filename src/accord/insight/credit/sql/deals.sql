-- The deals of some months with what one label earned of each under one model, and whose touches of it were before it; all
-- deals where no label is asked for. ``listed.sql`` is put in.
SELECT
    d.deal_id, d.lead_id, d.outcome, d.at_us, d.amount_cents, d.currency, d.revenue, d.margin, d.touches, d.earned,
    d.narrowed_to, d.people,
    COUNT(*) OVER () AS total,
    CAST(SUM(d.earned) OVER () AS BIGINT) AS all_earned
FROM (
{listed}) AS d
ORDER BY {order} NULLS LAST, d.deal_id DESC
LIMIT $limit OFFSET $skip
