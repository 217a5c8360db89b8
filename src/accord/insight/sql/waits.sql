-- The working time that each lead waited for its first attempt, by all who had it until then. Of clocks that began at the
-- same instant, one went on where the other was called off, so only the longer counts.
SELECT
    w.lead_id AS lead_id,
    CAST(SUM(w.waited_us) AS BIGINT) AS waited_us
FROM (
    SELECT c.lead_id AS lead_id, c.started_us AS started_us, MAX(c.response_us) AS waited_us
    FROM clocks AS c
    JOIN first_attempts AS t ON t.lead_id = c.lead_id
    WHERE c.promise = 'first_attempt' AND c.stopped_us <= t.tried_us
    GROUP BY c.lead_id, c.started_us
) AS w
GROUP BY w.lead_id
