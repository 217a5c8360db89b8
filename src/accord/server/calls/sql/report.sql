-- The calls that came in during a period: in all, by tracking number, by what the number stands for (``way``: the first
-- number that stands for the same), by weekday and hour, by how they went, and by who answered. A number that was withheld
-- is nobody's, so it is no first-time caller and cannot be called back. Who was called back: by the first call of ours
-- that is over, or the first attempt on a lead of theirs.
WITH way AS (
    SELECT id, min(id) OVER (PARTITION BY source, medium, campaign) AS way FROM calls_trackingnumber
),
came AS MATERIALIZED (
    SELECT
        call.id,
        call.started_at,
        call.seconds,
        call.theirs,
        call.person_id,
        call.number_id,
        way.way,
        extract(isodow FROM call.started_at AT TIME ZONE %(zone)s)::int AS weekday,
        extract(hour FROM call.started_at AT TIME ZONE %(zone)s)::int AS hour,
        call.status COLLATE "C" AS status,
        call.agent_id,
        call.status = ANY(%(answered)s) AS answered,
        call.status = ANY(%(unanswered)s) AS missed
    FROM calls_call AS call
    LEFT JOIN way ON way.id = call.number_id
    WHERE call.direction = 'in' AND call.started_at >= %(begins)s AND call.started_at < %(ends)s
),
newcomer AS (
    SELECT came.id
    FROM came
    WHERE came.theirs <> '' AND NOT EXISTS (
        SELECT FROM calls_call AS earlier
        WHERE earlier.theirs = came.theirs AND earlier.direction = 'in' AND earlier.started_at <= came.started_at
            AND (earlier.started_at < came.started_at OR earlier.id < came.id)
    )
),
returned AS (
    SELECT came.id, least(
        (
            SELECT min(later.started_at) FROM calls_call AS later
            WHERE later.theirs = came.theirs AND later.started_at > came.started_at
                AND later.direction = 'out' AND later.status = ANY(%(over)s)
        ),
        (
            SELECT min(attempt.at) FROM pipeline_lead AS lead
            JOIN handoffs_attempt AS attempt ON attempt.lead_id = lead.id
            WHERE lead.person_id = came.person_id AND attempt.at > came.started_at
        )
    ) AS at
    FROM came
    WHERE came.missed AND came.theirs <> ''
),
judged AS (
    SELECT
        came.number_id,
        came.way,
        came.weekday,
        came.hour,
        came.status,
        came.answered,
        came.agent_id,
        came.missed,
        newcomer.id IS NOT NULL AS first,
        extract(epoch FROM returned.at - came.started_at)::float8 AS back_seconds,
        CASE WHEN came.answered THEN came.seconds END AS talk_seconds
    FROM came
    LEFT JOIN newcomer ON newcomer.id = came.id
    LEFT JOIN returned ON returned.id = came.id
)
SELECT
    CASE
        WHEN grouping(number_id) = 0 THEN 'number'
        WHEN grouping(way) = 0 THEN 'campaign'
        WHEN grouping(hour) = 0 THEN 'hour'
        WHEN grouping(status) = 0 THEN 'status'
        WHEN grouping(agent_id) = 0 THEN 'agent'
        ELSE 'all'
    END AS part,
    number_id,
    way,
    weekday,
    hour,
    status,
    agent_id,
    count(*) AS calls,
    count(*) FILTER (WHERE first) AS first,
    count(*) FILTER (WHERE answered) AS answered,
    count(*) FILTER (WHERE missed) AS missed,
    count(back_seconds) AS back,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY back_seconds) AS back_seconds,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY talk_seconds) AS talk_seconds
FROM judged
GROUP BY GROUPING SETS ((), (number_id), (way), (weekday, hour), (status), (answered, agent_id))
HAVING grouping(answered, agent_id) <> 0 OR answered
