-- When each lead first came at least as far as each place of the funnel; one that skipped a stage came to it with the next,
-- and a step back changes nothing.
SELECT
    r.lead_id AS lead_id,
    MIN(CASE WHEN r.place >= 0 THEN r.at_us END) AS at_0,
    MIN(CASE WHEN r.place >= 1 THEN r.at_us END) AS at_1,
    MIN(CASE WHEN r.place >= 2 THEN r.at_us END) AS at_2,
    MIN(CASE WHEN r.place >= 3 THEN r.at_us END) AS at_3,
    MIN(CASE WHEN r.place >= 4 THEN r.at_us END) AS at_4,
    MIN(CASE WHEN r.place >= 5 THEN r.at_us END) AS at_5,
    MIN(CASE WHEN r.place >= 6 THEN r.at_us END) AS at_6
FROM reached AS r
GROUP BY r.lead_id
