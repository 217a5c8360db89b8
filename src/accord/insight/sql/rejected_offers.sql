-- What sales rejected in the period, each with the agreed reason.
SELECT
    o.offer_id AS offer_id,
    o.lead_id AS lead_id,
    o.offered_us AS offered_us,
    o.decided_us AS decided_us,
    o.reject_reason AS reason
FROM offers AS o
WHERE
    o.status = 'rejected'
    AND o.decided_us >= CAST($from_us AS BIGINT) AND o.decided_us < CAST($to_us AS BIGINT)
