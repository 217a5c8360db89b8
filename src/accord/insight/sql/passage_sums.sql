-- How many passages are alike: between which stages, how long those took that passed in the period (none: the others), and
-- how they stand to the period.
SELECT
    p.first_place AS first_place,
    p.second_place AS second_place,
    CASE WHEN p.passed = 1 THEN p.told_us END AS told_us,
    p.entered AS entered,
    p.converted AS converted,
    p.waiting AS waiting,
    COUNT(*) AS passages
FROM passages AS p
GROUP BY
    p.first_place, p.second_place, CASE WHEN p.passed = 1 THEN p.told_us END, p.entered, p.converted, p.waiting
