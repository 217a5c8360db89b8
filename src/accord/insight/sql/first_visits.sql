-- Of each person: the first visit that came from outside, in whichever browser, and that no robot made; of several at one
-- instant, the first by number.
SELECT
    n.person_id AS person_id,
    MIN(n.started_us) AS started_us,
    MAX(CASE WHEN n.turn = 1 THEN n.channel END) AS channel,
    MAX(CASE WHEN n.turn = 1 THEN n.campaign END) AS campaign
FROM (
    SELECT
        v.person_id AS person_id,
        s.started_us AS started_us,
        s.channel AS channel,
        s.campaign AS campaign,
        ROW_NUMBER() OVER (
            PARTITION BY v.person_id ORDER BY s.started_us ASC NULLS LAST, s.visit_id ASC NULLS LAST
        ) AS turn
    FROM visits AS s
    JOIN visitors AS v ON v.visitor_id = s.visitor_id
    WHERE v.person_id IS NOT NULL AND s.channel <> '' AND s.agent IN ('human', 'unknown')
) AS n
GROUP BY n.person_id
