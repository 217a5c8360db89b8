-- When each lead came to a stage of the funnel, and to the next one; none: not yet.
SELECT c.lead_id AS lead_id, c.cycle AS cycle, c.ended_us AS ended_us, CAST(0 AS BIGINT) AS first_place,
    CAST(1 AS BIGINT) AS second_place, c.subscriber_us AS first_us, c.lead_us AS second_us
FROM lead_course AS c
WHERE c.subscriber_us IS NOT NULL
UNION ALL
SELECT c.lead_id AS lead_id, c.cycle AS cycle, c.ended_us AS ended_us, CAST(1 AS BIGINT) AS first_place,
    CAST(2 AS BIGINT) AS second_place, c.lead_us AS first_us, c.mql_us AS second_us
FROM lead_course AS c
WHERE c.lead_us IS NOT NULL
UNION ALL
SELECT c.lead_id AS lead_id, c.cycle AS cycle, c.ended_us AS ended_us, CAST(2 AS BIGINT) AS first_place,
    CAST(3 AS BIGINT) AS second_place, c.mql_us AS first_us, c.sal_us AS second_us
FROM lead_course AS c
WHERE c.mql_us IS NOT NULL
UNION ALL
SELECT c.lead_id AS lead_id, c.cycle AS cycle, c.ended_us AS ended_us, CAST(3 AS BIGINT) AS first_place,
    CAST(4 AS BIGINT) AS second_place, c.sal_us AS first_us, c.sql_us AS second_us
FROM lead_course AS c
WHERE c.sal_us IS NOT NULL
UNION ALL
SELECT c.lead_id AS lead_id, c.cycle AS cycle, c.ended_us AS ended_us, CAST(4 AS BIGINT) AS first_place,
    CAST(5 AS BIGINT) AS second_place, c.sql_us AS first_us, c.opportunity_us AS second_us
FROM lead_course AS c
WHERE c.sql_us IS NOT NULL
UNION ALL
SELECT c.lead_id AS lead_id, c.cycle AS cycle, c.ended_us AS ended_us, CAST(5 AS BIGINT) AS first_place,
    CAST(6 AS BIGINT) AS second_place, c.opportunity_us AS first_us, c.customer_us AS second_us
FROM lead_course AS c
WHERE c.opportunity_us IS NOT NULL
