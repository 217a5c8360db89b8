-- When each lead came to one stage of the funnel and to a later one: for every stage with the next one, and for the two
-- stages asked for where others lie between them.
SELECT n.lead_id AS lead_id, n.cycle AS cycle, n.ended_us AS ended_us, n.first_place AS first_place,
    n.second_place AS second_place, n.first_us AS first_us, n.second_us AS second_us
FROM next_steps AS n
UNION ALL
SELECT
    c.lead_id AS lead_id,
    c.cycle AS cycle,
    c.ended_us AS ended_us,
    c.first_place AS first_place,
    c.second_place AS second_place,
    c.first_us AS first_us,
    c.second_us AS second_us
FROM (
    SELECT
        a.lead_id AS lead_id,
        a.cycle AS cycle,
        a.ended_us AS ended_us,
        CAST(CASE CAST($first AS TEXT)
            WHEN 'subscriber' THEN 0
            WHEN 'lead' THEN 1
            WHEN 'mql' THEN 2
            WHEN 'sal' THEN 3
            WHEN 'sql' THEN 4
            WHEN 'opportunity' THEN 5
        END AS BIGINT) AS first_place,
        CAST(CASE CAST($second AS TEXT)
            WHEN 'lead' THEN 1
            WHEN 'mql' THEN 2
            WHEN 'sal' THEN 3
            WHEN 'sql' THEN 4
            WHEN 'opportunity' THEN 5
            WHEN 'customer' THEN 6
        END AS BIGINT) AS second_place,
        CASE CAST($first AS TEXT)
            WHEN 'subscriber' THEN a.subscriber_us
            WHEN 'lead' THEN a.lead_us
            WHEN 'mql' THEN a.mql_us
            WHEN 'sal' THEN a.sal_us
            WHEN 'sql' THEN a.sql_us
            WHEN 'opportunity' THEN a.opportunity_us
        END AS first_us,
        CASE CAST($second AS TEXT)
            WHEN 'lead' THEN a.lead_us
            WHEN 'mql' THEN a.mql_us
            WHEN 'sal' THEN a.sal_us
            WHEN 'sql' THEN a.sql_us
            WHEN 'opportunity' THEN a.opportunity_us
            WHEN 'customer' THEN a.customer_us
        END AS second_us
    FROM lead_course AS a
) AS c
WHERE c.second_place > c.first_place + 1 AND c.first_us IS NOT NULL
