-- Marks the current lead of everybody touched to be judged: the open one, or a recycled one that nothing has followed,
-- since a trigger may bring it back. Where the agreement asks what several people of a company did, those of their
-- colleagues too. The same as accord.server.pipeline.judging.review, for a set of people.
ANALYZE touched;
UPDATE pipeline_lead AS lead SET review_at = %(now)s
FROM (
    SELECT person_id FROM touched
    UNION
    SELECT colleague.id
    FROM touched
    JOIN people_person AS person ON person.id = touched.person_id
    JOIN people_person AS colleague ON colleague.company_id = person.company_id
    WHERE %(colleagues)s
) AS concerned
WHERE lead.person_id = concerned.person_id
    AND (
        lead.ended_at IS NULL
        OR (
            lead.stage = 'recycled'
            AND NOT EXISTS (
                SELECT FROM pipeline_lead AS later WHERE later.person_id = lead.person_id AND later.cycle > lead.cycle
            )
        )
    );
