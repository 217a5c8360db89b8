-- From one stage to a later one, by cohort and by period, and how long it took those who came there in the period:
-- nearest-rank percentiles. The rate of the cohort is converted / entered, that of the period
-- (entered_passed + carried_passed) / (entered + carried); entered_passed is part of both.
SELECT
    CAST(COALESCE(SUM(r.entered), 0) AS BIGINT) AS entered,
    CAST(COALESCE(SUM(r.entered * r.converted), 0) AS BIGINT) AS converted,
    CAST(COALESCE(SUM(r.entered * r.waiting), 0) AS BIGINT) AS waiting,
    CAST(COALESCE(SUM(r.carried), 0) AS BIGINT) AS carried,
    CAST(COALESCE(SUM(r.entered * r.passed), 0) AS BIGINT) AS entered_passed,
    CAST(COALESCE(SUM(r.carried * r.passed), 0) AS BIGINT) AS carried_passed,
    MIN(CASE WHEN r.passed = 1 AND r.turn * 100 >= r.passes * 50 THEN r.took_us END) AS median_us,
    MIN(CASE WHEN r.passed = 1 AND r.turn * 100 >= r.passes * 90 THEN r.took_us END) AS p90_us
FROM (
    SELECT
        p.entered AS entered,
        p.carried AS carried,
        p.passed AS passed,
        p.converted AS converted,
        p.waiting AS waiting,
        p.took_us AS took_us,
        ROW_NUMBER() OVER (
            ORDER BY p.passed DESC NULLS LAST, p.took_us ASC NULLS LAST, p.lead_id ASC NULLS LAST
        ) AS turn,
        COUNT(CASE WHEN p.passed = 1 THEN 1 END) OVER () AS passes
    FROM passages AS p
) AS r
