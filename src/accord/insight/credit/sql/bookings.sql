-- What was won in some months: deals and what they are worth, those that no touch can be credited with, and those whose
-- worth is not known: not stated, or, inconvertible, in a currency of which no rate is known.
SELECT
    COUNT(*) AS deals,
    CAST(COALESCE(SUM(w.worth), 0) AS BIGINT) AS worth,
    CAST(COALESCE(SUM(CASE WHEN w.touches = 0 THEN 1 ELSE 0 END), 0) AS BIGINT) AS untouched,
    CAST(COALESCE(SUM(CASE WHEN w.touches = 0 THEN w.worth ELSE 0 END), 0) AS BIGINT) AS unattributable,
    CAST(COALESCE(SUM(CASE WHEN w.worth IS NULL THEN 1 ELSE 0 END), 0) AS BIGINT) AS unknown,
    CAST(COALESCE(SUM(CASE WHEN w.worth IS NULL AND w.stated IS NOT NULL THEN 1 ELSE 0 END), 0) AS BIGINT)
        AS inconvertible
FROM (
    SELECT
        CASE $measure WHEN 'revenue' THEN w.revenue WHEN 'margin' THEN w.margin ELSE 1000000 END AS worth,
        CASE $scope WHEN 'company' THEN w.company_touches ELSE w.contact_touches END AS touches,
        CASE $measure WHEN 'revenue' THEN w.amount_cents WHEN 'margin' THEN w.margin_cents END AS stated
    FROM won AS w
    WHERE {month} BETWEEN $first AND $last
) AS w
