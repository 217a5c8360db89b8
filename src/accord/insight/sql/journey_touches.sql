-- Every touch with the journey that it belongs to: that of the person, or, where touches of everybody in the buying
-- company count, that of the company. People without a company are a journey of their own, by a number below zero.
SELECT
    CASE
        WHEN CAST($scope AS TEXT) = 'contact' OR p.company_id IS NULL THEN 0 - t.person_id
        ELSE p.company_id
    END AS journey,
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
    t.user_id AS user_id
FROM touches AS t
JOIN people AS p ON p.person_id = t.person_id
