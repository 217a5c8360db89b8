-- From which channel to which the journeys of won deals went, step by step: the first steps, and how they ended.
-- What happens through one channel several times in a row is one step.
WITH touched AS (
    SELECT
        c.deal_id,
        c.channel,
        ROW_NUMBER() OVER (PARTITION BY c.deal_id ORDER BY c.at_us, c.kind, c.touch_id) AS place,
        LAG(c.channel) OVER (PARTITION BY c.deal_id ORDER BY c.at_us, c.kind, c.touch_id) AS before
    FROM credited AS c
    WHERE c.scope = $scope AND c.measure = 'deals' AND {month} BETWEEN $first AND $last
),
moved AS (
    SELECT
        t.deal_id,
        t.channel,
        ROW_NUMBER() OVER (PARTITION BY t.deal_id ORDER BY t.place) AS step,
        LEAD(t.channel) OVER (PARTITION BY t.deal_id ORDER BY t.place) AS after
    FROM touched AS t
    WHERE t.before IS DISTINCT FROM t.channel
)
SELECT m.step AS step, m.channel AS channel, COALESCE(m.after, '') AS after, COUNT(*) AS deals
FROM moved AS m
WHERE m.step <= $steps
GROUP BY 1, 2, 3
