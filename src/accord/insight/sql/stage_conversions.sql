-- From each stage to the next one, and between the two stages asked for: by cohort, by period, and how long it took those
-- who came there in the period, by nearest-rank percentiles. The rate of the cohort is converted / entered, that of the
-- period (entered_passed + carried_passed) / (entered + carried); entered_passed is part of both.
SELECT
    r.first_place AS first_place,
    r.second_place AS second_place,
    CAST(SUM(r.entered) AS BIGINT) AS entered,
    CAST(SUM(r.entered * r.converted) AS BIGINT) AS converted,
    CAST(SUM(r.entered * r.waiting) AS BIGINT) AS waiting,
    CAST(SUM(r.carried) AS BIGINT) AS carried,
    CAST(SUM(r.entered * r.passed) AS BIGINT) AS entered_passed,
    CAST(SUM(r.carried * r.passed) AS BIGINT) AS carried_passed,
    MIN(CASE WHEN r.passed = 1 AND r.turn * 100 >= r.passes * 50 THEN r.took_us END) AS median_us,
    MIN(CASE WHEN r.passed = 1 AND r.turn * 100 >= r.passes * 90 THEN r.took_us END) AS p90_us
FROM (
    SELECT
        p.first_place AS first_place,
        p.second_place AS second_place,
        p.entered AS entered,
        p.carried AS carried,
        p.passed AS passed,
        p.converted AS converted,
        p.waiting AS waiting,
        p.took_us AS took_us,
        ROW_NUMBER() OVER (
            PARTITION BY p.first_place, p.second_place
            ORDER BY p.passed DESC NULLS LAST, p.took_us ASC NULLS LAST, p.lead_id ASC NULLS LAST
        ) AS turn,
        COUNT(CASE WHEN p.passed = 1 THEN 1 END) OVER (PARTITION BY p.first_place, p.second_place) AS passes
    FROM passages AS p
) AS r
GROUP BY r.first_place, r.second_place
