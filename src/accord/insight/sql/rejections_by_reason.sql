-- How often sales gave each reason for a rejection in the period.
SELECT
    r.reason AS reason,
    COUNT(*) AS leads
FROM rejected_offers AS r
GROUP BY r.reason
