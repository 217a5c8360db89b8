-- Visits and visitors by way, and different visitors by channel and of all, since these do not add up: who came by two
-- channels is counted in each, and once among all. Counted by visitor first, so that no visit is sorted.
WITH one AS MATERIALIZED (
    SELECT
        channel, source, medium, campaign, visitor_id,
        count(*) AS visits,
        count(*) FILTER (WHERE inbound) AS inbound,
        count(*) FILTER (WHERE NOT inbound) AS outbound
    FROM people_visit
    WHERE agent = 'human' AND started_at >= %(begins)s AND started_at < %(ends)s AND last_at >= %(begins)s
    GROUP BY channel, source, medium, campaign, visitor_id
)
SELECT 'way' AS level, channel, source, medium, campaign, count(*), sum(visits), sum(inbound), sum(outbound)
FROM one
GROUP BY channel, source, medium, campaign
UNION ALL
SELECT 'channel', channel, '', '', '', count(*), 0, 0, 0
FROM (SELECT DISTINCT channel, visitor_id FROM one) AS came
GROUP BY channel
UNION ALL
SELECT 'all', '', '', '', '', count(*), 0, 0, 0
FROM (SELECT DISTINCT visitor_id FROM one) AS came
