-- Of each lead that ever came at least as far as one stage: when, when as far as a later one, and how it stands to the
-- period; for every stage with the next one, and for the two stages asked for.
--   entered   it came to the first stage in the period
--   carried   it was there when the period began, and had neither gone on nor ended
--   passed    it came to the second stage in the period
--   converted it has come to the second stage by now
--   waiting   it has not, and is open
-- How long it took is told as people tell it: to the second below an hour, to the minute below a day, to the hour below 30
-- days, to the day beyond, and never up.
SELECT
    p.lead_id AS lead_id,
    p.first_place AS first_place,
    p.second_place AS second_place,
    p.first_us AS first_us,
    p.second_us AS second_us,
    CASE
        WHEN p.second_us - p.first_us < 3600000000
            THEN CAST((p.second_us - p.first_us) // 1000000 AS BIGINT) * 1000000
        WHEN p.second_us - p.first_us < 86400000000
            THEN CAST((p.second_us - p.first_us) // 60000000 AS BIGINT) * 60000000
        WHEN p.second_us - p.first_us < 2592000000000
            THEN CAST((p.second_us - p.first_us) // 3600000000 AS BIGINT) * 3600000000
        ELSE CAST((p.second_us - p.first_us) // 86400000000 AS BIGINT) * 86400000000
    END AS told_us,
    CAST(CASE WHEN p.first_us >= CAST($from_us AS BIGINT) THEN 1 ELSE 0 END AS BIGINT) AS entered,
    CAST(CASE WHEN p.first_us < CAST($from_us AS BIGINT) THEN 1 ELSE 0 END AS BIGINT) AS carried,
    CAST(
        CASE WHEN p.second_us >= CAST($from_us AS BIGINT) AND p.second_us < CAST($to_us AS BIGINT) THEN 1 ELSE 0 END
        AS BIGINT
    ) AS passed,
    CAST(CASE WHEN p.second_us IS NOT NULL THEN 1 ELSE 0 END AS BIGINT) AS converted,
    CAST(CASE WHEN p.second_us IS NULL AND p.ended_us IS NULL THEN 1 ELSE 0 END AS BIGINT) AS waiting
FROM lead_steps AS p
WHERE
    p.first_us < CAST($to_us AS BIGINT)
    AND (
        p.first_us >= CAST($from_us AS BIGINT)
        OR p.second_us >= CAST($from_us AS BIGINT)
        OR (p.second_us IS NULL AND (p.ended_us IS NULL OR p.ended_us >= CAST($from_us AS BIGINT)))
    )
    AND (
        CAST($cycle AS BIGINT) = 0
        OR (CAST($cycle AS BIGINT) = 1 AND p.cycle = 1)
        OR (CAST($cycle AS BIGINT) = 2 AND p.cycle > 1)
    )
