    SELECT
        w.deal_id AS deal_id,
        w.lead_id AS lead_id,
        w.outcome AS outcome,
        w.at_us AS at_us,
        w.amount_cents AS amount_cents,
        w.currency AS currency,
        w.revenue AS revenue,
        w.margin AS margin,
        CASE $scope WHEN 'company' THEN w.company_touches ELSE w.contact_touches END AS touches,
        e.earned AS earned,
        CASE WHEN $narrowed THEN e.touches END AS narrowed_to,
        e.people AS people
    FROM (
        SELECT
            v.deal_id, v.lead_id, 'won' AS outcome, v.won_us AS at_us, v.won_month, v.lead_month, v.amount_cents,
            v.currency, v.revenue, v.margin, v.company_touches, v.contact_touches
        FROM won AS v
        UNION ALL
        SELECT
            u.deal_id, u.lead_id, u.outcome, u.at_us, u.month AS won_month, u.lead_month, u.amount_cents,
            u.currency, u.revenue, u.margin, u.company_touches, u.contact_touches
        FROM unwon AS u
    ) AS w
    LEFT JOIN (
        SELECT
            c.deal_id AS deal_id,
            CAST(SUM(c.{column}) AS BIGINT) AS earned,
            COUNT(*) AS touches,
            LIST(DISTINCT c.person_id ORDER BY c.person_id) FILTER (WHERE $narrowed) AS people
        FROM credited AS c
        WHERE c.scope = $scope AND c.measure = $measure AND (NOT $narrowed OR {label} = $label)
        GROUP BY 1
        UNION ALL
        SELECT
            c.deal_id AS deal_id,
            CAST(NULL AS BIGINT) AS earned,
            COUNT(*) AS touches,
            LIST(DISTINCT c.person_id ORDER BY c.person_id) AS people
        FROM approached AS c
        WHERE $narrowed AND $outcome <> 'won' AND ($scope = 'company' OR c.contact = 1) AND {label} = $label
        GROUP BY 1
    ) AS e ON e.deal_id = w.deal_id
    WHERE
        {month} BETWEEN $first AND $last
        AND ($outcome = '' OR w.outcome = $outcome)
        AND (NOT $narrowed OR e.deal_id IS NOT NULL)
        AND (NOT $untouched OR CASE $scope WHEN 'company' THEN w.company_touches ELSE w.contact_touches END = 0)
