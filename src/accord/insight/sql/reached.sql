-- Every stage of the funnel that a lead has come to, and when; a detour is no stage of the funnel.
SELECT
    c.lead_id AS lead_id,
    s.place AS place,
    c.at_us AS at_us
FROM stage_changes AS c
JOIN stages AS s ON s.stage = c.to_stage
