-- Of each lead: what came of the first call to it.
SELECT a.lead_id AS lead_id, MIN(a.outcome) AS value
FROM attempts AS a
JOIN (
    SELECT c.lead_id AS lead_id, MIN(c.at_us) AS at_us
    FROM attempts AS c
    WHERE c.channel = 'call'
    GROUP BY c.lead_id
) AS f ON f.lead_id = a.lead_id AND f.at_us = a.at_us
WHERE a.channel = 'call'
GROUP BY a.lead_id
