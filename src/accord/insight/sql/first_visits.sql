-- The first visit of each person that came from outside, in whichever browser, and that no robot made.
SELECT
    v.person_id AS person_id,
    s.started_us AS started_us,
    s.channel AS channel,
    s.campaign AS campaign
FROM visits AS s
JOIN visitors AS v ON v.visitor_id = s.visitor_id
JOIN (
    SELECT b.person_id AS person_id, MIN(a.started_us) AS started_us
    FROM visits AS a
    JOIN visitors AS b ON b.visitor_id = a.visitor_id
    WHERE b.person_id IS NOT NULL AND a.channel <> '' AND a.agent IN ('human', 'unknown')
    GROUP BY b.person_id
) AS f ON f.person_id = v.person_id AND f.started_us = s.started_us
WHERE s.channel <> '' AND s.agent IN ('human', 'unknown')
