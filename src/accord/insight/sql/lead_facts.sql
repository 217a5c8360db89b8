-- Every lead with its course, and its value in each dimension of the close-rate map; a value that is not known is empty.
-- Each part has one row for each lead or person by its grouping: a planner that sees so leaves out what is not asked for.
SELECT
    c.lead_id AS lead_id,
    c.cycle AS cycle,
    c.offered_us AS offered_us,
    c.subscriber_us AS subscriber_us,
    c.lead_us AS lead_us,
    c.mql_us AS mql_us,
    c.sal_us AS sal_us,
    c.sql_us AS sql_us,
    c.opportunity_us AS opportunity_us,
    c.customer_us AS customer_us,
    c.won_us AS won_us,
    c.ended_us AS ended_us,
    l.source AS source,
    COALESCE(CASE WHEN v.started_us <= l.opened_us THEN v.campaign END, '') AS campaign,
    COALESCE(CASE WHEN v.started_us <= l.opened_us THEN v.channel END, '') AS channel,
    COALESCE(CAST(o.owner_id AS TEXT), '') AS owner,
    COALESCE(o.team, '') AS team,
    COALESCE(o.grade, '') AS grade,
    COALESCE(CAST(o.revision AS TEXT), '') AS revision,
    COALESCE(k.industry, '') AS industry,
    COALESCE(k.country, '') AS region,
    CASE
        WHEN k.employees IS NULL THEN ''
        WHEN k.employees < 10 THEN 'under_10'
        WHEN k.employees < 50 THEN 'under_50'
        WHEN k.employees < 250 THEN 'under_250'
        WHEN k.employees < 1000 THEN 'under_1000'
        ELSE 'larger'
    END AS size,
    COALESCE(b.band, '') AS first_attempt,
    COALESCE(f.outcome, '') AS call
FROM lead_course AS c
JOIN leads AS l ON l.lead_id = c.lead_id
LEFT JOIN first_visits AS v ON v.person_id = l.person_id
LEFT JOIN first_offers AS o ON o.lead_id = l.lead_id
LEFT JOIN people AS p ON p.person_id = l.person_id
LEFT JOIN companies AS k ON k.company_id = p.company_id
LEFT JOIN attempt_bands AS b ON b.lead_id = l.lead_id
LEFT JOIN first_calls AS f ON f.lead_id = l.lead_id
