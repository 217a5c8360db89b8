-- When each lead came to one stage of the funnel and to a later one: for every stage with the next one, and for the two
-- stages asked for where others lie between them.
SELECT c.lead_id AS lead_id, c.cycle AS cycle, c.ended_us AS ended_us, CAST(0 AS BIGINT) AS first_place,
    CAST(1 AS BIGINT) AS second_place, c.subscriber_us AS first_us, c.lead_us AS second_us
FROM lead_course AS c
UNION ALL
SELECT c.lead_id AS lead_id, c.cycle AS cycle, c.ended_us AS ended_us, CAST(1 AS BIGINT) AS first_place,
    CAST(2 AS BIGINT) AS second_place, c.lead_us AS first_us, c.mql_us AS second_us
FROM lead_course AS c
UNION ALL
SELECT c.lead_id AS lead_id, c.cycle AS cycle, c.ended_us AS ended_us, CAST(2 AS BIGINT) AS first_place,
    CAST(3 AS BIGINT) AS second_place, c.mql_us AS first_us, c.sal_us AS second_us
FROM lead_course AS c
UNION ALL
SELECT c.lead_id AS lead_id, c.cycle AS cycle, c.ended_us AS ended_us, CAST(3 AS BIGINT) AS first_place,
    CAST(4 AS BIGINT) AS second_place, c.sal_us AS first_us, c.sql_us AS second_us
FROM lead_course AS c
UNION ALL
SELECT c.lead_id AS lead_id, c.cycle AS cycle, c.ended_us AS ended_us, CAST(4 AS BIGINT) AS first_place,
    CAST(5 AS BIGINT) AS second_place, c.sql_us AS first_us, c.opportunity_us AS second_us
FROM lead_course AS c
UNION ALL
SELECT c.lead_id AS lead_id, c.cycle AS cycle, c.ended_us AS ended_us, CAST(5 AS BIGINT) AS first_place,
    CAST(6 AS BIGINT) AS second_place, c.opportunity_us AS first_us, c.customer_us AS second_us
FROM lead_course AS c
UNION ALL
SELECT
    c.lead_id AS lead_id,
    c.cycle AS cycle,
    c.ended_us AS ended_us,
    a.place AS first_place,
    b.place AS second_place,
    CASE CAST($first AS TEXT)
        WHEN 'subscriber' THEN c.subscriber_us
        WHEN 'lead' THEN c.lead_us
        WHEN 'mql' THEN c.mql_us
        WHEN 'sal' THEN c.sal_us
        WHEN 'sql' THEN c.sql_us
        WHEN 'opportunity' THEN c.opportunity_us
    END AS first_us,
    CASE CAST($second AS TEXT)
        WHEN 'mql' THEN c.mql_us
        WHEN 'sal' THEN c.sal_us
        WHEN 'sql' THEN c.sql_us
        WHEN 'opportunity' THEN c.opportunity_us
        WHEN 'customer' THEN c.customer_us
    END AS second_us
FROM lead_course AS c
JOIN stages AS a ON a.stage = CAST($first AS TEXT)
JOIN stages AS b ON b.stage = CAST($second AS TEXT) AND b.place > a.place + 1
