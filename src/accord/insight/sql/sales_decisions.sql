-- What sales decided in the period, of one team or of all (an empty name): each lead's first acceptance, and every
-- rejection. An offer that is accepted because the lead was accepted before it changed hands decides nothing anew.
-- Silent: nobody decided in time, and the agreement took that for an acceptance.
SELECT
    d.offer_id AS offer_id,
    d.lead_id AS lead_id,
    d.team AS team,
    COALESCE(d.owner_id, d.decided_by) AS owner_id,
    d.revision AS revision,
    l.source AS source,
    d.offered_us AS offered_us,
    d.decided_us AS decided_us,
    d.reject_reason AS reason,
    CASE
        WHEN d.status = 'rejected' THEN 'rejected'
        WHEN d.decided_by IS NULL THEN 'silent'
        ELSE 'accepted'
    END AS decision
FROM (
    SELECT
        o.offer_id AS offer_id,
        o.lead_id AS lead_id,
        o.queue AS team,
        o.owner_id AS owner_id,
        o.decided_by AS decided_by,
        o.revision AS revision,
        o.status AS status,
        o.offered_us AS offered_us,
        o.decided_us AS decided_us,
        o.reject_reason AS reject_reason,
        ROW_NUMBER() OVER (
            PARTITION BY o.lead_id, o.status ORDER BY o.decided_us ASC NULLS LAST, o.offer_id ASC NULLS LAST
        ) AS turn
    FROM offers AS o
    WHERE o.status IN ('accepted', 'rejected')
) AS d
JOIN leads AS l ON l.lead_id = d.lead_id
WHERE
    (d.status = 'rejected' OR d.turn = 1)
    AND d.decided_us >= CAST($from_us AS BIGINT) AND d.decided_us < CAST($to_us AS BIGINT)
    AND (CAST($team AS TEXT) = '' OR d.team = CAST($team AS TEXT))
