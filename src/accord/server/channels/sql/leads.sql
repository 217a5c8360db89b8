-- The leads whose cycle began in the period: each with the first touch of its person, and how far it has come until
-- now. A lead that skipped a stage has been through it.
WITH cohort AS MATERIALIZED (
    SELECT id, person_id, source, stage
    FROM pipeline_lead
    WHERE opened_at >= %(begins)s AND opened_at < %(ends)s AND merged_into_id IS NULL
),
touch AS (
    SELECT DISTINCT ON (visitor.person_id)
        visitor.person_id, visit.channel, visit.source, visit.medium, visit.campaign, visit.inbound
    FROM (SELECT DISTINCT person_id FROM cohort) AS wanted
    JOIN people_visitor AS visitor ON visitor.person_id = wanted.person_id
    JOIN people_visit AS visit ON visit.visitor_id = visitor.id
    WHERE visit.channel <> '' AND visit.agent IN ('human', 'unknown')
    ORDER BY visitor.person_id, visit.started_at, visit.id
),
reached AS (
    SELECT
        change.lead_id,
        bool_or(change.to_stage IN ('mql', 'sal', 'sql', 'opportunity', 'customer')) AS mql,
        bool_or(change.to_stage IN ('sal', 'sql', 'opportunity', 'customer')) AS accepted,
        bool_or(change.to_stage = 'customer') AS won
    FROM cohort
    JOIN pipeline_stagechange AS change ON change.lead_id = cohort.id
    GROUP BY change.lead_id
)
SELECT
    cohort.id AS lead,
    touch.person_id IS NOT NULL AS touched,
    coalesce(touch.channel, '') AS channel,
    coalesce(touch.source, cohort.source) AS source,
    coalesce(touch.medium, '') AS medium,
    coalesce(touch.campaign, '') AS campaign,
    touch.inbound,
    coalesce(reached.mql, FALSE) AS mql,
    coalesce(reached.accepted, FALSE) AS accepted,
    coalesce(reached.won, FALSE) AS won
FROM cohort
LEFT JOIN touch USING (person_id)
LEFT JOIN reached ON reached.lead_id = cohort.id
