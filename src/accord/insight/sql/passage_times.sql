-- From each stage to the next one, and between the two stages asked for: how long it took those that passed in the period,
-- by nearest-rank percentiles. Only those of the hours in which these lie are put in order: to sort millions takes seconds.
SELECT
    r.first_place AS first_place,
    r.second_place AS second_place,
    MIN(CASE WHEN r.turn * 100 >= r.total * 50 THEN r.took_us END) AS median_us,
    MIN(CASE WHEN r.turn * 100 >= r.total * 90 THEN r.took_us END) AS p90_us
FROM (
    SELECT
        g.first_place AS first_place,
        g.second_place AS second_place,
        g.took_us AS took_us,
        g.total AS total,
        g.before + CAST(
            SUM(g.passages) OVER (
                PARTITION BY g.first_place, g.second_place, g.before ORDER BY g.took_us ASC NULLS LAST
            ) AS BIGINT
        ) AS turn
    FROM (
        SELECT
            p.first_place AS first_place,
            p.second_place AS second_place,
            p.took_us AS took_us,
            m.total AS total,
            m.before AS before,
            COUNT(*) AS passages
        FROM passages AS p
        JOIN passage_marks AS m
            ON m.first_place = p.first_place AND m.second_place = p.second_place
            AND m.hours = CAST(p.took_us // 3600000000 AS BIGINT)
        WHERE
            p.passed = 1
            AND p.second_us >= CAST($from_us AS BIGINT)
            AND p.second_us < CAST($to_us AS BIGINT)
        GROUP BY p.first_place, p.second_place, p.took_us, m.total, m.before
    ) AS g
) AS r
GROUP BY r.first_place, r.second_place
