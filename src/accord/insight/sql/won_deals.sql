-- The deals won in the period, with the whole days that passed since first contact.
-- One that was won before it stays, with days below zero (or none) and a flag.
SELECT
    d.deal_id AS deal_id,
    d.lead_id AS lead_id,
    l.first_contact_us AS first_contact_us,
    d.closed_us AS won_us,
    CAST((d.closed_us - l.first_contact_us) // 86400000000 AS BIGINT) AS days,
    CAST(CASE WHEN d.closed_us < l.first_contact_us THEN 1 ELSE 0 END AS BIGINT) AS flagged
FROM deals AS d
JOIN leads AS l ON l.lead_id = d.lead_id
WHERE d.outcome = 'won' AND d.closed_us >= CAST($from_us AS BIGINT) AND d.closed_us < CAST($to_us AS BIGINT)
