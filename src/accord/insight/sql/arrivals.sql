-- When each lead first came at least as far as each stage of the funnel; one that skipped a stage came to it with the next,
-- and a step back changes nothing.
SELECT
    r.lead_id AS lead_id,
    MIN(CASE WHEN r.place >= 0 THEN r.at_us END) AS subscriber_us,
    MIN(CASE WHEN r.place >= 1 THEN r.at_us END) AS lead_us,
    MIN(CASE WHEN r.place >= 2 THEN r.at_us END) AS mql_us,
    MIN(CASE WHEN r.place >= 3 THEN r.at_us END) AS sal_us,
    MIN(CASE WHEN r.place >= 4 THEN r.at_us END) AS sql_us,
    MIN(CASE WHEN r.place >= 5 THEN r.at_us END) AS opportunity_us,
    MIN(CASE WHEN r.place >= 6 THEN r.at_us END) AS customer_us
FROM reached AS r
GROUP BY r.lead_id
