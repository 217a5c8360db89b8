-- The people who became known in the period, by their first touch, else by the source of their first lead.
SELECT
    touch.id IS NOT NULL AS touched,
    coalesce(touch.channel, '') AS channel,
    coalesce(touch.source, lead.source, '') AS source,
    coalesce(touch.medium, '') AS medium,
    coalesce(touch.campaign, '') AS campaign,
    count(*) AS people
FROM people_person AS person
LEFT JOIN LATERAL (
    SELECT visit.id, visit.channel, visit.source, visit.medium, visit.campaign
    FROM people_visitor AS visitor
    JOIN people_visit AS visit ON visit.visitor_id = visitor.id
    WHERE visitor.person_id = person.id AND visit.channel <> '' AND visit.agent IN ('human', 'unknown')
    ORDER BY visit.started_at, visit.id
    LIMIT 1
) AS touch ON TRUE
LEFT JOIN pipeline_lead AS lead ON lead.person_id = person.id AND lead.cycle = 1
WHERE person.created_at >= %(begins)s AND person.created_at < %(ends)s
GROUP BY 1, 2, 3, 4, 5
