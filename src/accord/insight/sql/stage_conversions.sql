-- From each stage to the next one, and between the two stages asked for: by cohort, by period, and how long it took those
-- who came there in the period. The rate of the cohort is converted / entered, that of the period
-- (entered_passed + carried_passed) / (entered + carried); entered_passed is part of both.
SELECT
    c.first_place AS first_place,
    c.second_place AS second_place,
    c.entered AS entered,
    c.converted AS converted,
    c.waiting AS waiting,
    c.carried AS carried,
    c.entered_passed AS entered_passed,
    c.carried_passed AS carried_passed,
    t.median_us AS median_us,
    t.p90_us AS p90_us
FROM (
    SELECT
        h.first_place AS first_place,
        h.second_place AS second_place,
        CAST(SUM(h.entered) AS BIGINT) AS entered,
        CAST(SUM(h.converted) AS BIGINT) AS converted,
        CAST(SUM(h.waiting) AS BIGINT) AS waiting,
        CAST(SUM(h.passages - h.entered) AS BIGINT) AS carried,
        CAST(SUM(h.passed * h.entered) AS BIGINT) AS entered_passed,
        CAST(SUM(h.passed * (h.passages - h.entered)) AS BIGINT) AS carried_passed
    FROM passage_hours AS h
    GROUP BY h.first_place, h.second_place
) AS c
LEFT JOIN passage_times AS t ON t.first_place = c.first_place AND t.second_place = c.second_place
