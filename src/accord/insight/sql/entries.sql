-- Every lead with the earliest touch of its person, whenever that was, and when it first came to each stage or further.
SELECT
    l.lead_id AS lead_id,
    l.person_id AS person_id,
    l.cycle AS cycle,
    l.opened_us AS opened_us,
    COALESCE(f.channel, '') AS channel,
    COALESCE(f.source, '') AS source,
    COALESCE(f.medium, '') AS medium,
    COALESCE(f.campaign, '') AS campaign,
    COALESCE(f.content, '') AS content,
    COALESCE(f.landing, '') AS landing,
    f.inbound AS inbound,
    r.mql_us AS mql_us,
    r.sal_us AS sal_us,
    r.sql_us AS sql_us,
    r.customer_us AS customer_us
FROM leads AS l
LEFT JOIN first_touches AS f ON f.person_id = l.person_id
LEFT JOIN (
    SELECT
        c.lead_id AS lead_id,
        MIN(CASE WHEN c.place >= 2 THEN c.at_us END) AS mql_us,
        MIN(CASE WHEN c.place >= 3 THEN c.at_us END) AS sal_us,
        MIN(CASE WHEN c.place >= 4 THEN c.at_us END) AS sql_us,
        MIN(CASE WHEN c.place >= 6 THEN c.at_us END) AS customer_us
    FROM reached AS c
    GROUP BY c.lead_id
) AS r ON r.lead_id = l.lead_id
