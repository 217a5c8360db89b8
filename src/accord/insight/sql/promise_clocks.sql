-- What both sides owed in the period: every clock that fell or falls due in it and was not called off.
-- One that runs is tight when four fifths of its time by the wall clock have passed; one on hold is in nobody's debt.
SELECT
    c.clock_id AS clock_id,
    c.lead_id AS lead_id,
    c.revision AS revision,
    c.side AS side,
    c.clause AS clause,
    c.promise AS promise,
    c.started_us AS started_us,
    c.due_us AS due_us,
    c.stopped_us AS stopped_us,
    c.response_us AS response_us,
    CASE
        WHEN c.stopped_us IS NOT NULL THEN c.outcome
        WHEN c.paused_us IS NOT NULL THEN 'on_hold'
        WHEN c.due_us < CAST($now_us AS BIGINT) THEN 'overdue'
        WHEN (CAST($now_us AS BIGINT) - c.started_us) * 5 >= (c.due_us - c.started_us) * 4 THEN 'tight'
        ELSE 'running'
    END AS verdict
FROM clocks AS c
WHERE c.outcome <> 'void' AND c.due_us >= CAST($from_us AS BIGINT) AND c.due_us < CAST($to_us AS BIGINT)
