-- Of each lead: how many people work at its person's company, as it is known now, in the classes of the European Union
-- (Recommendation 2003/361/EC: below 10, 50 and 250) and one more at 1,000.
SELECT
    l.lead_id AS lead_id,
    CASE
        WHEN c.employees < 10 THEN 'under_10'
        WHEN c.employees < 50 THEN 'under_50'
        WHEN c.employees < 250 THEN 'under_250'
        WHEN c.employees < 1000 THEN 'under_1000'
        ELSE 'larger'
    END AS value
FROM leads AS l
JOIN people AS p ON p.person_id = l.person_id
JOIN companies AS c ON c.company_id = p.company_id
WHERE c.employees IS NOT NULL
