-- The earliest touch of each person; of several at one instant, the first by kind, then by number.
SELECT
    n.person_id AS person_id,
    n.channel AS channel,
    n.source AS source,
    n.medium AS medium,
    n.campaign AS campaign,
    n.content AS content,
    n.landing AS landing,
    n.inbound AS inbound
FROM (
    SELECT
        t.person_id AS person_id,
        t.channel AS channel,
        t.source AS source,
        t.medium AS medium,
        t.campaign AS campaign,
        t.content AS content,
        t.landing AS landing,
        t.inbound AS inbound,
        ROW_NUMBER() OVER (
            PARTITION BY t.person_id ORDER BY t.kind NULLS FIRST, t.id NULLS FIRST
        ) AS number
    FROM touches AS t
    JOIN (
        SELECT e.person_id AS person_id, MIN(e.at_us) AS at_us FROM touches AS e GROUP BY e.person_id
    ) AS m ON m.person_id = t.person_id AND m.at_us = t.at_us
) AS n
WHERE n.number = 1
