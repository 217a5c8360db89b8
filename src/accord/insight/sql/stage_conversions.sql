-- From each stage to the next one, and between the two stages asked for: by cohort, by period, and how long it took those
-- who came there in the period, by nearest-rank percentiles. The rate of the cohort is converted / entered, that of the
-- period (entered_passed + carried_passed) / (entered + carried); entered_passed is part of both.
SELECT
    r.first_place AS first_place,
    r.second_place AS second_place,
    CAST(SUM(r.passages * r.entered) AS BIGINT) AS entered,
    CAST(SUM(r.passages * r.entered * r.converted) AS BIGINT) AS converted,
    CAST(SUM(r.passages * r.entered * r.waiting) AS BIGINT) AS waiting,
    CAST(SUM(r.passages * (1 - r.entered)) AS BIGINT) AS carried,
    CAST(SUM(r.passed * r.entered) AS BIGINT) AS entered_passed,
    CAST(SUM(r.passed * (1 - r.entered)) AS BIGINT) AS carried_passed,
    MIN(CASE WHEN r.turn * 100 >= r.total * 50 THEN r.told_us END) AS median_us,
    MIN(CASE WHEN r.turn * 100 >= r.total * 90 THEN r.told_us END) AS p90_us
FROM (
    SELECT
        t.first_place AS first_place,
        t.second_place AS second_place,
        t.told_us AS told_us,
        t.entered AS entered,
        t.converted AS converted,
        t.waiting AS waiting,
        t.passages AS passages,
        t.passed AS passed,
        CAST(
            SUM(t.passed) OVER (PARTITION BY t.first_place, t.second_place ORDER BY t.told_us ASC NULLS LAST) AS BIGINT
        ) AS turn,
        CAST(SUM(t.passed) OVER (PARTITION BY t.first_place, t.second_place) AS BIGINT) AS total
    FROM (
        SELECT
            s.first_place AS first_place,
            s.second_place AS second_place,
            s.told_us AS told_us,
            s.entered AS entered,
            s.converted AS converted,
            s.waiting AS waiting,
            s.passages AS passages,
            CASE WHEN s.told_us IS NULL THEN 0 ELSE s.passages END AS passed
        FROM passage_sums AS s
    ) AS t
) AS r
GROUP BY r.first_place, r.second_place
