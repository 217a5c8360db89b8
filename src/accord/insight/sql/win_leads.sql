-- The leads first heard of in the period, each with whether it was won and for how much in the currency asked for.
SELECT
    l.lead_id AS lead_id,
    l.source AS source,
    l.first_contact_us AS first_contact_us,
    CAST(MAX(CASE WHEN d.outcome = 'won' THEN 1 ELSE 0 END) AS BIGINT) AS won,
    CAST(SUM(CASE WHEN d.outcome = 'won' AND d.currency = CAST($currency AS TEXT) THEN d.amount_cents END) AS BIGINT)
        AS amount_cents
FROM leads AS l
LEFT JOIN deals AS d ON d.lead_id = l.lead_id
WHERE l.first_contact_us >= CAST($from_us AS BIGINT) AND l.first_contact_us < CAST($to_us AS BIGINT)
GROUP BY l.lead_id, l.source, l.first_contact_us
