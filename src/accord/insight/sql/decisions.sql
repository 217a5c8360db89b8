-- The last word of sales on each lead that it decided on: accepted or rejected, and why.
SELECT
    o.lead_id AS lead_id,
    o.status AS status,
    o.reject_reason AS reject_reason,
    o.decided_us AS decided_us
FROM (
    SELECT
        f.lead_id AS lead_id,
        f.status AS status,
        f.reject_reason AS reject_reason,
        f.decided_us AS decided_us,
        ROW_NUMBER() OVER (
            PARTITION BY f.lead_id ORDER BY f.decided_us DESC NULLS LAST, f.offer_id DESC NULLS LAST
        ) AS turn
    FROM offers AS f
    WHERE f.status IN ('accepted', 'rejected')
) AS o
WHERE o.turn = 1
