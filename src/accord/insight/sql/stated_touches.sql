-- The source that was stated for a lead, as a touch a microsecond before its first contact, since it says how they came
-- to that; of people of whom no other touch tells how they came. Whoever comes back later states nothing new.
SELECT
    'lead' AS kind,
    l.lead_id AS id,
    l.person_id AS person_id,
    l.first_contact_us - 1 AS at_us,
    l.source AS channel,
    l.source AS source,
    '' AS medium,
    '' AS campaign,
    '' AS content,
    '' AS landing,
    CAST(NULL AS BIGINT) AS inbound,
    CAST(NULL AS BIGINT) AS user_id
FROM leads AS l
LEFT JOIN (
    SELECT k.person_id AS person_id
    FROM (
        SELECT v.person_id AS person_id
        FROM visits AS s
        JOIN visitors AS v ON v.visitor_id = s.visitor_id
        WHERE v.person_id IS NOT NULL AND NOT s.channel IN ('', 'Direct') AND s.agent IN ('human', 'unknown')
        UNION ALL
        SELECT t.person_id AS person_id
        FROM touchpoints AS t
        WHERE
            t.person_id IS NOT NULL AND t.counts AND NOT t.channel IN ('', 'Direct')
            AND NOT t.event IN ('email_sent', 'email_opened', 'email_bounced', 'email_unsubscribed')
    ) AS k
    GROUP BY k.person_id
) AS told ON told.person_id = l.person_id
WHERE l.cycle = 1 AND l.source <> '' AND told.person_id IS NULL
