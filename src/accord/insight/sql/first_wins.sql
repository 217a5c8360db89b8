-- When the first deal of each lead was won.
SELECT d.lead_id AS lead_id, MIN(d.closed_us) AS won_us
FROM deals AS d
WHERE d.outcome = 'won'
GROUP BY d.lead_id
