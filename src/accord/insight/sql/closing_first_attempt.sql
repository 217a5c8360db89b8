-- Of each lead: how long it waited for its first attempt, in working time, in the bands of first_tries. One whose time for
-- it is not over yet has no value.
SELECT
    t.lead_id AS lead_id,
    CASE
        WHEN t.waited_us IS NULL THEN 'never'
        WHEN t.waited_us < 3600000000 THEN 'under_1h'
        WHEN t.waited_us < 14400000000 THEN 'under_4h'
        WHEN t.waited_us < 28800000000 THEN 'under_8h'
        WHEN t.waited_us < 57600000000 THEN 'under_16h'
        ELSE 'later'
    END AS value
FROM (
    SELECT
        k.lead_id AS lead_id, MAX(k.tried_us) AS tried_us, MAX(k.in_time) AS in_time, MAX(k.waited_us) AS waited_us
    FROM (
        SELECT f.lead_id AS lead_id, f.tried_us AS tried_us, f.in_time AS in_time, CAST(NULL AS BIGINT) AS waited_us
        FROM first_attempts AS f
        UNION ALL
        SELECT w.lead_id AS lead_id, CAST(NULL AS BIGINT) AS tried_us, CAST(NULL AS BIGINT) AS in_time,
            w.waited_us AS waited_us
        FROM waits AS w
    ) AS k
    GROUP BY k.lead_id
) AS t
WHERE t.tried_us IS NOT NULL OR t.in_time = 0
