-- The leads that first came at least as far as the base in the period, of first cycles (1), later ones (2) or all (0), each
-- with whether it is won by now, or still open. The base is a stage of the funnel, or 'offered' for the first offer to
-- sales; whoever skipped the stage came to it with the next one.
-- What is known of a lead is gathered by grouping, not by joins: no engine can guess how many rows each part has.
SELECT
    t.lead_id AS lead_id,
    t.entered_us AS entered_us,
    CAST(CASE WHEN t.won_us IS NULL THEN 0 ELSE 1 END AS BIGINT) AS won,
    t.won_us AS won_us,
    CAST(CASE WHEN t.ended_us IS NULL AND t.won_us IS NULL THEN 1 ELSE 0 END AS BIGINT) AS waiting
FROM (
    SELECT
        k.lead_id AS lead_id,
        MAX(k.cycle) AS cycle,
        MAX(k.ended_us) AS ended_us,
        MIN(k.entered_us) AS entered_us,
        MIN(k.won_us) AS won_us
    FROM (
        SELECT
            l.lead_id AS lead_id, l.cycle AS cycle, l.ended_us AS ended_us,
            CASE WHEN CAST($base AS TEXT) = 'offered' THEN l.handed_over_us END AS entered_us,
            CAST(NULL AS BIGINT) AS won_us
        FROM leads AS l
        UNION ALL
        SELECT
            r.lead_id AS lead_id, CAST(NULL AS BIGINT) AS cycle, CAST(NULL AS BIGINT) AS ended_us,
            r.at_us AS entered_us, CAST(NULL AS BIGINT) AS won_us
        FROM reached AS r
        JOIN stages AS s ON s.stage = CAST($base AS TEXT)
        WHERE r.place >= s.place
        UNION ALL
        SELECT
            d.lead_id AS lead_id, CAST(NULL AS BIGINT) AS cycle, CAST(NULL AS BIGINT) AS ended_us,
            CAST(NULL AS BIGINT) AS entered_us, d.closed_us AS won_us
        FROM deals AS d
        WHERE d.outcome = 'won'
    ) AS k
    GROUP BY k.lead_id
) AS t
WHERE
    t.entered_us >= CAST($from_us AS BIGINT) AND t.entered_us < CAST($to_us AS BIGINT)
    AND (
        (CAST($cycle AS BIGINT) = 0 AND t.cycle >= 1)
        OR (CAST($cycle AS BIGINT) = 1 AND t.cycle = 1)
        OR (CAST($cycle AS BIGINT) = 2 AND t.cycle > 1)
    )
