-- Of each lead: how long it waited for its first attempt, in working time, in the bands of first_tries. One whose time for
-- it is not over yet has none.
SELECT
    k.lead_id AS lead_id,
    CASE
        WHEN MAX(k.tried_us) IS NULL AND MAX(k.in_time) <> 0 THEN NULL
        WHEN MAX(k.waited_us) IS NULL THEN 'never'
        WHEN MAX(k.waited_us) < 3600000000 THEN 'under_1h'
        WHEN MAX(k.waited_us) < 14400000000 THEN 'under_4h'
        WHEN MAX(k.waited_us) < 28800000000 THEN 'under_8h'
        WHEN MAX(k.waited_us) < 57600000000 THEN 'under_16h'
        ELSE 'later'
    END AS band
FROM (
    SELECT f.lead_id AS lead_id, f.tried_us AS tried_us, f.in_time AS in_time, CAST(NULL AS BIGINT) AS waited_us
    FROM first_attempts AS f
    UNION ALL
    SELECT w.lead_id AS lead_id, CAST(NULL AS BIGINT) AS tried_us, CAST(NULL AS BIGINT) AS in_time,
        w.waited_us AS waited_us
    FROM waits AS w
) AS k
GROUP BY k.lead_id
