-- Everything that counts as one touch of a person: a visit that came from outside, and what happened outside of visits.
-- What happens within half an hour in the same way, a page and the form on it, or a call that was logged by hand and
-- reported by the telephone system, is one touch, at its first instant; where that does not say who of ours made it, made by
-- whom what follows it within half an hour says, of several the one known for longest here.
SELECT
    'visit' AS kind,
    s.visit_id AS id,
    v.person_id AS person_id,
    s.started_us AS at_us,
    s.channel AS channel,
    s.source AS source,
    s.medium AS medium,
    s.campaign AS campaign,
    s.content AS content,
    s.landing AS landing,
    CAST(CASE WHEN s.inbound THEN 1 WHEN NOT s.inbound THEN 0 END AS BIGINT) AS inbound,
    CAST(NULL AS BIGINT) AS user_id
FROM visits AS s
JOIN visitors AS v ON v.visitor_id = s.visitor_id
WHERE v.person_id IS NOT NULL AND s.channel <> '' AND s.agent IN ('human', 'unknown')
UNION ALL
SELECT
    n.kind AS kind,
    n.id AS id,
    n.person_id AS person_id,
    n.at_us AS at_us,
    n.channel AS channel,
    n.source AS source,
    n.medium AS medium,
    n.campaign AS campaign,
    n.content AS content,
    n.landing AS landing,
    n.inbound AS inbound,
    n.user_id AS user_id
FROM (
    SELECT
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
        COALESCE(
            t.user_id,
            MIN(t.user_id) OVER (
                PARTITION BY t.person_id, t.channel, t.source, t.medium, t.campaign
                ORDER BY t.at_us NULLS FIRST
                RANGE BETWEEN CURRENT ROW AND 1800000000 FOLLOWING
            )
        ) AS user_id,
        LAG(t.at_us) OVER (
            PARTITION BY t.person_id, t.channel, t.source, t.medium, t.campaign
            ORDER BY t.at_us NULLS FIRST, t.kind NULLS FIRST, t.id NULLS FIRST
        ) AS before_us
    FROM told_touches AS t
) AS n
WHERE n.before_us IS NULL OR n.at_us - n.before_us > 1800000000
UNION ALL
SELECT
    l.kind AS kind,
    l.id AS id,
    l.person_id AS person_id,
    l.at_us AS at_us,
    l.channel AS channel,
    l.source AS source,
    l.medium AS medium,
    l.campaign AS campaign,
    l.content AS content,
    l.landing AS landing,
    l.inbound AS inbound,
    l.user_id AS user_id
FROM stated_touches AS l
