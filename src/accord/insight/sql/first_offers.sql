-- The first offer of each lead: to whom, by which team, with which grade, under which revision of the agreement.
SELECT
    f.lead_id AS lead_id,
    MAX(CASE WHEN f.turn = 1 THEN f.owner_id END) AS owner_id,
    MAX(CASE WHEN f.turn = 1 THEN f.team END) AS team,
    MAX(CASE WHEN f.turn = 1 THEN f.grade END) AS grade,
    MAX(CASE WHEN f.turn = 1 THEN f.revision END) AS revision
FROM (
    SELECT
        o.lead_id AS lead_id,
        o.owner_id AS owner_id,
        o.queue AS team,
        o.grade AS grade,
        o.revision AS revision,
        ROW_NUMBER() OVER (
            PARTITION BY o.lead_id ORDER BY o.offered_us ASC NULLS LAST, o.offer_id ASC NULLS LAST
        ) AS turn
    FROM offers AS o
) AS f
GROUP BY f.lead_id
