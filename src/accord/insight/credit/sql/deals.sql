-- The deals of some months with what one label earned of each under one model; all deals where no label is asked for.
SELECT
    w.deal_id AS deal_id,
    w.lead_id AS lead_id,
    w.won_us AS won_us,
    w.amount_cents AS amount_cents,
    w.currency AS currency,
    w.revenue AS revenue,
    w.margin AS margin,
    CASE $scope WHEN 'company' THEN w.company_touches ELSE w.contact_touches END AS touches,
    e.earned AS earned,
    COUNT(*) OVER () AS total,
    CAST(SUM(e.earned) OVER () AS BIGINT) AS all_earned
FROM won AS w
LEFT JOIN (
    SELECT c.deal_id AS deal_id, CAST(SUM(c.{column}) AS BIGINT) AS earned
    FROM credited AS c
    WHERE c.scope = $scope AND c.measure = $measure AND (NOT $narrowed OR {label} = $label)
    GROUP BY 1
) AS e ON e.deal_id = w.deal_id
WHERE
    {month} BETWEEN $first AND $last
    AND (NOT $narrowed OR e.deal_id IS NOT NULL)
    AND (NOT $untouched OR CASE $scope WHEN 'company' THEN w.company_touches ELSE w.contact_touches END = 0)
ORDER BY {order} NULLS LAST, w.deal_id DESC
LIMIT $limit OFFSET $skip
