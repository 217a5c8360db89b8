-- The leads first offered in the period, of one team or of all (an empty name), with how long each waited for its first
-- attempt and what has become of it since. Those whose time for it is not over yet are left out.
-- What is known of a lead is gathered by grouping, not by joins: no engine can guess how many rows each part has, and a
-- planner that guesses one row takes hours.
SELECT
    t.lead_id AS lead_id,
    t.handed_us AS handed_us,
    t.waited_us AS waited_us,
    CASE
        WHEN t.waited_us IS NULL THEN 'never'
        WHEN t.waited_us < 3600000000 THEN 'under_1h'
        WHEN t.waited_us < 14400000000 THEN 'under_4h'
        WHEN t.waited_us < 28800000000 THEN 'under_8h'
        WHEN t.waited_us < 57600000000 THEN 'under_16h'
        ELSE 'later'
    END AS band,
    t.accepted AS accepted,
    t.sql AS sql,
    t.won AS won
FROM (
    SELECT
        k.lead_id AS lead_id,
        MAX(k.team) AS team,
        MAX(k.handed_us) AS handed_us,
        MAX(k.tried_us) AS tried_us,
        MAX(k.in_time) AS in_time,
        MAX(k.waited_us) AS waited_us,
        MAX(k.accepted) AS accepted,
        MAX(k.sql) AS sql,
        MAX(k.won) AS won
    FROM (
        SELECT f.lead_id AS lead_id, f.team AS team, f.handed_us AS handed_us, f.tried_us AS tried_us,
            f.in_time AS in_time, CAST(NULL AS BIGINT) AS waited_us, 0 AS accepted, 0 AS sql, 0 AS won
        FROM first_attempts AS f
        UNION ALL
        SELECT w.lead_id AS lead_id, '' AS team, CAST(NULL AS BIGINT) AS handed_us, CAST(NULL AS BIGINT) AS tried_us,
            0 AS in_time, w.waited_us AS waited_us, 0 AS accepted, 0 AS sql, 0 AS won
        FROM waits AS w
        UNION ALL
        SELECT o.lead_id AS lead_id, '' AS team, CAST(NULL AS BIGINT) AS handed_us, CAST(NULL AS BIGINT) AS tried_us,
            0 AS in_time, CAST(NULL AS BIGINT) AS waited_us, 1 AS accepted, 0 AS sql, 0 AS won
        FROM offers AS o
        WHERE o.status = 'accepted' AND o.decided_by IS NOT NULL
        UNION ALL
        SELECT r.lead_id AS lead_id, '' AS team, CAST(NULL AS BIGINT) AS handed_us, CAST(NULL AS BIGINT) AS tried_us,
            0 AS in_time, CAST(NULL AS BIGINT) AS waited_us, 0 AS accepted,
            1 AS sql, 0 AS won
        FROM reached AS r
        JOIN stages AS p ON p.stage = 'sql'
        WHERE r.place >= p.place
        UNION ALL
        SELECT d.lead_id AS lead_id, '' AS team, CAST(NULL AS BIGINT) AS handed_us, CAST(NULL AS BIGINT) AS tried_us,
            0 AS in_time, CAST(NULL AS BIGINT) AS waited_us, 0 AS accepted, 0 AS sql, 1 AS won
        FROM deals AS d
        WHERE d.outcome = 'won'
    ) AS k
    GROUP BY k.lead_id
) AS t
WHERE
    (t.tried_us IS NOT NULL OR t.in_time = 0)
    AND t.handed_us >= CAST($from_us AS BIGINT) AND t.handed_us < CAST($to_us AS BIGINT)
    AND (CAST($team AS TEXT) = '' OR t.team = CAST($team AS TEXT))
