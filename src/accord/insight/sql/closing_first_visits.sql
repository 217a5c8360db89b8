-- Of each lead: the first visit of its person that came from outside, in whichever browser, and that no robot made, if that
-- was before the lead began. Visits and leads of a person are put side by side rather than joined: no engine can guess how
-- many people have a first visit.
SELECT t.lead_id AS lead_id, t.channel AS channel, t.campaign AS campaign
FROM (
    SELECT
        k.lead_id AS lead_id,
        k.at_us AS opened_us,
        MAX(CASE WHEN k.turn = 1 AND k.lead_id IS NULL THEN k.at_us END) OVER (PARTITION BY k.person_id) AS started_us,
        MAX(CASE WHEN k.turn = 1 AND k.lead_id IS NULL THEN k.channel END) OVER (PARTITION BY k.person_id) AS channel,
        MAX(CASE WHEN k.turn = 1 AND k.lead_id IS NULL THEN k.campaign END) OVER (PARTITION BY k.person_id) AS campaign
    FROM (
        SELECT
            u.person_id AS person_id,
            u.lead_id AS lead_id,
            u.at_us AS at_us,
            u.channel AS channel,
            u.campaign AS campaign,
            ROW_NUMBER() OVER (
                PARTITION BY u.person_id
                ORDER BY u.lead_id ASC NULLS FIRST, u.at_us ASC NULLS LAST, u.visit_id ASC NULLS LAST
            ) AS turn
        FROM (
            SELECT
                v.person_id AS person_id, CAST(NULL AS BIGINT) AS lead_id, s.visit_id AS visit_id, s.started_us AS at_us,
                s.channel AS channel, s.campaign AS campaign
            FROM visits AS s
            JOIN visitors AS v ON v.visitor_id = s.visitor_id
            WHERE v.person_id IS NOT NULL AND s.channel <> '' AND s.agent IN ('human', 'unknown')
            UNION ALL
            SELECT
                l.person_id AS person_id, l.lead_id AS lead_id, CAST(NULL AS BIGINT) AS visit_id, l.opened_us AS at_us,
                '' AS channel, '' AS campaign
            FROM leads AS l
        ) AS u
    ) AS k
) AS t
WHERE t.lead_id IS NOT NULL AND t.started_us <= t.opened_us
