-- What came of the people whose calls came in during a period, until now, by the same parts as report.sql. A lead counts
-- where it was opened, or came so far for the first time, at or after the first call of its person in that part.
WITH way AS (
    SELECT id, min(id) OVER (PARTITION BY source, medium, campaign) AS way FROM calls_trackingnumber
),
came AS MATERIALIZED (
    SELECT
        call.person_id,
        call.started_at,
        call.number_id,
        way.way,
        extract(isodow FROM call.started_at AT TIME ZONE %(zone)s)::int AS weekday,
        extract(hour FROM call.started_at AT TIME ZONE %(zone)s)::int AS hour,
        call.status COLLATE "C" AS status,
        call.status = ANY(%(answered)s) AS answered,
        call.agent_id
    FROM calls_call AS call
    LEFT JOIN way ON way.id = call.number_id
    WHERE call.direction = 'in' AND call.started_at >= %(begins)s AND call.started_at < %(ends)s
        AND EXISTS (SELECT FROM pipeline_lead AS lead WHERE lead.person_id = call.person_id)
),
caller AS (
    SELECT
        CASE
            WHEN grouping(number_id) = 0 THEN 'number'
            WHEN grouping(way) = 0 THEN 'campaign'
            WHEN grouping(hour) = 0 THEN 'hour'
            WHEN grouping(status) = 0 THEN 'status'
            WHEN grouping(agent_id) = 0 THEN 'agent'
            ELSE 'all'
        END AS part,
        person_id,
        number_id,
        way,
        weekday,
        hour,
        status,
        agent_id,
        min(started_at) AS at
    FROM came
    GROUP BY person_id, GROUPING SETS ((), (number_id), (way), (weekday, hour), (status), (answered, agent_id))
    HAVING grouping(answered, agent_id) <> 0 OR answered
),
reached AS (
    SELECT
        lead.person_id,
        lead.opened_at,
        min(change.at) FILTER (WHERE change.to_stage IN ('mql', 'sal', 'sql', 'opportunity', 'customer')) AS mql_at,
        min(change.at) FILTER (WHERE change.to_stage IN ('sal', 'sql', 'opportunity', 'customer')) AS accepted_at,
        min(change.at) FILTER (WHERE change.to_stage = 'customer') AS won_at
    FROM (SELECT DISTINCT person_id FROM came) AS wanted
    JOIN pipeline_lead AS lead ON lead.person_id = wanted.person_id AND lead.merged_into_id IS NULL
    LEFT JOIN pipeline_stagechange AS change ON change.lead_id = lead.id
    GROUP BY lead.id
)
SELECT
    part,
    number_id,
    way,
    weekday,
    hour,
    status,
    agent_id,
    count(*) FILTER (WHERE opened_at >= caller.at) AS leads,
    count(*) FILTER (WHERE mql_at >= caller.at) AS mql,
    count(*) FILTER (WHERE accepted_at >= caller.at) AS accepted,
    count(*) FILTER (WHERE won_at >= caller.at) AS won
FROM caller
JOIN reached USING (person_id)
GROUP BY part, number_id, way, weekday, hour, status, agent_id
