-- The first offer of each lead: to whom, by which team, with which grade, under which revision of the agreement.
SELECT
    o.lead_id AS lead_id,
    o.owner_id AS owner_id,
    o.queue AS team,
    o.grade AS grade,
    o.revision AS revision
FROM offers AS o
JOIN (
    SELECT k.lead_id AS lead_id, MIN(k.offer_id) AS offer_id
    FROM offers AS k
    JOIN leads AS l ON l.lead_id = k.lead_id AND l.handed_over_us = k.offered_us
    GROUP BY k.lead_id
) AS f ON f.offer_id = o.offer_id
