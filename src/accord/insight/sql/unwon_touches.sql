-- The touches of everybody in the company before each deal that is lost, and those of each deal that is open until now; none
-- longer before the deal was lost, or opened, than touches count. Whether one is of the deal's own person is
-- told, too; what that person did counts wherever they work now.
SELECT
    d.deal_id AS deal_id,
    d.outcome AS outcome,
    d.at_us AS deal_us,
    d.lead_us AS lead_us,
    CAST(CASE WHEN t.person_id = d.person_id THEN 1 ELSE 0 END AS BIGINT) AS contact,
    t.kind AS kind,
    t.id AS touch_id,
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
JOIN unwon_deals AS d ON COALESCE(d.company_id, 0 - d.person_id) = t.journey
LEFT JOIN owners AS u ON u.owner_id = t.user_id
WHERE
    t.at_us >= d.at_us - CAST($lookback_us AS BIGINT)
    AND (d.outcome = 'open' OR t.at_us <= d.at_us)
UNION ALL
SELECT
    d.deal_id AS deal_id,
    d.outcome AS outcome,
    d.at_us AS deal_us,
    d.lead_us AS lead_us,
    CAST(CASE WHEN t.person_id = d.person_id THEN 1 ELSE 0 END AS BIGINT) AS contact,
    t.kind AS kind,
    t.id AS touch_id,
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
JOIN unwon_deals AS d ON d.person_id = t.person_id
LEFT JOIN owners AS u ON u.owner_id = t.user_id
WHERE
    d.company_id IS NOT NULL AND (d.present_company_id IS NULL OR d.present_company_id <> d.company_id)
    AND t.at_us >= d.at_us - CAST($lookback_us AS BIGINT)
    AND (d.outcome = 'open' OR t.at_us <= d.at_us)
