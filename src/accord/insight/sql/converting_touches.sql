-- The touches of journeys that led to a won deal, whenever they were, with who of ours made them. What whoever bought did
-- until then is of the journey of the company for which they bought, too, wherever they work now.
SELECT
    t.journey AS journey,
    t.kind AS kind,
    t.id AS id,
    t.person_id AS person_id,
    t.at_us AS at_us,
    t.channel AS channel,
    t.source AS source,
    t.medium AS medium,
    t.campaign AS campaign,
    t.content AS content,
    t.landing AS landing,
    t.inbound AS inbound,
    t.user_id AS user_id,
    CAST(CASE WHEN u.role = 'agency' THEN 1 ELSE 0 END AS BIGINT) AS agency
FROM journey_touches AS t
JOIN converting_journeys AS w ON w.journey = t.journey
LEFT JOIN owners AS u ON u.owner_id = t.user_id
UNION ALL
SELECT
    m.journey AS journey,
    t.kind AS kind,
    t.id AS id,
    t.person_id AS person_id,
    t.at_us AS at_us,
    t.channel AS channel,
    t.source AS source,
    t.medium AS medium,
    t.campaign AS campaign,
    t.content AS content,
    t.landing AS landing,
    t.inbound AS inbound,
    t.user_id AS user_id,
    CAST(CASE WHEN u.role = 'agency' THEN 1 ELSE 0 END AS BIGINT) AS agency
FROM touches AS t
JOIN moved_contacts AS m ON m.person_id = t.person_id AND t.at_us <= m.until_us
LEFT JOIN owners AS u ON u.owner_id = t.user_id
