-- Every stay of a lead at a stage of the funnel but the last one, by its place: since when, and until when; it is over when the lead moves,
-- a step back or aside included, or when its cycle ends.
SELECT
    t.lead_id AS lead_id,
    l.cycle AS cycle,
    s.place AS place,
    t.since_us AS since_us,
    COALESCE(t.next_us, l.ended_us) AS until_us
FROM (
    SELECT
        c.lead_id AS lead_id,
        c.to_stage AS stage,
        c.at_us AS since_us,
        LAG(c.at_us) OVER (
            PARTITION BY c.lead_id ORDER BY c.at_us DESC NULLS LAST, c.change_id DESC NULLS LAST
        ) AS next_us
    FROM stage_changes AS c
) AS t
JOIN stages AS s ON s.stage = t.stage
JOIN leads AS l ON l.lead_id = t.lead_id
WHERE s.stage <> 'customer'
