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
FROM passage_counts AS c
LEFT JOIN passage_times AS t ON t.first_place = c.first_place AND t.second_place = c.second_place
