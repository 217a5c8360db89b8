-- The journeys that led to a won deal: of the people who bought, or of their companies.
SELECT
    CASE
        WHEN CAST($scope AS TEXT) = 'contact' OR c.company_id IS NULL THEN 0 - c.person_id
        ELSE c.company_id
    END AS journey
FROM conversions AS c
GROUP BY
    CASE
        WHEN CAST($scope AS TEXT) = 'contact' OR c.company_id IS NULL THEN 0 - c.person_id
        ELSE c.company_id
    END
