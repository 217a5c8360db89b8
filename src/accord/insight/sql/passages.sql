-- Of each lead that ever came at least as far as one stage: when, when as far as a later one, and how it stands to the
-- period; for every stage with the next one, and for the two stages asked for.
--   entered   it came to the first stage in the period
--   carried   it was there when the period began, and had neither gone on nor ended
--   passed    it came to the second stage in the period
--   converted it has come to the second stage by now
--   waiting   it has not, and is open
SELECT
    p.lead_id AS lead_id,
    p.first_place AS first_place,
    p.second_place AS second_place,
    p.first_us AS first_us,
    p.second_us AS second_us,
    p.second_us - p.first_us AS took_us,
    CAST(CASE WHEN p.first_us >= CAST($from_us AS BIGINT) THEN 1 ELSE 0 END AS BIGINT) AS entered,
    CAST(CASE WHEN p.first_us < CAST($from_us AS BIGINT) THEN 1 ELSE 0 END AS BIGINT) AS carried,
    CAST(
        CASE WHEN p.second_us >= CAST($from_us AS BIGINT) AND p.second_us < CAST($to_us AS BIGINT) THEN 1 ELSE 0 END
        AS BIGINT
    ) AS passed,
    CAST(CASE WHEN p.second_us IS NOT NULL THEN 1 ELSE 0 END AS BIGINT) AS converted,
    CAST(CASE WHEN p.second_us IS NULL AND l.ended_us IS NULL THEN 1 ELSE 0 END AS BIGINT) AS waiting
FROM (
    SELECT
        w.lead_id AS lead_id,
        a.place AS first_place,
        b.place AS second_place,
        CASE a.place
            WHEN 0 THEN w.at_0
            WHEN 1 THEN w.at_1
            WHEN 2 THEN w.at_2
            WHEN 3 THEN w.at_3
            WHEN 4 THEN w.at_4
            WHEN 5 THEN w.at_5
            WHEN 6 THEN w.at_6
        END AS first_us,
        CASE b.place
            WHEN 0 THEN w.at_0
            WHEN 1 THEN w.at_1
            WHEN 2 THEN w.at_2
            WHEN 3 THEN w.at_3
            WHEN 4 THEN w.at_4
            WHEN 5 THEN w.at_5
            WHEN 6 THEN w.at_6
        END AS second_us
    FROM arrivals AS w
    JOIN stages AS a ON a.place < 6
    JOIN stages AS b
        ON b.place = a.place + 1
        OR (a.stage = CAST($first AS TEXT) AND b.stage = CAST($second AS TEXT) AND b.place > a.place)
) AS p
JOIN leads AS l ON l.lead_id = p.lead_id
WHERE
    p.first_us < CAST($to_us AS BIGINT)
    AND (
        p.first_us >= CAST($from_us AS BIGINT)
        OR p.second_us >= CAST($from_us AS BIGINT)
        OR (p.second_us IS NULL AND (l.ended_us IS NULL OR l.ended_us >= CAST($from_us AS BIGINT)))
    )
    AND (
        CAST($cycle AS BIGINT) = 0
        OR (CAST($cycle AS BIGINT) = 1 AND l.cycle = 1)
        OR (CAST($cycle AS BIGINT) = 2 AND l.cycle > 1)
    )
