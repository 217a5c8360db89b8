-- Why sales rejected leads that came to the promised stage in the period.
SELECT
    d.reject_reason AS reason,
    COUNT(*) AS leads
FROM delivered_leads AS d
WHERE d.decision = 'rejected'
GROUP BY d.reject_reason
