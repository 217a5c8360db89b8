-- The first attempts that were answered or given up in the period, and those due in it that are still owed.
SELECT
    c.clock_id AS clock_id,
    c.lead_id AS lead_id,
    c.started_us AS started_us,
    c.due_us AS due_us,
    c.stopped_us AS stopped_us,
    CASE WHEN c.outcome IN ('kept', 'late') THEN c.response_us END AS response_us,
    CASE WHEN c.stopped_us IS NULL THEN 'overdue' ELSE c.outcome END AS verdict
FROM clocks AS c
WHERE c.promise = 'first_attempt' AND (
    (
        c.outcome IN ('kept', 'late', 'missed')
        AND c.stopped_us >= CAST($from_us AS BIGINT) AND c.stopped_us < CAST($to_us AS BIGINT)
    ) OR (
        c.stopped_us IS NULL AND c.paused_us IS NULL AND c.due_us < CAST($now_us AS BIGINT)
        AND c.due_us >= CAST($from_us AS BIGINT) AND c.due_us < CAST($to_us AS BIGINT)
    )
)
