-- People who bought for a company at which they do not work now, with when they last did.
SELECT
    c.company_id AS journey,
    c.person_id AS person_id,
    MAX(c.at_us) AS until_us
FROM conversions AS c
JOIN people AS p ON p.person_id = c.person_id
WHERE
    CAST($scope AS TEXT) <> 'contact' AND c.company_id IS NOT NULL
    AND (p.company_id IS NULL OR p.company_id <> c.company_id)
GROUP BY c.company_id, c.person_id
