-- The first offer of each lead: to whom, by which team, with which grade, under which revision of the agreement.
SELECT
    f.lead_id AS lead_id,
    f.owner_id AS owner_id,
    f.team AS team,
    f.grade AS grade,
    f.revision AS revision
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
WHERE f.turn = 1
