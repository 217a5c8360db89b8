-- How many of the leads whose cycle began in the period came at least as far as each stage.
-- Nobody to begin with gives no rate, rather than a false one.
SELECT
    n.stage AS stage,
    n.place AS place,
    n.leads AS leads,
    CAST(n.leads AS DOUBLE) / NULLIF(CAST(n.before AS DOUBLE), CAST(0 AS DOUBLE)) AS of_previous,
    CAST(n.leads AS DOUBLE) / NULLIF(CAST(n.everybody AS DOUBLE), CAST(0 AS DOUBLE)) AS of_first
FROM (
    SELECT
        t.stage AS stage,
        t.place AS place,
        t.leads AS leads,
        LAG(t.leads) OVER (ORDER BY t.place ASC NULLS LAST) AS before,
        MAX(t.leads) OVER () AS everybody
    FROM (
        SELECT
            s.stage AS stage,
            s.place AS place,
            CAST(COALESCE(SUM(CASE WHEN u.place >= s.place THEN d.leads END), 0) AS BIGINT) AS leads
        FROM stages AS s
        CROSS JOIN stages AS u
        LEFT JOIN (
            SELECT f.place AS place, COUNT(*) AS leads
            FROM funnel_leads AS f
            GROUP BY f.place
        ) AS d ON d.place = u.place
        GROUP BY s.stage, s.place
    ) AS t
) AS n
